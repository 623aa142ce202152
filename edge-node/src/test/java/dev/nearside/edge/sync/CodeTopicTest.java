package dev.nearside.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.functions.EngineChoice;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.FunctionRegistry.CodeUnavailableException;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.CodeQuestion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class CodeTopicTest {

    private static final long LIMIT_SECONDS = 30;

    private final CodeTopic topic = new CodeTopic(new EngineChoice(List.of(new UnloadedEngine())), CodeTopicTest::zip);

    @Test
    void versionsThatCannotBeLoadedAreNamedWithTheReason() throws Exception {
        JsonNode answer = ask(
                version("good", "nodejs20.x"),
                version("gone", "nodejs20.x"),
                version("snake", "python3.12"),
                version("damaged", "nodejs20.x"));

        assertThat(answer.size()).isEqualTo(3);
        assertThat(answer.path("gone").asText()).isEqualTo("nobody has it");
        assertThat(answer.path("snake").asText()).isEqualTo("no engine of this node runs the runtime 'python3.12'");
        assertThat(answer.path("damaged").asText()).startsWith("its package cannot be read: ");
    }

    private JsonNode ask(FunctionVersion... versions) throws Exception {
        String question = new String(SnapshotCodec.encode(new CodeQuestion(List.of(versions))), StandardCharsets.UTF_8);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        topic.answer(question).thenAccept(json -> {
            Optional<? extends JsonNode> said = json;
            answer.complete(said.orElseThrow());
        });
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static FunctionVersion version(String id, String runtime) {
        return new FunctionVersion(id, id, "1", runtime, "index.handler", "0".repeat(64), 1, 128, 1, Map.of());
    }

    private static byte[] zip(FunctionVersion version) throws CodeUnavailableException {
        if (version.id().equals("gone")) {
            throw new CodeUnavailableException("nobody has it");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return version.id().equals("damaged") ? new byte[] {1, 2, 3} : bytes.toByteArray();
    }

    /** Is asked what it runs and never to load anything. */
    private static final class UnloadedEngine implements FunctionEngine {
        @Override
        public String name() {
            return "unloaded";
        }

        @Override
        public boolean runs(String runtime) {
            return runtime.startsWith("nodejs");
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            throw new AssertionError("a question loads nothing");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
