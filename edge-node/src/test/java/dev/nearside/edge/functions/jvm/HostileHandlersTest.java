package dev.nearside.edge.functions.jvm;

import static dev.nearside.edge.functions.jvm.JavaWorkbench.compile;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.failureOf;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.handler;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Handlers that will not end or want out. The engine has one thread: each test shows that it is free again. Takes its
 * time for there are a hundred of them, each compiled for itself, and many run into a deadline.
 */
@Timeout(60)
class HostileHandlersTest {

    private static final JavaEngineLimits ONE_THREAD =
            new JavaEngineLimits(1, 3, 10, 400, 20_000_000_000L, 64 * 1024, 300);

    private JavaWorkbench bench;

    @BeforeEach
    void open() {
        bench = new JavaWorkbench(ONE_THREAD);
    }

    @AfterEach
    void anotherFunctionRunsOnTheOneThread() {
        try (JavaWorkbench sameBench = bench) {
            assertThat(sameBench.answer("return \"fine\";")).isEqualTo("fine");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) { }",
                "for (;;) try { while (true) { } } catch (Throwable t) { }",
                "while (true) try { throw new Error(); } catch (Throwable t) { } finally { if (context != null) continue; }",
                "synchronized (String.class) { while (true) synchronized (this) { } }",
                "Stream.generate(Object::new).filter(Objects::isNull).findFirst(); return 1;",
                "Stream.iterate(1, UnaryOperator.identity()).filter(Predicate.isEqual(2)).findFirst(); return 1;",
                "return LongStream.range(0, Long.MAX_VALUE).sum();",
                "return \"a\".repeat(3000).matches(\".*.*.*.*.*.*.*.*.*z\");",
                "return Pattern.compile(\"x*x*x*x*x*x*x*x*x*y\").matcher(\"x\".repeat(3000)).find();",
                "return new ArrayList<>(IntStream.range(0, 900000).boxed().toList())"
                        + ".removeAll(IntStream.range(900000, 1800000).boxed().toList());",
                "Iterator<Integer> i = new Iterator<>() { public boolean hasNext() { return true; }"
                        + " public Integer next() { return 1; } }; i.forEachRemaining(x -> { }); return 1;",
                "return new TreeSet<Object>((a, b) -> { for (;;) { } }).addAll(List.of(1, 2));",
                "throw new RuntimeException() { @Override public String getMessage() { for (;;) { } } };"
            })
    void endsAtTheDeadline(String body) {
        InvocationOutcome.Failed failed = failureOf(bench.invoke(bench.load(handler("", body)), "/", 250));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.errorType()).isEqualTo("Sandbox.Timedout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "static boolean go = true; static { while (go) try { spin(); } catch (Throwable t) { } }"
                        + " static void spin() { for (;;) { } }",
                "public Handler() { for (;;) { } }"
            })
    void anEndlessInitIsStopped(String members) {
        InvocationOutcome.Failed failed = failureOf(bench.invoke(bench.load(handler(members, "return 1;"))));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.message()).isEqualTo("Init timed out after 0.40 seconds");
    }

    @Test
    void stepsAreCountedWhateverTheClockSays() {
        try (JavaWorkbench frugal = new JavaWorkbench(new JavaEngineLimits(1, 1, 1, 10_000, 100_000, 1024, 300))) {
            InvocationOutcome.Failed failed =
                    failureOf(frugal.run("while (true) try { for (;;) { } } catch (Throwable t) { }"));

            assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
            assertThat(failed.message()).endsWith("stopped after 100000 steps");
        }
    }

    @Test
    void swallowingTheStopDoesNotMakeAnAnswer() {
        try (JavaWorkbench frugal = new JavaWorkbench(new JavaEngineLimits(1, 1, 1, 10_000, 10_000, 1024, 300))) {
            assertThat(failureOf(frugal.run("""
                            return List.of(1).stream().map(x -> { for (;;) { } }).findFirst();
                            """)).reason()).isEqualTo(FailureReason.TIMED_OUT);
        }
    }

    @Test
    void deepRecursionIsAnError() {
        LoadedFunction function = bench.load(handler("int fall(int n) { return fall(n + 1) + 1; }", "return fall(0);"));
        InvocationOutcome.Failed failed = failureOf(bench.invoke(function));

        assertThat(failed.reason()).isEqualTo(FailureReason.THREW);
        assertThat(failed.errorType()).isEqualTo("java.lang.StackOverflowError");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return new long[1_000_000_000];",
                "return new int[30_000][30_000].length;",
                "return new ArrayList<String>(2_000_000_000);",
                "return \"x\".repeat(2_000_000_000);",
                "return Collections.nCopies(2_000_000_000, \"x\");",
                "IntFunction<Object> f = ArrayList::new; return f.apply(2_000_000_000);",
                "String s = \"x\"; for (;;) s = s + s;",
                "StringBuilder s = new StringBuilder(\"x\"); for (;;) s.append(s);",
                "return String.format(Locale.ROOT, \"%1\" + \"0000000\".substring(7) + \"d\", 1).repeat(1_000_000_000);",
                "return java.nio.ByteBuffer.allocate(2_000_000_000);"
            })
    void oneHugeAllocationIsRefused(String body) {
        assertThat(failureOf(bench.run(body)).reason()).isEqualTo(FailureReason.OUT_OF_MEMORY);
    }

    @Test
    void endsWhenItKeepsTooMuchMemory() {
        assertThat(failureOf(bench.run("List<Object> l = new ArrayList<>(); for (;;) l.add(new byte[100_000]);"))
                        .reason())
                .isEqualTo(FailureReason.OUT_OF_MEMORY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return BigInteger.TWO.pow(2_000_000_000);",
                "BigInteger n = BigInteger.TEN; for (;;) n = n.multiply(n);",
                "return BigInteger.ONE.shiftLeft(2_000_000_000);",
                "return new BigInteger(\"9\".repeat(10_000_000));",
                "return BigInteger.ZERO.setBit(2_000_000_000);"
            })
    void hugeNumbersAreRefused(String body) {
        assertThat(failureOf(bench.run(body)).errorType()).isEqualTo("java.lang.ArithmeticException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"return \"\".matches(\"((){9999}){9999}\");", "return Pattern.compile(\"(){2000000000}\");"})
    void nestsOfEmptyRepetitionsAreRefused(String body) {
        assertThat(failureOf(bench.run(body)).errorType()).isEqualTo("java.util.regex.PatternSyntaxException");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            System.exit(1);                                                        | java.lang.System.exit
            Runtime.getRuntime().halt(1);                                          | java.lang.Runtime
            System.getenv("PATH");                                                 | java.lang.System.getenv
            System.getProperty("user.home");                                       | java.lang.System.getProperty
            System.setOut(null);                                                   | java.lang.System.setOut
            Integer.getInteger("x");                                               | java.lang.Integer.getInteger
            new Thread(() -> { }).start();                                         | java.lang.Thread
            Thread.currentThread().interrupt();                                    | java.lang.Thread
            new ThreadLocal<String>().set("x");                                    | java.lang.ThreadLocal
            java.util.concurrent.CompletableFuture.runAsync(() -> { });            | java.util.concurrent.CompletableFuture
            List.of(1).parallelStream().count();                                   | java.util.List.parallelStream
            IntStream.range(0, 3).parallel().sum();                                | java.util.stream.IntStream.parallel
            Arrays.parallelSort(new int[1]);                                       | java.util.Arrays.parallelSort
            new java.util.concurrent.ConcurrentHashMap<String, String>().forEach(1, (k, v) -> { }); | java.util.concurrent.ConcurrentHashMap.forEach
            Class.forName("java.lang.Runtime");                                    | java.lang.Class.forName
            getClass().getClassLoader();                                           | java.lang.ClassLoader
            getClass().getDeclaredMethods();                                       | java.lang.reflect.Method
            getClass().getResourceAsStream("/x");                                  | java.lang.Class.getResourceAsStream
            ClassLoader.getSystemClassLoader();                                    | java.lang.ClassLoader
            java.lang.invoke.MethodHandles.lookup();                               | java.lang.invoke.MethodHandles
            java.lang.reflect.Array.newInstance(int.class, 1);                     | java.lang.reflect.Array
            ServiceLoader.load(Runnable.class);                                    | java.util.ServiceLoader
            new ProcessBuilder("ls").start();                                      | java.lang.ProcessBuilder
            new java.io.File("/etc/passwd").length();                              | java.io.File
            java.nio.file.Files.exists(null);                                      | java.nio.file.
            new java.io.PrintWriter("/tmp/x");                                     | java.io.PrintWriter.<init>
            new java.io.FileInputStream("/etc/passwd");                            | java.io.FileInputStream
            new Scanner("x");                                                      | java.util.Scanner
            new Formatter("/tmp/x");                                               | java.util.Formatter
            new java.net.Socket("localhost", 80);                                  | java.net.Socket
            java.net.URI.create("file:///etc/passwd").toURL();                     | java.net.URL
            java.net.InetAddress.getByName("localhost");                           | java.net.InetAddress
            new java.io.ObjectInputStream(null);                                   | java.io.ObjectInputStream
            java.lang.foreign.Arena.global();                                      | java.lang.foreign.Arena
            java.nio.ByteBuffer.allocateDirect(1);                                 | java.nio.ByteBuffer.allocateDirect
            Locale.setDefault(Locale.ROOT);                                        | java.util.Locale.setDefault
            TimeZone.setDefault(null);                                             | java.util.TimeZone.setDefault
            java.security.Security.getProviders();                                 | java.security.Provider
            java.time.LocalDate.EPOCH.datesUntil(java.time.LocalDate.MAX).count(); | java.time.LocalDate.datesUntil
            StreamSupport.stream(() -> List.of(1).spliterator(), 0, true).count(); | java.util.stream.StreamSupport.stream
            System.in.read();                                                      | java.lang.System.in
            System.getLogger("x");                                                 | java.lang.System$Logger
            new java.math.BigDecimal("1e999999999");                               | java.math.BigDecimal
            new Random().ints().sum();                                             | java.util.Random.ints
            Supplier<Runtime> s = Runtime::getRuntime;                             | java.lang.Runtime
            IntConsumer c = System::exit;                                          | java.lang.System.exit
            wait();                                                                | java.lang.Object.wait
            java.util.concurrent.TimeUnit.SECONDS.sleep(9);                        | java.util.concurrent.TimeUnit.sleep
            ResourceBundle.getBundle("x");                                         | java.util.ResourceBundle
            new java.lang.ref.SoftReference<>("x");                                | java.lang.ref.SoftReference
            StackWalker.getInstance();                                             | java.lang.StackWalker
            """)
    void whatReachesOutsideDoesNotLoad(String statement, String named) {
        InvocationOutcome.Failed failed = failureOf(bench.run("if (event != null) {" + statement + "} return 1;"));

        assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failed.errorType()).isEqualTo("Runtime.RefusedCode");
        assertThat(failed.message()).contains(" uses ").contains(named).contains("docs/java-functions.md");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "native void n();",
                "@Override protected void finalize() { }",
                "static class L extends ArrayList<String> { Object p() { return this.parallelStream(); } } L l = new L();",
                "static class M extends java.util.logging.Handler { public void publish(java.util.logging.LogRecord r) { }"
                        + " public void flush() { } public void close() { } } M m = new M();",
                "static class B extends BigInteger { B() { super(\"1\"); } } B b = new B();",
                "record R(System.Logger l) { } R r = new R(null);",
                "sun.misc.Unsafe u;"
            })
    void membersThatReachOutsideDoNotLoad(String members) {
        InvocationOutcome.Failed failed = failureOf(bench.invoke(bench.load(handler(members, "return 1;"))));

        assertThat(failed.reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failed.errorType()).isEqualTo("Runtime.RefusedCode");
    }

    @Test
    void aClassThatLoadsLateIsCheckedLate() {
        LoadedFunction function = bench.load(handler(
                "static class Late { static void run() { System.exit(1); } }",
                "try { Late.run(); } catch (Throwable t) { return \"kept: \" + t.getClass().getName(); } return 1;"));

        assertThat(bench.answer(function)).startsWith("kept: ").doesNotContain("exit");
    }

    @Test
    void aThreadThatDoesNotComeBackHasAStandIn() {
        // A list that holds a list twice, and so on: its hash is work that only the JDK does.
        LoadedFunction function = bench.load(handler("", """
                List<Object> l = List.of(1);
                for (int i = 0; i < 30; i++) { l = List.of(l, l); }
                return l.hashCode();
                """));

        assertThat(failureOf(bench.invoke(function, "/", 200)).reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(bench.answer("return 1;")).isEqualTo("1");
    }

    @Test
    void printingIsBounded() {
        InvocationOutcome outcome =
                bench.run("for (int i = 0; i < 5000; i++) System.out.println(\"x\".repeat(100)); return 1;");

        assertThat(outcome.report().logLines().getLast()).endsWith("[log truncated: over 65536 bytes]");
    }

    @Test
    void theEnginesOwnClassesCannotBeNamed() {
        assertThat(AllowList.allows("dev/nearside/edge/functions/jvm/guest/Meter"))
                .isFalse();
        assertThat(AllowList.allows("dev/nearside/edge/EdgeNode")).isFalse();
        assertThat(AllowList.allows("io/netty/channel/Channel")).isFalse();
        assertThat(compile(handler("", "return 1;"))).containsOnlyKeys("Handler.class");
    }
}
