package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reserved and shared concurrency on a whole node, as viewers and traces see them. */
class ReservedConcurrencyTest {

    private static final String REQUEST_URI = "/a";

    @TempDir
    private Path folder;

    private final HoldingEngine engine = new HoldingEngine();
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        EdgeNodeConfig.Limits one = new EdgeNodeConfig.Limits(0, 0, 0, 0, 1, 0, 0, 0);
        bed = TestBed.start(folder, NodeSettings.DEFAULTS.with(one), List.of(engine));
        bed.with(EventType.VIEWER_REQUEST, "");
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void nothingReservedMeansThatNothingRuns() throws Exception {
        bed.reserving(EventType.VIEWER_REQUEST, 0).publish();

        assertThrottled(
                bed.get(REQUEST_URI),
                "TooManyRequestsException: ReservedFunctionConcurrentInvocationLimitExceeded: the function"
                        + " 'viewer-request' has 0 executions reserved, and no more may run on this node at once");
        assertThat(engine.held).isEmpty();
    }

    @Test
    void whoIsOverTheReservationIsRefusedAndTheOthersAreServed() throws Exception {
        bed.reserving(EventType.VIEWER_REQUEST, 2).publish();
        try (RawViewer one = asking();
                RawViewer other = asking()) {
            Waiting.until("two run", () -> engine.held.size() == 2);
            assertThrottled(bed.get(REQUEST_URI), "ReservedFunctionConcurrentInvocationLimitExceeded");

            engine.answerAll();
            assertThat(one.read().status()).isEqualTo(204);
            assertThat(other.read().status()).isEqualTo(204);
        }
    }

    @Test
    void withoutAReservationTheNodesLimitIsTheFunctions() throws Exception {
        bed.publish();
        try (RawViewer one = asking()) {
            Waiting.until("one runs", () -> engine.held.size() == 1);
            assertThrottled(
                    bed.get(REQUEST_URI),
                    "TooManyRequestsException: ConcurrentInvocationLimitExceeded: 1 functions run on this node"
                            + " already, which is the most");

            engine.answerAll();
            assertThat(one.read().status()).isEqualTo(204);
        }
    }

    @Test
    void aChangedReservationCountsAtOnceAndLoadsNothingAnew() throws Exception {
        bed.reserving(EventType.VIEWER_REQUEST, 0).publish();
        assertThat(bed.get(REQUEST_URI).status()).isEqualTo(503);
        bed.reserving(EventType.VIEWER_REQUEST, 1).publish();
        try (RawViewer one = asking()) {
            Waiting.until("one runs", () -> engine.held.size() == 1);
            assertThat(bed.get(REQUEST_URI).status()).isEqualTo(503);

            bed.reserving(EventType.VIEWER_REQUEST, null).publish();
            try (RawViewer shared = asking()) {
                Waiting.until("one more runs", () -> engine.held.size() == 2);
                engine.answerAll();
                assertThat(one.read().status()).isEqualTo(204);
                assertThat(shared.read().status()).isEqualTo(204);
            }
        }
        assertThat(engine.loads).hasValue(1);
    }

    private RawViewer asking() throws IOException {
        return bed.viewer().send("GET " + REQUEST_URI + " HTTP/1.1\r\nHost: site.test\r\n\r\n");
    }

    private void assertThrottled(RawViewer.Response response, String reason) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("x-cache")).isEqualTo("LambdaLimitExceeded from cloudfront");
        String id = response.field("x-amz-cf-id");
        Waiting.until("the exchange is over", () -> bed.node().traces().find(id).isPresent());
        JsonNode run = bed.node().traces().find(id).orElseThrow().at("/functions/0");
        assertThat(run.get("outcome").asText()).isEqualTo("throttled");
        assertThat(run.get("error").asText()).contains(reason);
    }

    /** Lets every event wait until the test answers it. */
    private static final class HoldingEngine implements FunctionEngine, LoadedFunction {
        private final BlockingQueue<Consumer<InvocationOutcome>> held = new LinkedBlockingQueue<>();
        private final AtomicInteger loads = new AtomicInteger();

        @Override
        public String name() {
            return "holding";
        }

        @Override
        public boolean runs(String runtime) {
            return true;
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            loads.incrementAndGet();
            return this;
        }

        @Override
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            held.add(whenDone);
        }

        void answerAll() {
            byte[] json = "{\"status\":\"204\"}".getBytes(StandardCharsets.UTF_8);
            for (Consumer<InvocationOutcome> next = held.poll(); next != null; next = held.poll()) {
                next.accept(new InvocationOutcome.Returned(json, InvocationReport.NOTHING));
            }
        }

        @Override
        public void close() {
            held.clear();
        }
    }
}
