package dev.nearside.edge.functions;

import static dev.nearside.edge.functions.EngineBench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Lambda promises a JavaScript handler, the same on every engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class JavaScriptContract {

    private final EngineBench bench;

    protected JavaScriptContract(FunctionEngine engine) {
        this.bench = new EngineBench(engine, "nodejs20.x");
    }

    @AfterAll
    void close() {
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
    void aPromiseOfAPlainFunctionThatNothingCanSettleFailsAtOnce() {
        assertThat(failureOf(bench.run("exports.handler = () => new Promise(() => {})"))
                        .errorType())
                .isEqualTo("Runtime.NodeJsExit");
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
                .contains("/index.js:1:");
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
                        + EngineBench.REQUEST_ID
                        + "\",\"/aws/lambda/us-east-1.greet\",true,true,true]");
    }

    @Test
    void eventsAndResultsKeepEveryCharacter() {
        String event = "{\"text\":\"sn\u00f6 \uD83D\uDE00 \\u2028\"}";

        assertThat(EngineBench.resultOf(bench.invoke(
                        bench.load("exports.handler = async (event) => event"), event, EngineBench.GENEROUS_MILLIS)))
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

    @Test
    void anEnvironmentMadeAheadServesTheFirstEventWarm() {
        LoadedFunction function = bench.load(
                "console.log('loading'); let n = 0; exports.handler = async () => { console.log('in'); return ++n; }");

        assertThat(EngineBench.warmUp(function)).isEmpty();
        assertThat(EngineBench.warmUp(function)).as("there is one already").isEmpty();
        InvocationOutcome first = bench.invoke(function);
        assertThat(EngineBench.resultOf(first)).isEqualTo("1");
        assertThat(first.report().initNanos()).isZero();
        assertThat(first.report().logLines()).containsExactly("INFO\tloading", "INFO\tin");
        InvocationOutcome second = bench.invoke(function);
        assertThat(EngineBench.resultOf(second)).isEqualTo("2");
        assertThat(second.report().logLines()).containsExactly("INFO\tin");
    }

    @Test
    void codeThatCannotStartSaysSoAheadAndAgainToItsFirstEvent() {
        LoadedFunction function = bench.load("throw new RangeError('no luck')");

        assertThat(EngineBench.warmUp(function)).hasValueSatisfying(failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
            assertThat(failed.errorType()).isEqualTo("RangeError");
            assertThat(failed.message()).isEqualTo("no luck");
        });
        assertThat(failureOf(bench.invoke(function)).errorType()).isEqualTo("RangeError");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        other.handler    | exports.handler = 1       | Runtime.ImportModuleError    | Error: Cannot find module 'other'
        index.handler    | require('./x')            | Runtime.ImportModuleError    | Error: Cannot find module './x'
        index.handler    | exports.other = 1         | Runtime.HandlerNotFound      | index.handler is undefined or not exported
        index.handler    | exports.handler = 1       | Runtime.HandlerNotFound      | index.handler is not a function
        index            | exports.handler = 1       | Runtime.MalformedHandlerName | Bad handler: 'index', expected file.export
        ../index.handler | exports.handler = 1       | Runtime.MalformedHandlerName | Bad handler: '../index.handler', expected file.export
        index.handler    | throw new RangeError('x') | RangeError                   | x
        index.handler    | process.exit(1)           | Runtime.ExitError            | RequestId:
        """)
    void codeThatCannotStartFailsTheInit(String handler, String code, String errorType, String message) {
        InvocationOutcome outcome = bench.invoke(bench.load(handler, EngineBench.files("index.js", code)));

        assertThat(failureOf(outcome).errorType()).isEqualTo(errorType);
        assertThat(failureOf(outcome).message()).startsWith(message);
        assertThat(failureOf(outcome).reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(outcome.report().initNanos()).isPositive();
        assertThat(outcome.report().durationNanos()).isZero();
    }

    @Test
    void syntaxErrorsFailTheInit() {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = ( => 1"));

        assertThat(failed.errorType()).isEqualTo("Runtime.UserCodeSyntaxError");
        assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
    }

    @Test
    void handlersMayLieInFoldersAndBeMembers() {
        Map<String, String> files = EngineBench.files(
                "src/app/index.js", "exports.api = { get: async () => require('../lib').name + require('pkg') };",
                "src/lib.json", "{\"name\": \"lib\"}",
                "node_modules/pkg/package.json", "{\"main\": \"main.js\"}",
                "node_modules/pkg/main.js", "module.exports = '+pkg';");

        assertThat(bench.answer(bench.load("src/app/index.api.get", files))).isEqualTo("\"lib+pkg\"");
    }

    @Test
    void stateIsKeptInAnEnvironmentAndNeverShared() {
        String code = "let n = 0; exports.handler = async () => ++n";
        LoadedFunction one = bench.load(code);
        LoadedFunction other = bench.load(code);

        assertThat(bench.answer(one)).isEqualTo("1");
        assertThat(bench.answer(one)).isEqualTo("2");
        assertThat(bench.answer(other)).isEqualTo("1");
    }

    @Test
    void environmentVariablesAreTheUsersAndLambdas() {
        LoadedFunction function = bench.load(
                "index.handler", EngineBench.files("index.js", """
                        exports.handler = async () => ['MY', 'AWS_REGION', '_HANDLER', 'AWS_LAMBDA_FUNCTION_NAME',
                            'AWS_EXECUTION_ENV', 'NEARSIDE_TOKEN', 'JAVA_HOME'].map((name) => process.env[name] ?? null);
                        """), Map.of("MY", "own", "AWS_REGION", "overridden"));

        assertThat(bench.answer(function))
                .isEqualTo("[\"own\",\"us-east-1\",\"index.handler\",\"greet\",\"AWS_Lambda_nodejs20.x\",null,null]");
    }

    @Test
    void linesOfTheConsoleKeepTheirLevels() {
        InvocationOutcome outcome = bench.run("""
                exports.handler = async () => {
                    console.log('a %s', 'b');
                    console.warn('two\\nlines');
                    console.error({ a: 1 });
                };
                """);

        assertThat(outcome.report().logLines()).containsExactly("INFO\ta b", "WARN\ttwo\rlines", "ERROR\t{ a: 1 }");
    }

    @Test
    void endlessLoopsEndAtTheDeadlineAndTheNextEventFindsANewEnvironment() {
        LoadedFunction function =
                bench.load("let n = 0; exports.handler = async (event) => { n++; while (event.spin); return n; }");
        assertThat(bench.answer(function)).isEqualTo("1");
        InvocationOutcome.Failed failed = failureOf(bench.invoke(function, "{\"spin\":true}", 300));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.message()).isEqualTo("Task timed out after 0.30 seconds");
        assertThat(bench.answer(function)).isEqualTo("1");
    }

    @Test
    void processExitEndsTheInvocation() {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = async () => process.exit(3)"));

        assertThat(failed.errorType()).isEqualTo("Runtime.ExitError");
        assertThat(failed.message()).endsWith("Error: Runtime exited with error: exit status 3");
    }
}
