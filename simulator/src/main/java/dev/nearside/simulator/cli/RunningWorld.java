package dev.nearside.simulator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.simulator.world.Ports;
import dev.nearside.simulator.world.RequestSigner;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A world that somebody started, seen through its platform API. */
final class RunningWorld implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * What a world says of itself.
     *
     * @param originRegion code of the AWS region where the origin stands
     * @param wan whether its links have their distance
     */
    record Description(
            @Nullable List<RunningPop> pops, @Nullable String originRegion, boolean wan) {

        List<RunningPop> runningPops() {
            return pops == null ? List.of() : pops;
        }
    }

    /**
     * A PoP that serves.
     *
     * @param address host and port of its HTTP listener
     * @param node the name of its node; null if the world does not say
     */
    record RunningPop(
            String code,
            String city,
            String address,
            @Nullable String node) {}

    private final URI api;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    RunningWorld(Ports ports) {
        api = URI.create("http://127.0.0.1:" + ports.api());
    }

    /**
     * Asks the world what it is.
     *
     * @throws CliException if no world answers
     */
    Description describe() {
        try {
            HttpResponse<String> answer = get("/_nearside/world");
            if (answer.statusCode() != 200) {
                throw CliException.failure(api + "/_nearside/world answers " + answer.statusCode() + ", expected 200");
            }
            return JSON.readValue(answer.body(), Description.class);
        } catch (JsonProcessingException e) {
            throw CliException.failure(
                    api + "/_nearside/world answers something that is not a world: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw CliException.failure("no world answers at " + api
                    + "; start one with './nearside up', or name a PoP with --pop-address HOST:PORT");
        }
    }

    /** The PoPs that the control plane has a node of; all, if it cannot be asked. */
    List<RunningPop> present(List<RunningPop> pops) {
        try {
            HttpResponse<String> answer = get("/_nearside/nodes");
            if (answer.statusCode() != 200) {
                return pops;
            }
            Set<String> connected = new HashSet<>();
            for (JsonNode node : JSON.readTree(answer.body()).path("nodes")) {
                if (node.path("connected").asBoolean()) {
                    connected.add(node.path("node").asText());
                }
            }
            return pops.stream()
                    .filter(pop -> pop.node() == null || connected.contains(pop.node()))
                    .toList();
        } catch (IOException e) {
            return pops;
        }
    }

    /** The trace of an exchange, if the world has it and can be asked. */
    Optional<JsonNode> trace(String exchangeId) {
        try {
            String encoded = URLEncoder.encode(exchangeId, StandardCharsets.UTF_8);
            HttpResponse<String> answer = get("/_nearside/traces/" + encoded);
            return answer.statusCode() == 200 ? Optional.of(JSON.readTree(answer.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpResponse<String> get(String path) throws IOException {
        URI target = URI.create(api + path);
        HttpRequest.Builder signed = HttpRequest.newBuilder(target).timeout(PATIENCE);
        RequestSigner.of(System::getenv)
                .ifPresent(it -> it.headers("GET", target, new byte[0]).forEach(signed::header));
        HttpRequest request = signed.build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + request.uri(), e);
        }
    }
}
