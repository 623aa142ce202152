package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Returned;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a run of a CloudFront Function ends, what it costs and what it leaves. */
class CloudFrontRunsTest {

    private static CloudFrontWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new CloudFrontWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            throw new TypeError('no')                    | THREW TypeError: no
            throw 'text'                                 | THREW text
            return Promise.reject(new Error('late'))     | THREW Error: late
            return new Promise(function () {})           | THREW Error: the handler's promise was never settled
            return undefinedName                         | THREW ReferenceError: undefinedName is not defined
            x = 1                                        | THREW ReferenceError
            var o = {}; o.o = o; return o                | THREW TypeError
            return Promise.resolve({a: 1})               | {"a":1}
            return {then: function (f) { f('soon'); }}   | "soon"
            return                                       | null
            (function f() { f(); })()                    | THREW RangeError
            """)
    void everyEndHasAName(String body, String end) {
        assertThat(bench.result("function handler(event) { " + body + " }")).startsWith(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"while (true) {}", "try { while (true) {} } catch (e) { while (true) {} }", "for (;;);"})
    void runawayCodeUsesUpItsBudgetAndNothingElse(String loop) {
        Failed failed = (Failed) bench.run(CloudFrontFunction.RUNTIME_2_0, "function handler(event) { " + loop + " }");
        assertThat(failed.reason()).isEqualTo(Reason.OVER_BUDGET);
        assertThat(failed.message()).contains("20000 steps");
        assertThat(failed.report().computeUtilization()).isEqualTo(100);
    }

    @Test
    void topLevelCodeIsCountedToo() {
        Failed failed = (Failed)
                bench.run(CloudFrontFunction.RUNTIME_2_0, "while (true) {}\nfunction handler(event) { return 1; }");
        assertThat(failed.reason()).isEqualTo(Reason.OVER_BUDGET);
    }

    @Test
    void utilisationIsTheSameEachTimeAndGrowsWithTheWork() {
        int light = utilisation("return 1;");
        int loop = utilisation("var n = 0; for (var i = 0; i < 2000; i++) { n += i; } return n;");
        assertThat(light).isBetween(0, 5);
        assertThat(loop).isBetween(15, 60);
        for (int i = 0; i < 3; i++) {
            assertThat(utilisation("var n = 0; for (var i = 0; i < 2000; i++) { n += i; } return n;"))
                    .isEqualTo(loop);
        }
    }

    private static int utilisation(String body) {
        return bench.run(CloudFrontFunction.RUNTIME_2_0, "function handler(event) { " + body + " }")
                .report()
                .computeUtilization();
    }

    @Test
    void memoryIsLimited() {
        Failed failed = (Failed) bench.run(CloudFrontFunction.RUNTIME_2_0, """
                function handler(event) {
                    const kept = [];
                    for (let i = 0; i < 2000; i++) { kept.push('x'.repeat(100000) + i + 'y'.repeat(i).split('')); }
                    return kept.length;
                }""");
        assertThat(failed.reason()).isEqualTo(Reason.OUT_OF_MEMORY);
    }

    @Test
    void whatNoStepCountsEndsByTheClock() {
        try (CloudFrontWorkbench impatient = new CloudFrontWorkbench(
                new CloudFrontFunctionLimits(20_000, 64L * 1024 * 1024, 200, 10 * 1024, 2, 10))) {
            Failed failed = (Failed) impatient.run(
                    CloudFrontFunction.RUNTIME_2_0,
                    "function handler(event) { return /^(a+)+(b+)+\\1$/.test('a'.repeat(60) + 'c'); }");
            assertThat(failed.reason()).isEqualTo(Reason.OVER_BUDGET);
            assertThat(failed.message()).contains("200 ms");
        }
    }

    @Test
    void nothingOfARunIsLeftForTheNext() {
        LoadedCloudFrontFunction function = bench.load(CloudFrontFunction.RUNTIME_1_0, """
                var count = 0;
                function handler(event) {
                    String.prototype.mark = (String.prototype.mark || 0) + 1;
                    return [++count, ''.mark];
                }""", null);
        for (int i = 0; i < 5; i++) {
            assertThat(CloudFrontWorkbench.text(CloudFrontWorkbench.run(function, CloudFrontWorkbench.REQUEST)))
                    .isEqualTo("[1,1]");
        }
    }

    @Test
    void clockStandsStillDuringARun() {
        assertThat(bench.result("""
                function handler(event) {
                    const first = Date.now();
                    for (let i = 0; i < 1000; i++) { }
                    return [Date.now() - first, new Date().getTime() - first, new Date(5).getTime(),
                        new Date() instanceof Date, typeof Date()];
                }""")).isEqualTo("[0,0,5,true,\"string\"]");
    }

    @Test
    void consoleKeepsTheFirstArgumentAndTenKilobytes() {
        Returned returned = (Returned) bench.run(CloudFrontFunction.RUNTIME_2_0, """
                console.log('loading');
                function handler(event) {
                    console.log('one', 'two');
                    console.log({ a: [1] });
                    for (let i = 0; i < 20; i++) { console.log('x'.repeat(1000)); }
                    return 1;
                }""");
        assertThat(returned.report().logLines()).startsWith("loading", "one", "{\"a\":[1]}");
        int bytes = returned.report().logLines().stream()
                .mapToInt(line -> line.length() + 1)
                .sum();
        assertThat(bytes).isBetween(10 * 1024 - 1_001, 10 * 1024 + 1);
    }

    @Test
    void lastChangeOfTheOriginIsTheAnswers() {
        Returned returned = (Returned) bench.run(CloudFrontFunction.RUNTIME_2_0, """
                import cf from 'cloudfront';
                function handler(event) {
                    cf.selectRequestOriginById('first');
                    cf.updateRequestOrigin({ domainName: 'other.test', timeouts: { readTimeout: 4 } });
                    return event.request;
                }""");
        assertThat(returned.originChange())
                .isEqualTo(
                        "{\"updateRequestOrigin\":{\"domainName\":\"other.test\",\"timeouts\":{\"readTimeout\":4}}}");
        assertThat(((Returned) bench.run(CloudFrontFunction.RUNTIME_2_0, "function handler(e) { return e.request; }"))
                        .originChange())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            function handler(event) { return 1;    | UNCOMPILABLE SyntaxError
            function other(event) { return 1; }    | THREW ReferenceError: the code has no function named "handler"
            var handler = 1;                       | THREW ReferenceError: the code has no function named "handler"
            throw new Error('at once')             | THREW Error: at once
            """)
    void codeThatCannotServeSaysWhy(String code, String end) {
        assertThat(bench.result(code)).startsWith(end);
    }

    @Test
    void codeHasTenKilobytesAtMost() {
        String code = "function handler(event) { return 1; } //";
        String longest = code + "x".repeat(10 * 1024 - code.length());
        assertThat(bench.result(longest)).isEqualTo("1");
        assertThat(bench.result(longest + "x"))
                .isEqualTo("UNCOMPILABLE the code has 10241 bytes, expected at most 10240");
    }
}
