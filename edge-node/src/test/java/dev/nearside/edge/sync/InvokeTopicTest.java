package dev.nearside.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.functions.EngineChoice;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.FunctionRegistry.CodeUnavailableException;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.InvokedFunctions;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.InvokeQuestion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InvokeTopicTest {

    private static final long LIMIT_SECONDS = 30;

    private final Queue<String> fetched = new ConcurrentLinkedQueue<>();
    private final CountDownLatch slowCode = new CountDownLatch(1);
    private final EmbeddedChannel timers = new EmbeddedChannel();
    private final InvokeTopic topic = new InvokeTopic(
            "node",
            new InvokedFunctions(new EngineChoice(List.of(new NamingEngine()))),
            this::code,
            timers.eventLoop());

    @AfterEach
    void close() {
        slowCode.countDown();
        topic.close();
        timers.close();
    }

    @Test
    void codeThatIsSlowToComeHoldsUpOnlyThoseWhoAskForIt() throws Exception {
        CompletableFuture<JsonNode> slow = asked("slow");
        CompletableFuture<JsonNode> slowToo = asked("slow");
        assertThat(resultOf(asked("quick"))).isEqualTo("\"quick\"");
        assertThat(slow).isNotDone();

        slowCode.countDown();
        assertThat(resultOf(slow)).isEqualTo("\"slow\"");
        assertThat(resultOf(slowToo)).isEqualTo("\"slow\"");
        assertThat(fetched).as("fetched once for all").containsOnlyOnce("slow");
    }

    @Test
    void codeThatCannotBeHadIsSaidAndAskedForAgain() throws Exception {
        for (int i = 1; i <= 2; i++) {
            JsonNode answer = asked("none").get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(answer.path("failure").path("kind").asText()).isEqualTo("NODE");
            assertThat(answer.path("failure").path("message").asText()).isEqualTo("no code for none");
            assertThat(fetched).hasSize(i);
        }
    }

    private byte[] code(FunctionVersion version) throws CodeUnavailableException {
        fetched.add(version.id());
        if (version.id().equals("none")) {
            throw new CodeUnavailableException("no code for none");
        }
        if (version.id().equals("slow")) {
            try {
                slowCode.await();
            } catch (InterruptedException _) {
                throw new CodeUnavailableException("interrupted");
            }
        }
        return zip();
    }

    private CompletableFuture<JsonNode> asked(String id) {
        FunctionVersion version =
                new FunctionVersion(id, id, "1", "nodejs22.x", "index.handler", "0".repeat(64), 1, 128, 1, Map.of());
        byte[] question =
                SnapshotCodec.encode(new InvokeQuestion("r-1", version, "{}".getBytes(StandardCharsets.UTF_8)));
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        topic.answer(new String(question, StandardCharsets.UTF_8)).thenAccept(json -> {
            Optional<? extends JsonNode> said = json;
            answer.complete(said.orElseThrow());
        });
        return answer;
    }

    private static String resultOf(CompletableFuture<JsonNode> answer) throws Exception {
        return new String(
                answer.get(LIMIT_SECONDS, TimeUnit.SECONDS).path("result").binaryValue(), StandardCharsets.UTF_8);
    }

    private static byte[] zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Answers with the version's id. */
    private static final class NamingEngine implements FunctionEngine {
        @Override
        public String name() {
            return "naming";
        }

        @Override
        public boolean runs(String runtime) {
            return true;
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            byte[] answer = ("\"" + version.id() + "\"").getBytes(StandardCharsets.UTF_8);
            return new LoadedFunction() {
                @Override
                public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
                    whenDone.accept(new InvocationOutcome.Returned(answer, InvocationReport.NOTHING));
                }

                @Override
                public void close() {
                    // holds nothing
                }
            };
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
