package dev.nearside.simulator.devloop;

import dev.nearside.simulator.world.RequestSigner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Calls of a world's AWS API and of its own one. */
public final class ApiClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_MESSAGE = 500;

    private final URI api;
    private final Optional<RequestSigner> signer = RequestSigner.of(System::getenv);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public ApiClient(int apiPort) {
        api = URI.create("http://127.0.0.1:" + apiPort);
    }

    /** What the API answered. */
    public record Reply(int status, Map<String, String> headers, byte[] body) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The value of a header given in lower case, empty if there is none. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /** A call with a body; headers that a service needs besides the usual ones come in {@code more}. */
    public record Call(String method, String path, byte[] body, Duration patience, Map<String, String> more) {

        static Call of(String method, String path, String body) {
            return new Call(method, path, body.getBytes(StandardCharsets.UTF_8), PATIENCE, Map.of());
        }

        Call with(String name, String value) {
            return new Call(method, path, body, patience, Map.of(name, value));
        }
    }

    /**
     * Makes a call and takes whatever comes.
     *
     * @throws IOException if nobody answers
     */
    public Reply send(Call call) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + call.path()))
                .timeout(call.patience())
                .method(call.method(), BodyPublishers.ofByteArray(call.body()));
        call.more().forEach(request::header);
        signer.ifPresent(it -> it.headers(call.method(), URI.create(api + call.path()), call.body())
                .forEach(request::header));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            Map<String, String> headers = new HashMap<>();
            response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
            return new Reply(response.statusCode(), headers, response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + call.path(), e);
        } catch (ConnectException e) {
            throw new IOException(
                    "no world answers at " + api + "; start one with './nearside up', or name its --port-base", e);
        }
    }

    /**
     * Makes a call that must succeed.
     *
     * @throws IOException with what the API says if it does not
     */
    public Reply require(Call call) throws IOException {
        Reply reply = send(call);
        if (!reply.isSuccess()) {
            String text = reply.text().strip();
            throw new IOException(call.method() + " " + call.path() + " answers " + reply.status() + ": "
                    + (text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text));
        }
        return reply;
    }

    @Override
    public void close() {
        http.close();
    }
}
