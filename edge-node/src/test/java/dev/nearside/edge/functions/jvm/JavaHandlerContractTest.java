package dev.nearside.edge.functions.jvm;

import static dev.nearside.edge.functions.jvm.JavaWorkbench.GENEROUS_MILLIS;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.bodyOf;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.compile;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.failureOf;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.handler;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaHandlerContractTest {

    private static final String COUNTER = handler("static int n;", """
            n++;
            if (event.request().uri().equals("/wait")) { while (context.remainingTimeMillis() > 100) { } }
            return n;
            """);

    private static JavaWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JavaWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void aHandlerChangesTheRequest() {
        LoadedFunction function = bench.load("""
                public class Handler implements EdgeHandler {
                    public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                        EdgeRequest request = event.request();
                        return request.withUri(request.uri() + "/index.html")
                                .withHeaders(request.headers().with("X-Host", request.headers().first("host")));
                    }
                }
                """);

        assertThat(resultOf(bench.invoke(function, "/docs", GENEROUS_MILLIS)))
                .contains("\"uri\":\"/docs/index.html\"")
                .contains("\"querystring\":\"a=b\"")
                .contains("\"x-host\":[{\"key\":\"X-Host\",\"value\":\"site.test\"}]");
    }

    @Test
    void theContextSaysWhatLambdaSays() {
        assertThat(bench.answer("""
                        return context.functionName() + " " + context.functionVersion() + " "
                                + context.invokedFunctionArn() + " " + context.awsRequestId() + " "
                                + context.memoryLimitMb() + " " + (context.remainingTimeMillis() > 1000) + " "
                                + event.config().eventType() + " " + event.config().requestId();
                        """))
                .isEqualTo("greet 7 arn:aws:lambda:us-east-1:000000000000:function:greet:7 " + JavaWorkbench.REQUEST_ID
                        + " 128 true VIEWER_REQUEST request-id");
    }

    @Test
    void theContextHasTheFunctionsVariables() {
        assertThat(bench.answer("return context.environment().get(\"PLACE\");")).isEqualTo("here");
        assertThat(failureOf(bench.run("context.environment().put(\"A\", \"b\"); return null;"))
                        .errorType())
                .isEqualTo("java.lang.UnsupportedOperationException");
    }

    @Test
    void whatIsPrintedGoesToTheLog() {
        InvocationOutcome outcome = bench.run("""
                System.out.println("out " + 1);
                System.err.print("err ä\\nno end");
                context.log("context");
                new IllegalStateException("shown").printStackTrace();
                return "";
                """);

        assertThat(outcome.report().logLines())
                .startsWith("INFO\tout 1", "INFO\terr ä", "INFO\tcontext")
                .contains("INFO\tno endjava.lang.IllegalStateException: shown");
    }

    @Test
    void anExceptionIsAnOutcomeAndItsTraceIsLogged() {
        LoadedFunction function = bench.load(handler("static int n;", """
                if (n++ == 0) { throw new IllegalStateException("not today"); }
                return n;
                """));
        InvocationOutcome.Failed failed = failureOf(bench.invoke(function));

        assertThat(failed.reason()).isEqualTo(FailureReason.THREW);
        assertThat(failed.errorType()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failed.message()).isEqualTo("not today");
        assertThat(failed.report().logLines().getLast())
                .startsWith("ERROR\tjava.lang.IllegalStateException: not today\r    at Handler.work(Handler.java")
                .doesNotContain("nearside.edge");
        assertThat(bench.answer(function)).isEqualTo("2");
    }

    @Test
    void anExceptionThatCannotBeToldIsAnOutcomeToo() {
        InvocationOutcome.Failed failed = failureOf(bench.invoke(bench.load(handler("""
                static class Rude extends RuntimeException {
                    @Override public String getMessage() { throw new Rude(); }
                }
                """, "throw new Rude();"))));

        assertThat(failed.reason()).isEqualTo(FailureReason.THREW);
        assertThat(failed.errorType()).isEqualTo("Handler$Rude");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Missing         | java.lang.ClassNotFoundException | Missing
            Handler::work   | Runtime.RefusedCode              | the handler is 'Handler::work', expected package.Class or package.Class::handle
            Handler$Plain   | Runtime.RefusedCode              | Handler$Plain does not implement dev.nearside.function.EdgeHandler
            Handler$Hidden  | Runtime.RefusedCode              | Handler$Hidden is not a public class that can be instantiated
            Handler$Closed  | Runtime.RefusedCode              | Handler$Closed has no public constructor without parameters
            Handler$Broken  | java.lang.ArithmeticException    | / by zero
            Handler$Thrower | java.lang.IllegalStateException  | in the constructor
            """)
    void initFailuresSayWhatIsMissing(String named, String errorType, String message) {
        LoadedFunction function = bench.load(named, compile(handler("""
                public static class Plain {}
                static class Hidden extends Handler {}
                public static class Closed extends Handler { Closed() {} }
                public static class Broken extends Handler { static int zero = 0; static final int N = 1 / zero; }
                public static class Thrower extends Handler {
                    public Thrower() { throw new IllegalStateException("in the constructor"); }
                }
                """, "return 1;")));
        InvocationOutcome.Failed failed = failureOf(bench.invoke(function));

        assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failed.errorType()).isEqualTo(errorType);
        assertThat(failed.message()).isEqualTo(message);
    }

    @Test
    void theHandlersMethodMayBeNamed() {
        assertThat(bench.answer(bench.load("Handler::handle", compile(handler("", "return 5;")))))
                .isEqualTo("5");
    }

    @Test
    void classesMayComeInPackagesAndInJars() throws IOException {
        Map<String, byte[]> classes = compile("""
                package shop.edge;
                public class Front implements dev.nearside.function.EdgeHandler {
                    public dev.nearside.function.EdgeResult handle(
                            dev.nearside.function.EdgeEvent event, dev.nearside.function.InvocationContext context) {
                        return event.request().withUri(Words.WORDS.get(0));
                    }
                }
                class Words { static final java.util.List<String> WORDS = java.util.List.of("/from-the-jar"); }
                """);
        Map<String, byte[]> files = new TreeMap<>();
        files.put("shop/edge/Front.class", classes.get("shop/edge/Front.class"));
        files.put(
                "lib/words.jar",
                jar("shop/edge/Words.class", Objects.requireNonNull(classes.get("shop/edge/Words.class"))));

        assertThat(resultOf(bench.invoke(bench.load("shop.edge.Front", files)))).contains("/from-the-jar");
    }

    private static byte[] jar(String path, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            jar.putNextEntry(new ZipEntry(path));
            jar.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void jarsShareOneLimit() throws IOException, CodeBundleException {
        CodeBundle bundle = CodeBundle.of(
                Map.of("lib/a.jar", jar("A.class", new byte[6_000]), "lib/b.jar", jar("B.class", new byte[6_000])));
        long zipped =
                bundle.files().values().stream().mapToLong(jar -> jar.length).sum();

        assertThat(new HandlerCode(bundle, zipped + 12_000).has("B")).isTrue();
        assertThatThrownBy(() -> new HandlerCode(bundle, zipped + 11_999))
                .isInstanceOf(CodeBundleException.class)
                .hasMessageContaining("exceed");
    }

    @Test
    void aJarThatCannotBeReadIsAnInitFailure() {
        InvocationOutcome.Failed failed =
                failureOf(bench.invoke(bench.load("Handler", Map.of("lib/a.jar", new byte[] {1, 2, 3}))));

        assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failed.errorType()).isEqualTo("Runtime.InvalidCode");
    }

    @Test
    void stateIsKeptByAnEnvironmentAndNeverShared() {
        LoadedFunction function = bench.load(COUNTER);
        assertThat(bench.answer(function)).isEqualTo("1");
        assertThat(bench.answer(function)).isEqualTo("2");

        CompletableFuture<InvocationOutcome> busy = bench.start(function, "/wait", 1_000);
        assertThat(bench.answer(function)).isEqualTo("1");
        assertThat(bodyOf(JavaWorkbench.await(busy))).isEqualTo("3");
    }

    @Test
    void aResultOfNothingIsNull() {
        assertThat(resultOf(bench.invoke(bench.load("""
                        public class Handler implements EdgeHandler {
                            public EdgeResult handle(EdgeEvent event, InvocationContext context) { return null; }
                        }
                        """)))).isEqualTo("null");
    }

    @Test
    void aResultWithHolesIsABadResult() {
        InvocationOutcome.Failed failed = failureOf(bench.invoke(bench.load("""
                public class Handler implements EdgeHandler {
                    public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                        return new EdgeResponse(200, "", null, "x", "text");
                    }
                }
                """)));

        assertThat(failed.reason()).isEqualTo(FailureReason.BAD_RESULT);
    }

    @Test
    void aResultThatIsTooLongIsABadResult() {
        assertThat(failureOf(bench.run("return \"x\".repeat(1_100_000);")).errorType())
                .isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void anEnvironmentMadeAheadServesTheFirstEventWarm() {
        LoadedFunction function =
                bench.load(handler("static int n; static { System.out.println(\"loading\"); }", "return ++n;"));

        assertThat(EngineBench.warmUp(function)).isEmpty();
        InvocationOutcome first = bench.invoke(function);
        assertThat(bodyOf(first)).isEqualTo("1");
        assertThat(first.report().initNanos()).isZero();
        assertThat(first.report().logLines()).containsExactly("INFO\tloading");
        assertThat(bench.answer(function)).isEqualTo("2");
    }

    @Test
    void codeThatCannotStartSaysSoAheadAndAgainToItsFirstEvent() {
        LoadedFunction function = bench.load(handler("static final int BAD = Integer.parseInt(\"x\");", "return BAD;"));

        assertThat(EngineBench.warmUp(function))
                .hasValueSatisfying(failed -> assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED));
        assertThat(failureOf(bench.invoke(function)).reason()).isEqualTo(FailureReason.INIT_FAILED);
    }
}
