package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionStageTest {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:greet:7";
    private static final InvocationReport REPORT = new InvocationReport(2_000, 1_000, 4_096, List.of("hello"));

    /** An engine whose functions end when and how the test says. */
    private static final class ScriptedEngine implements FunctionEngine, LoadedFunction {
        private final List<Invocation> invocations = new ArrayList<>();
        private final List<Consumer<InvocationOutcome>> running = new ArrayList<>();

        @Override
        public String name() {
            return "scripted";
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
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            invocations.add(invocation);
            running.add(whenDone);
        }

        void end(InvocationOutcome outcome) {
            running.removeFirst().accept(outcome);
        }

        @Override
        public void close() {
            running.clear();
        }
    }

    private final ScriptedEngine engine = new ScriptedEngine();
    private final FunctionStage stage = new FunctionStage(2, Randomness.seeded(1));
    private final Timeline timeline = new Timeline(new ManualTime(0));
    private final List<StageResult> results = new ArrayList<>();
    private final List<Runnable> loop = new ArrayList<>();

    @ParameterizedTest(name = "{0} is {1} {2}")
    @CsvSource({
        "THREW, 503, LambdaExecutionError, threw",
        "INIT_FAILED, 503, LambdaExecutionError, init-failed",
        "OUT_OF_MEMORY, 503, LambdaExecutionError, out-of-memory",
        "ENGINE_FAULT, 503, LambdaExecutionError, engine-fault",
        "TIMED_OUT, 503, LambdaLimitExceeded, timed-out",
        "THROTTLED, 503, LambdaLimitExceeded, throttled",
        "BAD_RESULT, 502, LambdaValidationError, bad-result",
    })
    void failuresAnswerAsCloudFrontDoes(FailureReason reason, int status, String result, String outcome) {
        run(EventType.VIEWER_REQUEST, 3, 128);
        engine.end(new InvocationOutcome.Failed(reason, "TypeError", "bad", REPORT));
        runLoop();

        assertThat(results).containsExactly(new StageResult.Failed(status, result, "TypeError: bad"));
        Timeline.FunctionRun run = timeline.functionRuns().getFirst();
        assertThat(run.outcome()).isEqualTo(outcome);
        assertThat(run.error()).isEqualTo("TypeError: bad");
        assertThat(run.eventOut()).isNull();
    }

    @Test
    void everyReasonHasARow() {
        assertThat(FailureReason.values()).hasSize(7);
    }

    @Test
    void answerIsReadAndRecorded() {
        run(EventType.VIEWER_REQUEST, 3, 128);
        returnJson("{\"status\":\"302\"}");

        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        StageResult.ToResponse.class,
                        made -> assertThat(made.response().status()).isEqualTo(302));
        Timeline.FunctionRun run = timeline.functionRuns().getFirst();
        assertThat(run.eventType()).isEqualTo("viewer-request");
        assertThat(run.functionArn()).isEqualTo(ARN);
        assertThat(run.engine()).isEqualTo("scripted");
        assertThat(run.outcome()).isEqualTo("returned");
        assertThat(run.error()).isNull();
        assertThat(run.durationNanos()).isEqualTo(2_000);
        assertThat(run.initNanos()).isEqualTo(1_000);
        assertThat(run.memoryBytes()).isEqualTo(4_096);
        assertThat(run.log()).containsExactly("hello");
        assertThat(run.eventIn()).isEqualTo(engine.invocations.getFirst().event());
        assertThat(run.eventOut()).asString(StandardCharsets.UTF_8).isEqualTo("{\"status\":\"302\"}");
    }

    @Test
    void invalidAnswerIsAValidationError() {
        run(EventType.VIEWER_RESPONSE, 3, 128);
        returnJson("{\"status\":\"999\"}");

        assertThat(results).singleElement().isInstanceOfSatisfying(StageResult.Failed.class, failed -> {
            assertThat(failed.status()).isEqualTo(502);
            assertThat(failed.result()).isEqualTo("LambdaValidationError");
            assertThat(failed.message()).contains("999");
        });
        assertThat(timeline.functionRuns().getFirst().outcome()).isEqualTo("invalid-result");
    }

    @Test
    void nobodyWaitsForAFreeExecution() {
        run(EventType.VIEWER_REQUEST, 3, 128);
        run(EventType.VIEWER_REQUEST, 3, 128);
        run(EventType.VIEWER_REQUEST, 3, 128);

        assertThat(engine.invocations).hasSize(2);
        assertThat(results).singleElement().isInstanceOfSatisfying(StageResult.Failed.class, failed -> {
            assertThat(failed.result()).isEqualTo("LambdaLimitExceeded");
            assertThat(failed.message()).contains("more than 2 functions");
        });
        assertThat(timeline.functionRuns().getFirst().outcome()).isEqualTo("throttled");

        returnJson("{\"status\":\"200\"}");
        run(EventType.VIEWER_REQUEST, 3, 128);
        assertThat(engine.invocations).hasSize(3);
    }

    @Test
    void resultArrivesOnTheLoop() {
        run(EventType.VIEWER_REQUEST, 3, 128);
        engine.end(new InvocationOutcome.Returned("{\"status\":\"200\"}".getBytes(StandardCharsets.UTF_8), REPORT));

        assertThat(results).isEmpty();
        runLoop();
        assertThat(results).hasSize(1);
    }

    @ParameterizedTest(name = "{0}, {1} s and {2} MB run with {3} ms and {4} MB")
    @CsvSource({
        "VIEWER_REQUEST, 3, 128, 3000, 128",
        "VIEWER_REQUEST, 30, 512, 30000, 128",
        "VIEWER_RESPONSE, 31, 512, 30000, 128",
        "ORIGIN_REQUEST, 30, 512, 30000, 512",
        "ORIGIN_RESPONSE, 60, 10240, 30000, 10240",
    })
    void limitsAreThoseOfTheEvent(EventType type, int seconds, int memoryMb, long millis, int grantedMb) {
        run(type, seconds, memoryMb);

        Invocation invocation = engine.invocations.getFirst();
        assertThat(invocation.timeoutMillis()).isEqualTo(millis);
        assertThat(invocation.memoryLimitMb()).isEqualTo(grantedMb);
        assertThat(invocation.requestId()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }

    private void returnJson(String json) {
        engine.end(new InvocationOutcome.Returned(json.getBytes(StandardCharsets.UTF_8), REPORT));
        runLoop();
    }

    private void runLoop() {
        List<Runnable> tasks = List.copyOf(loop);
        loop.clear();
        tasks.forEach(Runnable::run);
    }

    private void run(EventType type, int timeoutSeconds, int memoryMb) {
        FunctionVersion version = new FunctionVersion(
                ARN, "greet", "7", "nodejs20.x", "index.handler", "00", 1, memoryMb, timeoutSeconds, Map.of());
        BoundFunction bound =
                new BoundFunction(new FunctionAssociation(type, ARN, false), version, engine, engine.name());
        stage.run(bound, Events.of(type), timeline, loop::add, results::add);
    }
}
