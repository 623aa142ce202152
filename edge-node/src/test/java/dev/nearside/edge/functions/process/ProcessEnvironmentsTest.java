package dev.nearside.edge.functions.process;

import static dev.nearside.edge.functions.EngineBench.failureOf;
import static dev.nearside.edge.functions.EngineBench.files;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessEnvironmentsTest {

    private static EngineBench bench;

    @BeforeAll
    static void open() {
        bench = Processes.node();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void modulesLoadWithTheirTopLevelAwait() {
        String answer = bench.answer(bench.load("app.handler", files("app.mjs", """
                import { createHash } from 'node:crypto';
                const word = await Promise.resolve('awaited');
                export const handler = async () => word + createHash('md5').update('').digest('hex').slice(0, 4);
                """)));

        assertThat(answer).isEqualTo("\"awaitedd41d\"");
    }

    @Test
    void packagesOfTypeModuleLoad() {
        String answer = bench.answer(bench.load(
                "index.handler",
                files(
                        "package.json", "{\"type\": \"module\"}",
                        "index.js", "import { n } from './n.js'; export const handler = async () => n;",
                        "n.js", "export const n = 5;")));

        assertThat(answer).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "require('fs').readFileSync('/etc/passwd')",
                "require('fs').readFileSync('/proc/self/environ')",
                "require('fs').writeFileSync(__filename, '')",
                "require('fs').readdirSync('/')",
                "require('child_process').execSync('true')",
                "new (require('worker_threads').Worker)('1', { eval: true })"
            })
    void whatIsNotTheFunctionsOwnIsRefused(String attempt) {
        InvocationOutcome.Failed failed = failureOf(bench.run("exports.handler = async () => { " + attempt + "; }"));

        assertThat(failed.reason()).isEqualTo(FailureReason.THREW);
        assertThat(failed.message()).contains("Access to this API has been restricted");
    }

    @Test
    void temporaryFilesAreTheEnvironmentsOwn() {
        assertThat(bench.answer("""
                        const fs = require('fs');
                        const path = require('path').join(require('os').tmpdir(), 'x');
                        exports.handler = async () => {
                            fs.writeFileSync(path, 'kept');
                            return fs.readFileSync(path, 'utf8');
                        };
                        """)).isEqualTo("\"kept\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "const a = []; for (;;) a.push(Buffer.alloc(1e6, 1));",
                "const a = []; for (;;) a.push(new Array(1e5).fill(a.length));"
            })
    void processesOverTheirMemoryAreEnded(String hog) {
        InvocationOutcome outcome = bench.run("exports.handler = async () => { " + hog + " }");

        assertThat(failureOf(outcome).reason()).isIn(FailureReason.OUT_OF_MEMORY, FailureReason.THREW);
        assertThat(failureOf(outcome).message()).contains("Runtime exited with error: signal: ");
        assertThat(outcome.report().memoryBytes()).isPositive();
        assertThat(bench.answer("exports.handler = async () => 'fine'")).isEqualTo("\"fine\"");
    }

    @Test
    void outputOfACrashIsKept() {
        InvocationOutcome outcome = bench.run("exports.handler = async () => { process.stdout.write('last words\\n');"
                + " process.kill(process.pid, 'SIGKILL'); await new Promise(() => setInterval(() => {}, 1000)); }");

        assertThat(failureOf(outcome).message()).endsWith("signal: killed");
        assertThat(outcome.report().logLines()).containsExactly("INFO\tlast words");
    }

    @Test
    void outputWithoutALineEndIsKeptAndHoldsNothingUp() {
        InvocationOutcome outcome =
                bench.run("exports.handler = async () => { process.stdout.write('no end'); return 1; }");

        assertThat(EngineBench.resultOf(outcome)).isEqualTo("1");
        assertThat(outcome.report().logLines()).containsExactly("INFO\tno end");
    }

    @Test
    void answersBeyondWhatLambdaTakesFailAtOnce() {
        InvocationOutcome.Failed failed =
                failureOf(bench.run("exports.handler = async () => 'x'.repeat(9 * 1024 * 1024)"));

        assertThat(failed.reason()).isEqualTo(FailureReason.BAD_RESULT);
        assertThat(failed.errorType()).isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void eventAfterOneThatEndedItsProcessFindsAnother() {
        LoadedFunction function = bench.load("""
                exports.handler = async (event) => {
                    if (event.crash) Promise.reject(new Error('lost'));
                    return new Promise((done) => setTimeout(() => done(1), event.crash ? 60000 : 0));
                };
                """);
        for (int i = 0; i < 3; i++) {
            InvocationOutcome crash = bench.invoke(function, "{\"crash\":true}", EngineBench.GENEROUS_MILLIS);
            assertThat(failureOf(crash).errorType()).isEqualTo("Runtime.UnhandledPromiseRejection");

            assertThat(bench.answer(function)).isEqualTo("1");
        }
    }

    @Test
    void functionsCannotSpeakForAnothersProcess() {
        LoadedFunction victim = bench.load("exports.handler = async () => process.env.AWS_LAMBDA_RUNTIME_API");
        String socket = bench.answer(victim).replace("\"", "");
        String answer = bench.answer("""
                const http = require('http');
                exports.handler = () => new Promise((done) => http.get(
                    { socketPath: '%s', path: '/2018-06-01/runtime/invocation/next' },
                    (response) => done(response.statusCode)));
                """.formatted(socket));

        assertThat(answer).isEqualTo("403");
        assertThat(bench.answer(victim)).contains(socket);
    }

    @Test
    void variablesThatWouldOpenTheFenceAreLeftOut() {
        LoadedFunction function = bench.load(
                "index.handler",
                files(
                        "index.js",
                        "exports.handler = async () => [process.env.NODE_OPTIONS, process.env.LD_PRELOAD,"
                                + " process.permission.has('child')]"),
                Map.of("NODE_OPTIONS", "--allow-child-process", "LD_PRELOAD", "./x.so"));

        assertThat(bench.answer(function)).isEqualTo("[null,null,false]");
    }

    @Test
    void newcomerTakesThePlaceOfAnIdleEnvironment() {
        try (EngineBench small = Processes.node(new ProcessLimits(1, 1, 10_000, 1_000, 300))) {
            assertThat(small.answer("exports.handler = async () => 1")).isEqualTo("1");
            assertThat(small.answer("exports.handler = async () => 2")).isEqualTo("2");
        }
    }

    @Test
    void variablesThatNoProcessCanHaveFailTheirFunctionOnly() {
        LoadedFunction function =
                bench.load("index.handler", files("index.js", "exports.handler = async () => 1"), Map.of("A", "\0"));

        assertThat(failureOf(bench.invoke(function)).reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(bench.answer("exports.handler = async () => 2")).isEqualTo("2");
    }

    @Test
    void environmentsAreFrozenBetweenEvents() {
        LoadedFunction ticking = bench.load("""
                let ticks = 0;
                setInterval(() => ticks++, 1).unref();
                exports.handler = async () => ticks;
                """);
        int before = Integer.parseInt(bench.answer(ticking));
        bench.answer("exports.handler = () => new Promise((done) => setTimeout(done, 300))");

        assertThat(Integer.parseInt(bench.answer(ticking)) - before).isBetween(0, 100);
    }

    @Test
    void eventsBeyondTheLimitAreThrottledAndNeverQueued() {
        ProcessLimits one = new ProcessLimits(1, 1, 10_000, 1_000, 300);
        try (EngineBench small = Processes.node(one)) {
            LoadedFunction function =
                    small.load("exports.handler = (e, c, done) => setTimeout(() => done(null, 1), 300)");
            CompletableFuture<InvocationOutcome> first = small.start(function, "{}", EngineBench.GENEROUS_MILLIS);

            InvocationOutcome.Failed second = failureOf(small.invoke(function));
            assertThat(second.reason()).isEqualTo(FailureReason.THROTTLED);
            assertThat(second.message()).isEqualTo("Rate Exceeded.");
            assertThat(EngineBench.resultOf(EngineBench.await(first))).isEqualTo("1");
        }
    }

    @Test
    void anEndlessInitIsEnded() {
        try (EngineBench impatient = Processes.node(new ProcessLimits(1, 1, 400, 1_000, 300))) {
            InvocationOutcome.Failed failed = failureOf(impatient.run("for (;;);"));

            assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
            assertThat(failed.message()).isEqualTo("Init timed out after 0.40 seconds");
        }
    }

    @Test
    void machineWithoutTheInterpreterSaysWhatIsMissing(@TempDir Path empty) {
        ProcessEngine engine = new ProcessEngine(
                Language.PYTHON, ProcessLimits.defaults(), empty.toString(), Time.system(), Randomness.secret());
        try (EngineBench without = new EngineBench(engine, "python3.12")) {
            InvocationOutcome.Failed failed = failureOf(without.run("def handler(e, c): pass"));

            assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
            assertThat(failed.message())
                    .isEqualTo("the runtime 'python3.12' needs the program 'python3' on the node's PATH");
        }
    }

    @Test
    void closingEndsProcessesAndRemovesTheirFiles() {
        Path folder;
        long pid;
        try (EngineBench closing = Processes.node()) {
            String[] told = closing.answer("exports.handler = async () => process.pid + ' ' + __dirname")
                    .replace("\"", "")
                    .split(" ", 2);
            pid = Long.parseLong(told[0]);
            folder = Path.of(told[1]);
            assertThat(folder).exists();
            assertThat(ProcessHandle.of(pid)).isPresent();
        }

        assertThat(Files.exists(folder.resolve(".."))).isFalse();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }
}
