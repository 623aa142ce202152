package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static dev.nearside.edge.functions.js.JsWorkbench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EnvironmentsTest {

    private static final String SLEEPS = "exports.handler = async (event) => {"
            + " await new Promise((r) => setTimeout(r, event.millis || 1)); return 'done'; }";

    private static JsEngineLimits limits(int threads, int perFunction, int all) {
        JsEngineLimits usual = JsEngineLimits.defaults();
        return new JsEngineLimits(
                threads,
                perFunction,
                all,
                usual.initTimeoutMillis(),
                usual.maxLogBytes(),
                usual.maxTimers(),
                usual.maxInflatedBytes(),
                usual.idleEnvironmentSeconds());
    }

    @Test
    void stateIsKeptWithinAnEnvironment() {
        try (JsWorkbench bench = new JsWorkbench()) {
            LoadedFunction function = bench.load("let n = 0; exports.handler = async () => ++n;");

            assertThat(List.of(bench.answer(function), bench.answer(function), bench.answer(function)))
                    .containsExactly("1", "2", "3");
        }
    }

    @Test
    void nothingIsSharedBetweenEnvironments() {
        try (JsWorkbench bench = new JsWorkbench()) {
            String tampers = """
                    Array.prototype.map = () => 'tampered'; Object.prototype.leak = 'leak'; globalThis.leak = 'leak';
                    JSON.stringify = () => '"tampered"'; require('querystring').stringify = () => 'tampered';
                    process.env.LEAK = 'leak';
                    exports.handler = async () => [1].map((x) => x);
                    """;
            String looks = """
                    exports.handler = async () => [[1].map((x) => x), typeof leak, typeof {}.leak, process.env.LEAK,
                        require('querystring').stringify({ a: 1 })];
                    """;
            LoadedFunction tampering = bench.load(tampers);
            assertThat(bench.answer(tampering)).isEqualTo("\"tampered\"");

            assertThat(bench.answer(looks)).isEqualTo("[[1],\"undefined\",\"undefined\",null,\"a=1\"]");
        }
    }

    @Test
    void aBusyEnvironmentMeansAnotherOneAndThenAThrottle() {
        try (JsWorkbench bench = new JsWorkbench(limits(2, 3, 10))) {
            LoadedFunction function = bench.load(SLEEPS);
            List<CompletableFuture<InvocationOutcome>> sleeping = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sleeping.add(bench.start(function, "{\"millis\":1500}", JsWorkbench.GENEROUS_MILLIS));
            }
            CompletableFuture<InvocationOutcome> fourth = bench.start(function, "{}", JsWorkbench.GENEROUS_MILLIS);

            assertThat(fourth).isDone();
            assertThat(failureOf(fourth.join()).reason()).isEqualTo(FailureReason.THROTTLED);
            // Three sleepers on two threads: awaiting holds none.
            assertThat(sleeping)
                    .allSatisfy(
                            one -> assertThat(resultOf(JsWorkbench.await(one))).isEqualTo("\"done\""));
            assertThat(bench.answer(function)).isEqualTo("\"done\"");
        }
    }

    @Test
    void withoutAFreeThreadTheWaitEndsInAThrottle() {
        try (JsWorkbench bench = new JsWorkbench(limits(1, 3, 10))) {
            LoadedFunction spinner = bench.load("exports.handler = async () => { for (;;); }");
            CompletableFuture<InvocationOutcome> spinning = bench.start(spinner, "{}", 1_500);
            LoadedFunction other = bench.load(SLEEPS);

            InvocationOutcome.Failed refused = failureOf(bench.invoke(other, "{}", 50));

            assertThat(refused.reason()).isEqualTo(FailureReason.THROTTLED);
            assertThat(failureOf(JsWorkbench.await(spinning)).reason()).isEqualTo(FailureReason.TIMED_OUT);
            assertThat(bench.answer(other)).isEqualTo("\"done\"");
        }
    }

    @Test
    void aFullEngineTakesTheLongestFreeEnvironment() {
        try (JsWorkbench bench = new JsWorkbench(limits(2, 2, 2))) {
            LoadedFunction first = bench.load("let n = 0; exports.handler = async () => ++n;");
            LoadedFunction second = bench.load("let n = 0; exports.handler = async () => ++n;");
            LoadedFunction third = bench.load("let n = 0; exports.handler = async () => ++n;");
            bench.answer(first);
            bench.answer(second);

            assertThat(bench.answer(third)).isEqualTo("1");
        }
    }

    @Test
    void aFailedInitIsTriedAnew() {
        try (JsWorkbench bench = new JsWorkbench()) {
            LoadedFunction function = bench.load("throw new Error('no luck')");

            assertThat(failureOf(bench.invoke(function)).reason()).isEqualTo(FailureReason.INIT_FAILED);
            InvocationOutcome second = bench.invoke(function);
            assertThat(failureOf(second).message()).isEqualTo("no luck");
            assertThat(second.report().initNanos()).isPositive();
        }
    }

    @Test
    void timersLeftOverRunInTheNextInvocation() {
        try (JsWorkbench bench = new JsWorkbench()) {
            LoadedFunction function = bench.load("""
                    const seen = [];
                    exports.handler = async (event) => {
                        if (event.first) { setTimeout(() => seen.push('late'), 1); return 'left'; }
                        await new Promise((r) => setTimeout(r, 50));
                        return seen;
                    };
                    """);
            bench.invoke(function, "{\"first\":true}", JsWorkbench.GENEROUS_MILLIS);

            assertThat(bench.answer(function)).isEqualTo("[\"late\"]");
        }
    }

    @Test
    void closingAFunctionLetsARunningInvocationEnd() {
        try (JsWorkbench bench = new JsWorkbench()) {
            LoadedFunction function = bench.load(SLEEPS);
            CompletableFuture<InvocationOutcome> running =
                    bench.start(function, "{\"millis\":200}", JsWorkbench.GENEROUS_MILLIS);
            function.close();

            assertThat(failureOf(bench.invoke(function)).reason()).isEqualTo(FailureReason.THROTTLED);
            assertThat(resultOf(JsWorkbench.await(running))).isEqualTo("\"done\"");
        }
    }

    @Test
    void closingTheEngineEndsEverything() {
        JsWorkbench bench = new JsWorkbench();
        CompletableFuture<InvocationOutcome> spinning =
                bench.start(bench.load("exports.handler = async () => { for (;;); }"), "{}", 20_000);
        CompletableFuture<InvocationOutcome> sleeping = bench.start(bench.load(SLEEPS), "{\"millis\":20000}", 20_000);
        bench.close();

        assertThat(failureOf(JsWorkbench.await(spinning)).reason()).isEqualTo(FailureReason.ENGINE_FAULT);
        assertThat(failureOf(JsWorkbench.await(sleeping)).reason()).isEqualTo(FailureReason.ENGINE_FAULT);
    }
}
