package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.jvm.JavaWorkbench;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version of a function takes over while viewers ask. */
class VersionSwapTest {

    private static final int SWAPS = 10;
    private static final int VIEWERS = 3;

    /** As long as a version needs on any machine, so that it is the order that is tested and not the speed. */
    private static final NodeSettings PATIENT =
            NodeSettings.DEFAULTS.with(EdgeNodeConfig.Limits.defaults().withFunctionWarmUpMillis(60_000));

    @TempDir
    Path folder;

    private final AtomicInteger inForce = new AtomicInteger();
    private final AtomicInteger offered = new AtomicInteger();
    private volatile boolean enough;

    @Test
    void noExchangeFailsAndEveryAnswerIsOfAVersionInForce() throws Exception {
        try (TestBed bed = TestBed.start(folder, PATIENT).withTimeoutSeconds(15)) {
            swapTo(1, bed);
            List<CompletableFuture<Integer>> viewers = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                CompletableFuture<Integer> answers = new CompletableFuture<>();
                viewers.add(answers);
                Thread.ofVirtual().start(() -> ask(bed, answers));
            }
            for (int version = 2; version <= SWAPS + 1; version++) {
                swapTo(version, bed);
                assertThat(bed.get("/a").text()).isEqualTo(Integer.toString(version));
            }
            enough = true;
            for (CompletableFuture<Integer> answers : viewers) {
                assertThat(answers.orTimeout(60, TimeUnit.SECONDS).join()).isPositive();
            }
        }
    }

    private void swapTo(int version, TestBed bed) {
        offered.set(version);
        bed.with(
                        EventType.VIEWER_REQUEST,
                        "exports.handler = async () => ({ status: '200', body: '" + version + "' });")
                .publish();
        inForce.set(version);
    }

    private void ask(TestBed bed, CompletableFuture<Integer> answers) {
        try (RawViewer viewer = bed.viewer()) {
            int count = 0;
            while (!enough) {
                int oldest = inForce.get();
                RawViewer.Response response = viewer.get("/a");
                int newest = offered.get();
                assertThat(response.status()).isEqualTo(200);
                assertThat(Integer.parseInt(response.text())).isBetween(oldest, newest);
                count++;
            }
            answers.complete(count);
        } catch (IOException | RuntimeException | AssertionError e) {
            answers.completeExceptionally(e);
        }
    }

    @Test
    void theFirstAnswerOfEachVersionIsWarm() throws Exception {
        try (TestBed bed = TestBed.start(folder, PATIENT).withTimeoutSeconds(15)) {
            for (int version = 1; version <= SWAPS; version++) {
                swapTo(version, bed);
                assertThat(initMicrosOfAnAnswer(bed)).as("version " + version).isZero();
            }
        }
    }

    @Test
    void theFirstAnswerOfAJavaVersionIsWarmToo() throws Exception {
        try (TestBed bed = TestBed.start(folder, PATIENT).withTimeoutSeconds(15)) {
            bed.withJava(EventType.VIEWER_REQUEST, JavaWorkbench.compile("""
                            public class Handler implements EdgeHandler {
                                public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                                    return EdgeResponse.text(200, EdgeHeaders.empty(), "made");
                                }
                            }
                            """)).publish();
            assertThat(initMicrosOfAnAnswer(bed)).isZero();
        }
    }

    private static long initMicrosOfAnAnswer(TestBed bed) throws IOException {
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(200);
        String id = response.field("x-amz-cf-id");
        Waiting.until("the exchange is over", () -> bed.node().traces().find(id).isPresent());
        JsonNode init = bed.node().traces().find(id).orElseThrow().at("/functions/0/initMicros");
        assertThat(init.isNumber()).isTrue();
        return init.asLong();
    }

    @Test
    void aVersionThatCannotStartIsInForceAllTheSameAndTellsItsViewers() throws Exception {
        try (TestBed bed = TestBed.start(folder, PATIENT).withTimeoutSeconds(15)) {
            bed.with(EventType.VIEWER_REQUEST, "throw new RangeError('no luck');")
                    .publish();

            RawViewer.Response response = bed.get("/a");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.text()).contains("RangeError: no luck");
        }
    }

    @Test
    void aVersionThatIsNeverReadyHoldsNothingBack() throws Exception {
        NodeSettings hasty =
                NodeSettings.DEFAULTS.with(EdgeNodeConfig.Limits.defaults().withFunctionWarmUpMillis(1));
        try (TestBed bed = TestBed.start(folder, hasty, List.of(new NeverReady()))) {
            bed.with(EventType.VIEWER_REQUEST, "").publish();

            assertThat(bed.get("/a").text()).isEqualTo("cold");
        }
    }

    @Test
    void aNodeThatStartsFromItsDiskWaitsForNoFunction() throws Exception {
        NeverReady engine = new NeverReady();
        engine.tells = true;
        try (TestBed bed = TestBed.start(folder, PATIENT, List.of(engine))) {
            bed.with(EventType.VIEWER_REQUEST, "").publish();
            engine.tells = false;
            CompletableFuture.runAsync(() -> restart(bed))
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();

            assertThat(bed.get("/a").text()).isEqualTo("cold");
        }
    }

    private static void restart(TestBed bed) {
        try {
            bed.restartNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves events, and does not tell unless told to that an environment is ready ahead of them. */
    private static final class NeverReady implements FunctionEngine, LoadedFunction {
        private volatile boolean tells;

        @Override
        public String name() {
            return "never-ready";
        }

        @Override
        public boolean runs(String runtime) {
            return true;
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            return this;
        }

        @Override
        public void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
            if (tells) {
                whenDone.accept(Optional.empty());
            }
        }

        @Override
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            byte[] json = "{\"status\":\"200\",\"body\":\"cold\"}".getBytes(StandardCharsets.UTF_8);
            whenDone.accept(new InvocationOutcome.Returned(json, InvocationReport.NOTHING));
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
