package dev.nearside.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.function.EventType;
import dev.nearside.kit.watch.InvokeQuestion;
import dev.nearside.simulator.devloop.ApiClient;
import dev.nearside.simulator.devloop.SampleEvents;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a deployed function once: the result on standard output, the log on standard error. */
@Command(name = "invoke", description = "Run a function once on an event, without a distribution.")
final class InvokeCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(16);
    private static final JsonMapper JSON = new JsonMapper();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PortBase portBase = new PortBase();

    @Parameters(paramLabel = "FUNCTION", description = "Name or ARN of the function.")
    private String function = "";

    @ArgGroup
    private @Nullable EventSource source;

    /** Where the event comes from; an empty object if from nowhere. */
    static final class EventSource {
        @Option(names = "--event", paramLabel = "FILE", description = "The event, a file with JSON.")
        private @Nullable Path file;

        @Option(
                names = "--sample",
                paramLabel = "EVENT",
                description = "A sample event: viewer-request, origin-request, origin-response or viewer-response.")
        private @Nullable String sample;
    }

    @Option(
            names = {"--version", "--qualifier"},
            paramLabel = "V",
            description = "Version number, $LATEST or alias (default: that of FUNCTION, else $LATEST).")
    private @Nullable String version;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (ApiClient api = new ApiClient(portBase.ports().api())) {
            ApiClient.Reply reply = api.send(new ApiClient.Call(
                    "POST",
                    "/2015-03-31/functions/" + encoded(function) + "/invocations"
                            + (version == null ? "" : "?Qualifier=" + encoded(version)),
                    event(),
                    PATIENCE,
                    Map.of("X-Amz-Log-Type", "Tail")));
            if (reply.status() != 200) {
                throw CliException.failure(function + ": " + messageOf(reply));
            }
            err.print(new String(Base64.getDecoder().decode(reply.header("x-amz-log-result")), StandardCharsets.UTF_8));
            err.flush();
            out.println(reply.text());
            out.flush();
            return reply.header("x-amz-function-error").isEmpty() ? 0 : Main.FAILURE;
        } catch (IOException e) {
            throw CliException.failure(String.valueOf(e.getMessage()));
        }
    }

    private byte[] event() throws IOException {
        EventSource from = source;
        if (from != null && from.sample != null) {
            try {
                return SampleEvents.json(EventType.of(from.sample));
            } catch (IllegalArgumentException e) {
                throw CliException.usage("--sample: " + e.getMessage());
            }
        }
        if (from != null && from.file != null) {
            if (!Files.isReadable(from.file)) {
                throw CliException.usage("--event " + from.file + ", expected a file with JSON that can be read");
            }
            if (Files.size(from.file) > InvokeQuestion.MAX_PAYLOAD_BYTES) {
                throw CliException.usage("--event " + from.file + " has " + Files.size(from.file)
                        + " bytes, expected at most " + InvokeQuestion.MAX_PAYLOAD_BYTES);
            }
            return Files.readAllBytes(from.file);
        }
        return "{}".getBytes(StandardCharsets.UTF_8);
    }

    private static String messageOf(ApiClient.Reply reply) {
        try {
            JsonNode error = JSON.readTree(reply.body());
            return error.path("__type").asText() + ": " + error.path("Message").asText();
        } catch (IOException _) {
            return "the API answers " + reply.status();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
