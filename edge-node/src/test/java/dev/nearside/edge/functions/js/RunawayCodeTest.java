package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunawayCodeTest {

    private static JsWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JsWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "async () => { while (true); }",
                "async () => { for (;;) await null; }",
                "async () => { for (;;) { try { for (;;) await null; } catch {} finally { for (;;); } } }",
                "() => { const spin = () => Promise.resolve().then(spin); return spin(); }",
                "() => { const spin = () => process.nextTick(spin); spin(); }",
                "() => { const spin = () => setImmediate(spin); spin(); }",
                "() => { setInterval(() => {}, 1); }",
                "async () => { await new Promise((r) => setTimeout(r, 100000)); }",
                "(e, c, cb) => { cb(null, 1); for (;;); }"
            })
    void endsAtTheDeadline(String handler) {
        InvocationOutcome.Failed failed =
                failureOf(bench.invoke(bench.load("exports.handler = " + handler), "{}", 250));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.errorType()).isEqualTo("Sandbox.Timedout");
        assertThat(failed.message()).isEqualTo("Task timed out after 0.25 seconds");
    }

    @Test
    void anEndlessInitIsStopped() {
        JsEngineLimits all = JsEngineLimits.defaults();
        JsEngineLimits limits = new JsEngineLimits(
                all.threads(), 1, 2, 300, all.maxLogBytes(), all.maxTimers(), all.maxInflatedBytes(), 300);
        try (JsWorkbench impatient = new JsWorkbench(limits)) {
            InvocationOutcome.Failed failed = failureOf(impatient.run("for (;;);"));

            assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
            assertThat(failed.message()).isEqualTo("Init timed out after 0.30 seconds");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "const a = []; for (;;) a.push({ a: 1 });",
                "const a = []; for (;;) a.push(new Array(1e5).fill(1));",
                "const a = []; for (;;) a.push(new ArrayBuffer(1e8));",
                "const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1e6) + i + JSON.stringify(a.length));",
                "const a = []; for (;;) { try { for (;;) a.push(new Uint8Array(1e8)); } catch {} }",
            })
    void endsWhenItKeepsTooMuchMemory(String hog) {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = async () => {" + hog + "}"));

        assertThat(failed.reason()).isEqualTo(FailureReason.OUT_OF_MEMORY);
        assertThat(failed.message()).endsWith("Runtime exited with error: signal: killed");
        assertThat(bench.answer("exports.handler = async () => 'fine'")).isEqualTo("\"fine\"");
    }

    @Test
    void garbageIsNotHeldAgainstAHandler() {
        InvocationOutcome outcome = bench.run("""
                exports.handler = async () => {
                    let sum = 0;
                    for (let i = 0; i < 400; i++) {
                        sum += JSON.parse(JSON.stringify(new Array(20000).fill('some text'))).length;
                    }
                    return sum;
                };
                """);

        assertThat(JsWorkbench.resultOf(outcome)).isEqualTo("8000000");
        assertThat(outcome.report().memoryBytes()).isGreaterThan(256L * 1024 * 1024);
    }

    @Test
    void whatAnotherHogLeftIsNotHeldAgainstAHandler() {
        for (int i = 0; i < 3; i++) {
            InvocationOutcome hog = bench.run(
                    "exports.handler = async () => { const a = []; for (;;) a.push(new Array(1e5).fill(1)); }");
            assertThat(failureOf(hog).reason()).isEqualTo(FailureReason.OUT_OF_MEMORY);

            InvocationOutcome honest = bench.run("""
                    exports.handler = async () => {
                        let sum = 0;
                        for (let i = 0; i < 200; i++) {
                            sum += JSON.parse(JSON.stringify(new Array(20000).fill('some text'))).length;
                        }
                        return sum;
                    };
                    """);
            assertThat(JsWorkbench.resultOf(honest)).isEqualTo("4000000");
        }
    }

    @Test
    void deepRecursionIsARangeError() {
        assertThat(bench.answer("""
                        exports.handler = async () => {
                            let depth = 0;
                            const fall = () => { depth++; fall(); };
                            try { fall(); } catch (e) { return [e instanceof RangeError, e.message, depth > 5000]; }
                        };
                        """)).isEqualTo("[true,\"Maximum call stack size exceeded\",true]");
    }

    @Test
    void anEnvironmentIsThrownAwayAfterATimeout() {
        LoadedFunction function =
                bench.load("let n = 0; exports.handler = async (event) => { n++; while (event.spin); return n; }");
        assertThat(JsWorkbench.resultOf(bench.invoke(function, "{}", JsWorkbench.GENEROUS_MILLIS)))
                .isEqualTo("1");
        assertThat(failureOf(bench.invoke(function, "{\"spin\":true}", 200)).reason())
                .isEqualTo(FailureReason.TIMED_OUT);

        assertThat(bench.answer(function)).isEqualTo("1");
    }

    @Test
    void processExitEndsTheInvocationAndTheEnvironment() {
        LoadedFunction function = bench.load("""
                let n = 0;
                exports.handler = async (event) => {
                    n++;
                    try { if (event.exit) process.exit(3); } finally { if (event.exit) n = 100; }
                    return n;
                };
                """);
        InvocationOutcome.Failed failed =
                failureOf(bench.invoke(function, "{\"exit\":true}", JsWorkbench.GENEROUS_MILLIS));

        assertThat(failed.errorType()).isEqualTo("Runtime.ExitError");
        assertThat(failed.message()).endsWith("Error: Runtime exited with error: exit status 3");
        assertThat(bench.answer(function)).isEqualTo("1");
    }

    @Test
    void tooManyTimersAreRefused() {
        assertThat(bench.answer("""
                        exports.handler = async (event, context) => {
                            try { for (;;) setTimeout(() => {}, 60000); } catch (e) { return e.name; }
                        };
                        """)).isEqualTo("\"RangeError\"");
    }

    @Test
    void logsAreBounded() {
        InvocationOutcome outcome = bench.run(
                "exports.handler = async () => { for (let i = 0; i < 1e5; i++) console.log('x'.repeat(100)); }");

        assertThat(outcome.report().logLines()).hasSizeBetween(1_000, 4_000);
        assertThat(outcome.report().logLines().getLast()).endsWith("[log truncated: over 262144 bytes]");
    }
}
