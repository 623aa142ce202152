package dev.nearside.edge.functions.jvm;

import static dev.nearside.edge.functions.jvm.JavaWorkbench.compile;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.failureOf;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.code.CodeBundle;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single calls of the JDK that are bounded by their arguments. The function has 128 MB. */
class BoundedCallsTest {

    private static final String TELL = """
            interface Act { Object run() throws Exception; }
            static String tell(Act act) {
                try {
                    act.run();
                    return "done";
                } catch (OutOfMemoryError | Exception e) {
                    return String.valueOf(e.getMessage());
                }
            }
            static <T> Object grow(T what, Consumer<T> step) { for (;;) step.accept(what); }
            """;

    private static JavaWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JavaWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    /** What becomes of each expression, all in one handler. */
    private static List<String> outcomes(String... expressions) {
        String calls = Arrays.stream(expressions)
                .map(expression -> "tell(() -> " + expression + ")")
                .collect(Collectors.joining(", "));
        return List.of(bench.answer(bench.load(handler(TELL, "return String.join(\"|\", " + calls + ");")))
                .split("\\|"));
    }

    private static void assertTooLarge(String... expressions) {
        List<String> outcomes = outcomes(expressions);
        for (int i = 0; i < expressions.length; i++) {
            assertThat(outcomes.get(i)).as(expressions[i]).contains("more than the function's memory");
        }
    }

    @Test
    void tablesOfThatManyPlacesAreTooLarge() {
        assertTooLarge(
                "new Hashtable<Object, Object>(20_000_000, 1f)",
                "new HashMap<Object, Object>(20_000_000, 1f)",
                "new LinkedHashMap<Object, Object>(20_000_000, 1f, true)",
                "new HashSet<Object>(20_000_000, 1f)",
                "new PriorityQueue<Object>(20_000_000, null)",
                "new Vector<Object>(20_000_000, 1)",
                "new ArrayList<Object>(20_000_000)",
                "HashMap.newHashMap(20_000_000)",
                "java.util.concurrent.ConcurrentHashMap.newKeySet(20_000_000)");
    }

    @Test
    void arraysOfThatManyElementsAreTooLarge() {
        assertTooLarge(
                "java.nio.LongBuffer.allocate(20_000_000)",
                "new java.util.concurrent.atomic.AtomicLongArray(20_000_000)",
                "Arrays.copyOf(new long[1], 20_000_000)",
                "Arrays.copyOf(new Object[1], 40_000_000, String[].class)",
                "Arrays.copyOfRange(new double[1], 0, 20_000_000)");
    }

    @Test
    void textsOfThatLengthAreTooLarge() {
        assertTooLarge(
                "new StringBuilder().repeat(\"abc\", 50_000_000)",
                "new StringBuilder().repeat('x', 80_000_000)",
                "new StringBuffer().repeat(\"abc\", 50_000_000)",
                "\"\\n\".repeat(100_000).indent(2_000)",
                "String.format(\"%99999d\".repeat(2_000), 1)",
                "String.format(\"%1$s\".repeat(2_000), \"x\".repeat(100_000))",
                "\"x\".repeat(100_000).replaceAll(\".*\", \"$0\".repeat(2_000))",
                "Pattern.compile(\"x*\").matcher(\"x\".repeat(100_000)).replaceFirst(\"$0\".repeat(2_000))",
                "Pattern.compile(\"x*\").matcher(\"x\".repeat(100_000)).replaceAll(m -> \"$0\".repeat(2_000))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return grow(new StringBuilder(\"x\"), s -> s.insert(0, s));",
                "return grow(new StringBuilder(\"x\"), s -> s.append(s, 0, s.length()));",
                "return grow(new StringBuilder(\"x\"), s -> s.replace(0, 0, s.toString()));",
                "StringBuilder s = new StringBuilder(\"x\"); Appendable a = s; for (;;) a.append(s);",
                "return grow(new ArrayList<>(List.of(1)), l -> l.addAll(l));",
                "return grow(new ArrayList<>(List.of(1)), l -> l.addAll(0, l));",
                "String s = \"x\"; for (;;) s = s.concat(s);"
            })
    void whatIsAddedToItselfCostsStepsByItsLength(String body) {
        try (JavaWorkbench frugal = new JavaWorkbench(new JavaEngineLimits(1, 1, 1, 10_000, 20_000, 1024, 300))) {
            assertThat(failureOf(frugal.invoke(frugal.load(handler(TELL, body))))
                            .message())
                    .endsWith("stopped after 20000 steps");
        }
    }

    @Test
    void bitsFarOutAreTooLarge() {
        assertTooLarge(
                "grow(new BitSet(), b -> b.set(1_500_000_000))",
                "grow(new BitSet(), b -> b.set(1_500_000_000, true))",
                "grow(new BitSet(), b -> b.set(0, 1_500_000_000))",
                "grow(new BitSet(), b -> b.flip(1_500_000_000))");
    }

    @Test
    void numbersOfThatLengthAreRefused() {
        assertThat(outcomes(
                        "BigInteger.TWO.shiftRight(-20_000_000)",
                        "BigInteger.TWO.negate().clearBit(20_000_000)",
                        "BigInteger.TWO.setBit(20_000_000)",
                        "BigInteger.TWO.flipBit(20_000_000)",
                        "new BigInteger(\"f\".repeat(1_000_000), 16)",
                        "new BigInteger(1, new byte[1_000_000])"))
                .allMatch(outcome -> outcome.endsWith("at most 262144 are allowed"));
    }

    @Test
    void canonicalEquivalenceIsRefused() {
        assertThat(outcomes("Pattern.compile(\"a\", Pattern.CANON_EQ)"))
                .containsExactly("CANON_EQ, a flag that functions may not use");
    }

    @Test
    void longLocalesAreRefused() {
        String variant = "\"v\".repeat(100)";

        assertThat(outcomes(
                        "Locale.of(\"en\", \"US\", " + variant + ")",
                        "Locale.of(" + variant + ")",
                        "new Locale(" + variant + ", \"US\")",
                        "Locale.forLanguageTag(\"en-x\" + \"-abcdefgh\".repeat(10))",
                        "new Locale.Builder().setLanguageTag(\"en-x\" + \"-abcdefgh\".repeat(10)).build()"))
                .allMatch(outcome -> outcome.startsWith("the locale is longer than 64 characters"));
    }

    @Test
    void ordinaryCallsAreLeftAlone() {
        assertThat(bench.answer("""
                        StringBuilder s = new StringBuilder("ab").insert(1, 2L).insert(0, 'c').append("xyz", 1, 2);
                        s.insert(1, "defg", 0, 2).replace(0, 1, "C").append(new char[] {'!'}).repeat("-", 2).repeat('+', 2);
                        List<Integer> l = new ArrayList<>(List.of(1));
                        l.addAll(0, List.of(5, 6));
                        BitSet b = new BitSet(4);
                        b.set(3); b.set(5, 7); b.set(9, true); b.flip(3);
                        return s + " " + l + b + new HashMap<String, Long>(4, 1f) + new PriorityQueue<>(3, Comparator.naturalOrder())
                                + Arrays.toString(Arrays.copyOf(new Object[] {"q"}, 1, String[].class))
                                + "a".concat("b") + "aXbX".replaceAll("(X)", "<$1>") + "aXb".replaceFirst("X", "_")
                                + Pattern.compile("(?<n>b)").matcher("abc").replaceAll(m -> m.group(1) + "${n}")
                                + new BigInteger("ff", 16) + new BigInteger(1, new byte[] {2}).shiftRight(-3).clearBit(4)
                                + new Locale("en", "US") + Locale.of("de") + Locale.forLanguageTag("fr-CA")
                                + "x".replace("", "-") + String.format("%5.1f|%-3s|%%", 1.25, "k") + "m\\nn".indent(1).length();
                        """))
                .isEqualTo("Cdea2by!--++ [5, 6, 1]{5, 6, 9}{}[][q]aba<X>b<X>a_babbc2550en_USdefr_CA-x-  1.3|k  |%6");
    }

    @Test
    void oneLongReplacementOfAFewIsNoGreatText() {
        assertThat(bench.answer("""
                        return ("a" + "b".repeat(100_000)).replace("a", "x".repeat(2_000)).length()
                                + "abc".replace("b", "").length();
                        """)).isEqualTo("102002");
    }

    @Test
    void digitsBehindAConversionAreNoWidth() {
        assertThat(bench.answer("return String.format(\"%s?since=20240101\", \"/a\");"))
                .isEqualTo("/a?since=20240101");
        assertThat(outcomes("String.format(\"%1000000d\", 1)", "String.format(\"%.1000000f\", 1.0)"))
                .allMatch(outcome -> outcome.equals("the format has a number over 5 digits"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object o = new BigInteger(64, new Random());",
                "Object o = new BigInteger(64, 1, new Random());",
                "Object o = new BigInteger(new byte[9], 0, 1);",
                "Object o = new BigInteger(1, new byte[9], 0, 1);",
                "Object o = new Locale(\"en\", \"US\", \"variant\");",
                "static class B extends BitSet { } Object o = new B();"
            })
    void constructorsWithoutAGuardAreRefused(String member) {
        assertThatThrownBy(() -> {
                    HandlerCode code = new HandlerCode(CodeBundle.of(compile(handler(member, "return 1;"))));
                    var _ = code.metered("Handler");
                    var _ = code.metered("Handler$B");
                })
                .isInstanceOf(RefusedCodeException.class)
                .hasMessageContaining("functions may not");
    }

    @Test
    void classesOverTheFunctionsMemoryAreRefused() throws Exception {
        HandlerCode code =
                new HandlerCode(CodeBundle.of(compile("public class A { }", "public class B extends A { }")));
        int length = code.metered("A").orElseThrow().length;

        assertThat(new GuestLoader(code, length).loadClass("A").getName()).isEqualTo("A");
        assertThatThrownBy(() -> new GuestLoader(code, length).loadClass("B"))
                .isInstanceOf(RefusedCodeException.class)
                .hasMessageContaining("the function's memory");
    }
}
