package dev.nearside.edge.functions.process;

import static dev.nearside.edge.functions.EngineBench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Lambda promises a Python handler, and what the fence keeps from it. */
class PythonContractTest {

    private static EngineBench bench;

    @BeforeAll
    static void open() {
        bench = Processes.python();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static String handler(String body) {
        return "def handler(event, context):\n    " + body.replace("\n", "\n    ") + "\n";
    }

    @Test
    void returnsTheResultAsJson() {
        LoadedFunction function = bench.load(handler("event['seen'] = True\nreturn event"));

        assertThat(EngineBench.resultOf(bench.invoke(function, "{\"a\":\"ö\"}", EngineBench.GENEROUS_MILLIS)))
                .isEqualTo("{\"a\": \"\\u00f6\", \"seen\": true}");
    }

    @Test
    void contextTellsAboutTheInvocation() {
        assertThat(bench.answer(handler("""
                        return [context.function_name, context.function_version, context.invoked_function_arn,
                            context.memory_limit_in_mb, context.aws_request_id, context.log_group_name,
                            1000 < context.get_remaining_time_in_millis() <= 20000]""")))
                .isEqualTo("[\"greet\", \"7\", \"arn:aws:lambda:us-east-1:000000000000:function:greet:7\", \"128\", \""
                        + EngineBench.REQUEST_ID + "\", \"/aws/lambda/us-east-1.greet\", true]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        index.handler | def handler(e, c): raise ValueError('bad')  | THREW       | ValueError                   | bad
        index.handler | def handler(e, c): return {1, 2}            | BAD_RESULT  | Runtime.MarshalError         | Unable to marshal response: Object of type set is not JSON serializable
        index.handler | import absent                               | INIT_FAILED | Runtime.ImportModuleError    | Unable to import module 'index': No module named 'absent'
        other.handler | x = 1                                       | INIT_FAILED | Runtime.ImportModuleError    | Unable to import module 'other': No module named 'other'
        index.handler | def handler(:                               | INIT_FAILED | Runtime.UserCodeSyntaxError  | Syntax error in module 'index'
        index.other   | x = 1                                       | INIT_FAILED | Runtime.HandlerNotFound      | Handler 'other' missing on module 'index'
        index         | x = 1                                       | INIT_FAILED | Runtime.MalformedHandlerName | Bad handler 'index'
        index.handler | import sys; sys.exit(4)                     | INIT_FAILED | Runtime.ExitError            | RequestId:
        """)
    void failsAsLambdaWould(String handler, String code, FailureReason reason, String type, String message) {
        InvocationOutcome.Failed failed =
                failureOf(bench.invoke(bench.load(handler, EngineBench.files("index.py", code))));

        assertThat(failed.errorType()).isEqualTo(type);
        assertThat(failed.message()).startsWith(message);
        assertThat(failed.reason()).isEqualTo(reason);
    }

    @Test
    void handlersLieInFoldersAndImportTheirNeighbours() {
        Map<String, String> files = EngineBench.files(
                "src/app.py",
                "from src.words import GREETING\nimport packed\ndef handler(e, c): return GREETING + packed.NAME",
                "src/words.py",
                "GREETING = 'hello '",
                "packed/__init__.py",
                "NAME = 'packed'");

        assertThat(bench.answer(bench.load("src/app.handler", files))).isEqualTo("\"hello packed\"");
    }

    @Test
    void printedAndLoggedLinesAreKept() {
        InvocationOutcome outcome = bench.run("import logging\n" + handler("""
                print('printed')
                logging.warning('two\\nlines')
                raise KeyError('k')"""));

        assertThat(outcome.report().logLines())
                .hasSize(3)
                .startsWith("INFO\tprinted", "WARN\ttwo\rlines")
                .last()
                .asString()
                .startsWith("ERROR\tKeyError: 'k'\rTraceback (most recent call last):")
                .contains("index.py");
    }

    @Test
    void outputWithoutALineEndIsKeptAndHoldsNothingUp() {
        InvocationOutcome outcome = bench.run(handler("print('no end', end='')\nreturn 1"));

        assertThat(EngineBench.resultOf(outcome)).isEqualTo("1");
        assertThat(outcome.report().logLines()).containsExactly("INFO\tno end");
    }

    @Test
    void fenceHoldsAgainstManyThreads() {
        assertThat(bench.answer("import threading\n" + handler("""
                        got = []
                        def attempt():
                            for _ in range(200):
                                try:
                                    got.append(open('/etc/passwd').read())
                                except PermissionError:
                                    pass
                        threads = [threading.Thread(target=attempt) for _ in range(4)]
                        for thread in threads: thread.start()
                        for thread in threads: thread.join()
                        return len(got)"""))).isEqualTo("0");
    }

    @Test
    void stateIsKeptInAnEnvironment() {
        LoadedFunction function = bench.load("n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n");

        assertThat(bench.answer(function)).isEqualTo("1");
        assertThat(bench.answer(function)).isEqualTo("2");
    }

    @Test
    void endlessLoopsEndAtTheDeadline() {
        InvocationOutcome.Failed failed =
                failureOf(bench.invoke(bench.load(handler("while event.get('spin', True): pass")), "{}", 300));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.message()).isEqualTo("Task timed out after 0.30 seconds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open('/etc/passwd').read()",
                "open('/proc/self/environ').read()",
                "open('index.py', 'w')",
                "import os; os.system('true')",
                "import subprocess; subprocess.run(['true'])",
                "import os; os.fork()",
                "import os; os.listdir('/')",
                "import os; os.kill(1, 0)",
                "import os; os.remove('index.py')",
                "import ctypes; ctypes.CDLL(None)",
                "import multiprocessing.util as u; u.spawnv_passfds(b'/bin/true', [b'true'], ())",
                "import os; os.symlink('/etc/passwd', 'x')"
            })
    void fenceKeepsWhatIsNotTheFunctionsOwn(String attempt) {
        InvocationOutcome.Failed failed = failureOf(bench.run(handler(attempt)));

        assertThat(failed.errorType()).isEqualTo("PermissionError");
        assertThat(failed.message()).contains("not allowed in a function");
    }

    @Test
    void temporaryFilesAreTheEnvironmentsOwn() {
        assertThat(bench.answer("import tempfile, os\n" + handler("""
                        path = os.path.join(tempfile.gettempdir(), 'x')
                        with open(path, 'w') as out: out.write('kept')
                        with open(path) as file: return file.read()"""))).isEqualTo("\"kept\"");
    }

    @Test
    void anEnvironmentMadeAheadServesTheFirstEventWarm() {
        LoadedFunction function =
                bench.load("print('loading')\nn = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n");

        assertThat(EngineBench.warmUp(function)).isEmpty();
        InvocationOutcome first = bench.invoke(function);
        assertThat(EngineBench.resultOf(first)).isEqualTo("1");
        assertThat(first.report().initNanos()).isZero();
        assertThat(first.report().logLines()).containsExactly("INFO\tloading");
        assertThat(bench.answer(function)).isEqualTo("2");
    }

    @Test
    void codeThatCannotStartSaysSoAheadAndAgainToItsFirstEvent() {
        LoadedFunction function = bench.load("raise ValueError('no luck')");

        assertThat(EngineBench.warmUp(function))
                .hasValueSatisfying(failed -> assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED));
        for (int i = 0; i < 5; i++) {
            // Its environment is on its way out and must not be the next event's.
            InvocationOutcome.Failed failed = failureOf(bench.invoke(function));
            assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
            assertThat(failed.message()).isEqualTo("no luck");
        }
    }
}
