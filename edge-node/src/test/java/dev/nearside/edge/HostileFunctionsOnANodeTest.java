package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.edge.functions.jvm.JavaEngine;
import dev.nearside.edge.functions.jvm.JavaEngineLimits;
import dev.nearside.edge.functions.jvm.JavaWorkbench;
import dev.nearside.edge.functions.process.Language;
import dev.nearside.edge.functions.process.ProcessEngine;
import dev.nearside.edge.functions.process.ProcessLimits;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Code that means harm, on every engine of a whole node: what the viewer and the trace are told, and that others are
 * served right afterwards. Each engine has one worker and each function one environment, so that whatever is not given
 * back is missed at once.
 */
class HostileFunctionsOnANodeTest {

    /** Which engine runs a handler, and how one looks there that passes on all requests but those for /bad. */
    enum Kind {
        GRAALJS("nodejs20.x", "index.js", Kind.JAVASCRIPT),
        NODE("nodejs22.x", "index.js", Kind.JAVASCRIPT),
        PYTHON("python3.12", "index.py", """
                def attack(request):
                    %s
                def handler(event, context):
                    request = event['Records'][0]['cf']['request']
                    if request['uri'] == '/bad':
                        return attack(request)
                    return request
                """),
        JAVA("java25", "", """
                public class Handler implements EdgeHandler {
                    static int n;
                    static int fall(int depth) { return fall(depth + 1) + 1; }
                    EdgeResult attack(EdgeRequest request) {
                        %s
                    }
                    public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                        EdgeRequest request = event.request();
                        return request.uri().equals("/bad") ? attack(request) : request;
                    }
                }
                """);

        private static final String JAVASCRIPT = """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    if (request.uri === '/bad') {
                        %s
                    }
                    return request;
                };
                """;

        private final String runtime;
        private final String file;
        private final String handler;

        Kind(String runtime, String file, String handler) {
            this.runtime = runtime;
            this.file = file;
            this.handler = handler;
        }

        String engine() {
            return this == JAVA ? "jvm" : name().toLowerCase(Locale.ROOT);
        }

        /** Answers every request with the value of an expression. */
        String answering(String expression) {
            return switch (this) {
                case GRAALJS, NODE ->
                    "exports.handler = async () => ({ status: '200', body: String(" + expression + ") });";
                case PYTHON ->
                    "def handler(event, context):\n    return {'status': '200', 'body': str(" + expression + ")}\n";
                case JAVA -> """
                        public class Handler implements EdgeHandler {
                            static int n;
                            public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                                return EdgeResponse.text(200, EdgeHeaders.empty(), String.valueOf(%s));
                            }
                        }
                        """.formatted(expression);
            };
        }

        void put(TestBed bed, EventType event, String source) {
            if (this == JAVA) {
                bed.withJava(event, JavaWorkbench.compile(source));
            } else {
                bed.with(event, runtime, file, source);
            }
        }
    }

    @TempDir
    private static Path folder;

    private static final AtomicInteger PATHS = new AtomicInteger();

    private static TestBed bed;

    @BeforeAll
    static void startNode() throws Exception {
        JsEngineLimits js = JsEngineLimits.defaults();
        JavaEngineLimits java = JavaEngineLimits.defaults();
        ProcessLimits process = ProcessLimits.defaults();
        ProcessLimits one = new ProcessLimits(1, 100, process.initTimeoutMillis(), process.maxLogBytes(), 300);
        String path = System.getenv("PATH");
        bed = TestBed.start(
                folder,
                NodeSettings.DEFAULTS.with(EdgeNodeConfig.Limits.defaults().withFunctionWarmUpMillis(15_000)),
                List.of(
                        new OneRuntime(
                                "nodejs20.x",
                                new GraalJsEngine(
                                        new JsEngineLimits(
                                                1,
                                                1,
                                                100,
                                                js.initTimeoutMillis(),
                                                js.maxLogBytes(),
                                                js.maxTimers(),
                                                js.maxInflatedBytes(),
                                                300),
                                        Time.system(),
                                        Randomness.fast())),
                        new ProcessEngine(Language.NODE, one, path, Time.system(), Randomness.secret()),
                        new ProcessEngine(Language.PYTHON, one, path, Time.system(), Randomness.secret()),
                        new JavaEngine(
                                new JavaEngineLimits(
                                        1, 1, 100, java.initTimeoutMillis(), java.maxSteps(), java.maxLogBytes(), 300),
                                Time.system())));
    }

    @AfterAll
    static void stopNode() throws Exception {
        bed.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            GRAALJS | endless loop   | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | for (;;);
            NODE    | endless loop   | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | for (;;);
            PYTHON  | endless loop   | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | while True: pass
            JAVA    | endless loop   | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | while (true) { }
            GRAALJS | promise flood  | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | for (;;) { Promise.resolve().then(() => {}); await null; }
            NODE    | promise flood  | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | for (;;) { Promise.resolve().then(() => {}); await null; }
            GRAALJS | regex bomb     | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | /^(?:(a+)+)\\1!$/.test('a'.repeat(60));
            NODE    | regex bomb     | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | /^(?:(a+)+)\\1!$/.test('a'.repeat(60));
            PYTHON  | regex bomb     | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | import re; re.match('^(a+)+$', 'a' * 60 + '!')
            JAVA    | regex bomb     | 1  | 503 | LambdaLimitExceeded   | Task timed out after 1.00 seconds | return "a".repeat(3000).matches(".*.*.*.*.*.*.*.*.*z") ? null : request;
            GRAALJS | JSON bomb      | 15 | 502 | LambdaValidationError | Unable to stringify response body | let deep = []; for (let i = 0; i < 100000; i++) deep = [deep]; return deep;
            NODE    | JSON bomb      | 15 | 502 | LambdaValidationError | Unable to stringify response body | let deep = []; for (let i = 0; i < 100000; i++) deep = [deep]; return deep;
            PYTHON  | JSON bomb      | 15 | 502 | LambdaValidationError | recursion                         | return __import__('functools').reduce(lambda deep, _: [deep], range(100000), [])
            JAVA    | JSON bomb      | 15 | 502 | LambdaValidationError | ResponseSizeTooLarge              | return EdgeResponse.text(200, EdgeHeaders.empty(), Character.toString(1).repeat(900_000));
            GRAALJS | memory hog     | 15 | 503 | LambdaExecutionError  | signal: killed                    | const hog = []; for (;;) hog.push(new Array(1e5).fill(7));
            NODE    | memory hog     | 15 | 503 | LambdaExecutionError  | Runtime exited with error: signal: | const hog = []; for (;;) hog.push(new Array(1e5).fill(7));
            PYTHON  | memory hog     | 15 | 503 | LambdaExecutionError  | signal: killed                    | return [b'x' * 1000000 + bytes([i % 256]) for i in range(100000)]
            JAVA    | memory hog     | 15 | 503 | LambdaExecutionError  | signal: killed                    | java.util.List<byte[]> hog = new java.util.ArrayList<>(); while (true) hog.add(new byte[1_000_000]);
            GRAALJS | deep recursion | 15 | 503 | LambdaExecutionError  | Maximum call stack size exceeded  | const fall = () => fall() + 1; fall();
            NODE    | deep recursion | 15 | 503 | LambdaExecutionError  | Maximum call stack size exceeded  | const fall = () => fall() + 1; fall();
            PYTHON  | deep recursion | 15 | 503 | LambdaExecutionError  | recursion                         | return attack(request)
            JAVA    | deep recursion | 15 | 503 | LambdaExecutionError  | StackOverflowError                | return fall(0) == 1 ? null : request;
            GRAALJS | exit           | 15 | 503 | LambdaExecutionError  | exit status 3                     | process.exit(3);
            NODE    | exit           | 15 | 503 | LambdaExecutionError  | exit status 3                     | process.exit(3);
            PYTHON  | exit           | 15 | 503 | LambdaExecutionError  | exit status 3                     | import sys; sys.exit(3)
            """)
    void harmIsToldAndNobodyElseIsHarmed(
            Kind kind, String name, int seconds, int status, String result, String reason, String attack)
            throws Exception {
        bed.withTimeoutSeconds(seconds);
        kind.put(bed, EventType.VIEWER_REQUEST, kind.handler.formatted(attack));
        kind.put(bed, EventType.ORIGIN_REQUEST, kind.answering(kind == Kind.JAVA ? "\"other\"" : "'other'"));
        bed.publish();
        RawViewer.Response response = bed.get("/bad");

        assertThat(response.text()).as(name).contains(reason);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.field("x-cache")).isEqualTo(result + " from cloudfront");
        JsonNode run = runOf(response);
        assertThat(run.get("engine").asText()).isEqualTo(kind.engine());
        assertThat(run.get("error").asText()).contains(reason);

        // The same function, in a new environment if need be, lets the request pass, and another function answers it.
        Waiting.until("both functions serve again", () -> answer().equals("other"));
        Waiting.until("the worker is free", HostileFunctionsOnANodeTest::nobodyWorks);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            java.lang.System.exit              | System.exit(3); return request;
            java.lang.System.getenv            | return System.getenv("PATH") == null ? null : request;
            java.lang.Class.forName            | try { Class.forName("java.lang.Runtime"); } catch (Exception e) { } return request;
            java.lang.ClassLoader              | return request.getClass().getClassLoader() == null ? null : request;
            """)
    void javaThatReachesForTheHostIsRefusedAsAWhole(String named, String attack) throws Exception {
        bed.withTimeoutSeconds(15);
        Kind.JAVA.put(bed, EventType.VIEWER_REQUEST, Kind.JAVA.handler.formatted(attack));
        bed.publish();
        RawViewer.Response response = bed.get("/fine");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("x-cache")).isEqualTo("LambdaExecutionError from cloudfront");
        assertThat(runOf(response).get("error").asText())
                .startsWith("Runtime.RefusedCode")
                .contains(named);
        Kind.JAVA.put(bed, EventType.VIEWER_REQUEST, Kind.JAVA.answering("\"next version\""));
        bed.publish();
        Waiting.until("the next version answers", () -> answer().equals("next version"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GRAALJS | Object.prototype.stain = 1; globalThis.stain = 1; JSON.stringify.stain = 1; | [{}.stain, globalThis.stain, JSON.stringify.stain].join('/')        | //
            NODE    | Object.prototype.stain = 1; globalThis.stain = 1; JSON.stringify.stain = 1; | [{}.stain, globalThis.stain, JSON.stringify.stain].join('/')        | //
            PYTHON  | import builtins, json; builtins.stain = json.stain = 1; return request      | [hasattr(__import__(name), 'stain') for name in ['builtins', 'json']] | [False, False]
            JAVA    | n = 1; return request;                                                      | n                                                                   | 0
            """)
    void whatOneFunctionSpoilsIsWholeForAnother(Kind kind, String spoil, String look, String seen) throws Exception {
        bed.withTimeoutSeconds(15);
        kind.put(bed, EventType.VIEWER_REQUEST, kind.handler.formatted(spoil));
        kind.put(bed, EventType.ORIGIN_REQUEST, kind.answering(look));
        bed.publish();

        RawViewer.Response response = bed.get("/bad");
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(response.text()).isEqualTo(seen);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JAVA")
    void theNodesEnvironmentIsNotTheFunctions(Kind kind) throws Exception {
        bed.withTimeoutSeconds(15);
        kind.put(
                bed,
                EventType.VIEWER_REQUEST,
                kind.answering(
                        kind == Kind.PYTHON
                                ? "','.join(__import__('os').environ)"
                                : "Object.keys(process.env).join(',')"));
        bed.publish();
        Set<String> seen = new TreeSet<>(List.of(bed.get("/a").text().split(",")));
        Set<String> ofTheNode = new TreeSet<>(System.getenv().keySet());
        ofTheNode.removeAll(
                Set.of("PATH", "HOME", "LANG", "LC_CTYPE", "TMPDIR", "TZ", "AWS_REGION", "AWS_DEFAULT_REGION"));

        assertThat(seen).contains("AWS_LAMBDA_FUNCTION_NAME").doesNotContainAnyElementsOf(ofTheNode);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            GRAALJS | typeof Java + typeof java + typeof Polyglot + typeof load                    | undefinedundefinedundefinedundefined
            GRAALJS | (() => { try { return require('fs'); } catch (e) { return e.code; } })()      | MODULE_NOT_FOUND
            NODE    | (() => { try { return require('fs').readFileSync('/etc/passwd'); } catch (e) { return e.code; } })() | ERR_ACCESS_DENIED
            NODE    | (() => { try { return require('child_process').execSync('true'); } catch (e) { return e.code; } })() | ERR_ACCESS_DENIED
            """)
    void theHostIsOutOfReachOfJavaScript(Kind kind, String reach, String seen) throws Exception {
        bed.withTimeoutSeconds(15);
        kind.put(bed, EventType.VIEWER_REQUEST, kind.answering(reach));
        bed.publish();

        assertThat(bed.get("/a").text()).isEqualTo(seen);
    }

    @Test
    void theHostIsOutOfReachOfPython() throws Exception {
        bed.withTimeoutSeconds(15);
        Kind.PYTHON.put(bed, EventType.VIEWER_REQUEST, Kind.PYTHON.answering("open('/etc/passwd').read()"));
        bed.publish();
        RawViewer.Response response = bed.get("/a");

        assertThat(response.status()).isEqualTo(503);
        assertThat(runOf(response).get("error").asText())
                .startsWith("PermissionError")
                .contains("is not allowed in a function");
    }

    /** What a viewer of a page that nobody has asked for yet is told. */
    private static String answer() {
        try {
            return bed.get("/fine-" + PATHS.incrementAndGet()).text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether no thread of the engines in this JVM runs a handler. */
    private static boolean nobodyWorks() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(java.util.Arrays::stream)
                .noneMatch(frame -> frame.getClassName().endsWith(".JsEnvironment")
                        || frame.getClassName().endsWith(".JavaEnvironment"));
    }

    private static JsonNode runOf(RawViewer.Response response) {
        String id = response.field("x-amz-cf-id");
        Waiting.until("the exchange is over", () -> bed.node().traces().find(id).isPresent());
        return bed.node().traces().find(id).orElseThrow().at("/functions/0");
    }

    /** An engine that leaves all runtimes but one to those that come after it. */
    private record OneRuntime(String runtime, FunctionEngine engine) implements FunctionEngine {
        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public boolean runs(String asked) {
            return asked.equals(runtime);
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            return engine.load(version, code);
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
