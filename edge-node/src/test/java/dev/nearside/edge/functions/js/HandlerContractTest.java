package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandlerContractTest {

    private static JsWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JsWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        async handler              | async () => ({ a: 1 })                                          | {"a":1}
        async without a result     | async () => {}                                                  | null
        promise returned           | () => Promise.resolve('x')                                      | "x"
        thenable returned          | () => ({ then(ok) { ok(3); } })                                 | 3
        callback                   | (event, context, callback) => callback(null, 'x')               | "x"
        callback without a result  | (event, context, callback) => callback()                        | null
        second callback is ignored | (e, c, callback) => { callback(null, 1); callback(null, 2); }   | 1
        plain value is ignored     | () => 5                                                         | null
        waits for timers           | (e, c, cb) => { let n = 0; setTimeout(() => n++, 5); cb(null, { get n() { return n; } }); } | {"n":1}
        does not wait              | (e, c, cb) => { c.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 5); cb(null, 1); } | 1
        context.succeed            | (e, c) => { setInterval(() => {}, 5); c.succeed('s'); }         | "s"
        context.done               | (e, c) => c.done(null, 'd')                                     | "d"
        awaits a timer             | async () => { await new Promise((r) => setTimeout(r, 5)); return 'slept'; } | "slept"
        """)
    void answersAsLambdaWould(String name, String handler, String json) {
        assertThat(bench.answer("exports.handler = " + handler)).as(name).isEqualTo(json);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        throw                    | () => { throw new TypeError('bad'); }             | TypeError | bad
        rejection                | async () => { throw new RangeError('far'); }      | RangeError | far
        callback with an error   | (e, c, callback) => callback(new Error('no'))     | Error | no
        callback with a string   | (e, c, callback) => callback('no')                | string | no
        context.fail             | (e, c) => c.fail(new Error('no'))                 | Error | no
        class of the user's      | async () => { class Own extends Error { constructor(m) { super(m); this.name = 'Own'; } } throw new Own('x'); } | Own | x
        throw in a timer         | async () => { setTimeout(() => { throw new Error('late'); }, 1); await new Promise((r) => setTimeout(r, 5000)); } | Error | late
        lost rejection           | async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 5000)); } | Runtime.UnhandledPromiseRejection | Error: lost
        hostile error            | () => { throw { get message() { throw 1; }, stack: '' }; } | Error | Error: the thrown value cannot be described
        """)
    void failsAsLambdaWould(String name, String handler, String errorType, String message) {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = " + handler));

        assertThat(failed.reason()).as(name).isEqualTo(FailureReason.THREW);
        assertThat(failed.errorType()).as(name).isEqualTo(errorType);
        assertThat(failed.message()).as(name).isEqualTo(message);
    }

    @Test
    void messagesOfSeveralLinesStayWhole() {
        assertThat(failureOf(bench.run("exports.handler = () => { throw new Error('one\\ntwo'); }"))
                        .message())
                .isEqualTo("one\ntwo");
    }

    @Test
    void aPromiseThatNothingCanSettleFailsAtOnce() {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = async () => new Promise(() => {})"));

        assertThat(failed.errorType()).isEqualTo("Runtime.NodeJsExit");
    }

    @Test
    void failuresPrintTheStackAsLambdaDoes() {
        InvocationOutcome outcome =
                bench.run("exports.handler = async () => { throw Object.assign(new Error('no'), { code: 'E1' }); }");

        assertThat(outcome.report().logLines())
                .singleElement()
                .asString()
                .startsWith("ERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"no\",\"code\":\"E1\"")
                .contains("\"stack\":[\"Error: no\",\"    at ")
                .contains("/var/task/index.js:1:");
    }

    @Test
    void theContextTellsAboutTheInvocation() {
        String answer = bench.answer("""
                exports.handler = async (event, context) => [context.functionName, context.functionVersion,
                    context.invokedFunctionArn, context.memoryLimitInMB, context.awsRequestId, context.logGroupName,
                    /^\\d{4}\\/\\d\\d\\/\\d\\d\\/\\[7\\][0-9a-f]{32}$/.test(context.logStreamName),
                    context.callbackWaitsForEmptyEventLoop,
                    context.getRemainingTimeInMillis() > 1000 && context.getRemainingTimeInMillis() <= 20000];
                """);

        assertThat(answer)
                .isEqualTo("[\"greet\",\"7\",\"arn:aws:lambda:us-east-1:000000000000:function:greet:7\",\"128\",\""
                        + JsWorkbench.REQUEST_ID
                        + "\",\"/aws/lambda/us-east-1.greet\",true,true,true]");
    }

    @Test
    void eventsAndResultsKeepEveryCharacter() {
        String event = "{\"text\":\"sn\u00f6 \uD83D\uDE00 \\u2028\"}";

        assertThat(JsWorkbench.resultOf(bench.invoke(
                        bench.load("exports.handler = async (event) => event"), event, JsWorkbench.GENEROUS_MILLIS)))
                .isEqualTo("{\"text\":\"sn\u00f6 \uD83D\uDE00 \u2028\"}");
    }

    @Test
    void aResultThatIsNoJsonIsABadResult() {
        InvocationOutcome.Failed failed =
                failureOf(bench.run("exports.handler = async () => { const a = {}; a.a = a; return a; }"));

        assertThat(failed.reason()).isEqualTo(FailureReason.BAD_RESULT);
        assertThat(failed.message()).startsWith("Unable to stringify response body: Converting circular");
    }

    @Test
    void aResultOverTheLimitIsABadResult() {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = async () => 'x'.repeat(1_000_000)"));

        assertThat(failed.reason()).isEqualTo(FailureReason.BAD_RESULT);
        assertThat(failed.errorType()).isEqualTo("Function.ResponseSizeTooLarge");
        assertThat(failed.message()).contains("1000002").contains("1000000");
    }

    @Test
    void coldStartsAreReportedAndWarmOnesAreNot() {
        var function = bench.load("exports.handler = async () => 1");

        assertThat(bench.invoke(function).report().initNanos()).isPositive();
        assertThat(bench.invoke(function).report().initNanos()).isZero();
    }
}
