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
import org.jspecify.annotations.Nullable;
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
        "KEY_REFUSED, 503, LambdaExecutionError, key-refused",
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
        assertThat(FailureReason.values()).hasSize(8);
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
            assertThat(failed.message())
                    .isEqualTo(
                            "TooManyRequestsException: ConcurrentInvocationLimitExceeded: 2 functions run on this node"
                                    + " already, which is the most");
        });
        assertThat(timeline.functionRuns().getFirst().outcome()).isEqualTo("throttled");

        returnJson("{\"status\":\"200\"}");
        run(EventType.VIEWER_REQUEST, 3, 128);
        assertThat(engine.invocations).hasSize(3);
    }

    @ParameterizedTest(name = "of {1} with {0} reserved {2} run")
    @CsvSource({"0, 1, 0", "1, 1, 1", "1, 3, 1", "3, 3, 3", "3, 5, 3"})
    void aFunctionHasWhatIsReservedForItAndNoMore(int reserved, int events, int running) {
        for (int i = 0; i < events; i++) {
            run(version("greet", "7", reserved));
        }

        assertThat(engine.invocations).hasSize(running);
        assertThat(results)
                .hasSize(events - running)
                .allSatisfy(refused -> assertThat(refused)
                        .isEqualTo(new StageResult.Failed(
                                503,
                                "LambdaLimitExceeded",
                                "TooManyRequestsException: ReservedFunctionConcurrentInvocationLimitExceeded: the"
                                        + " function 'greet' has " + reserved
                                        + " executions reserved, and no more may run on this node at once")));
    }

    @Test
    void versionsOfAFunctionShareWhatIsReserved() {
        run(version("greet", "7", 2));
        run(version("greet", "8", 2));
        run(version("greet", "9", 2));
        assertThat(engine.invocations).hasSize(2);

        returnJson("{\"status\":\"200\"}");
        run(version("greet", "9", 2));
        assertThat(engine.invocations).hasSize(3);
    }

    @Test
    void reservedAndUnreservedTakeNothingFromEachOther() {
        run(version("greet", "7", 1));
        run(version("one", "1", null));
        run(version("other", "1", null));
        assertThat(engine.invocations).hasSize(3);

        run(version("third", "1", null));
        run(version("kept", "1", 1));
        assertThat(engine.invocations).hasSize(4);
        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        StageResult.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("ConcurrentInvocationLimitExceeded: 2 functions"));
    }

    @Test
    void anExecutionEndsWhereItBegan() {
        run(version("greet", "7", null));
        run(version("other", "1", null));
        returnJson("{\"status\":\"200\"}");
        run(version("greet", "7", 1));
        run(version("other", "1", null));

        assertThat(engine.invocations).as("what ended had been unreserved").hasSize(4);
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

    private static FunctionVersion version(String name, String number, @Nullable Integer reserved) {
        return new FunctionVersion(
                        name + ":" + number, name, number, "nodejs20.x", "index.handler", "00", 1, 128, 3, Map.of())
                .withReservedConcurrency(reserved);
    }

    private void run(EventType type, int timeoutSeconds, int memoryMb) {
        run(
                type,
                new FunctionVersion(
                        ARN, "greet", "7", "nodejs20.x", "index.handler", "00", 1, memoryMb, timeoutSeconds, Map.of()));
    }

    private void run(FunctionVersion version) {
        run(EventType.VIEWER_REQUEST, version);
    }

    private void run(EventType type, FunctionVersion version) {
        BoundFunction bound =
                new BoundFunction(new FunctionAssociation(type, version.id(), false), version, engine, engine.name());
        stage.run(bound, Events.of(type), timeline, loop::add, results::add);
    }
}
