package dev.nearside.edge.functions.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What metering does to a class must not be seen in what the class computes. */
class MeteredCodeTest {

    private static JavaWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JavaWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            for loop            | int s = 0; for (int i = 0; i < 10; i++) s += i; return s;                           | 45
            for each            | int s = 0; for (int i : new int[] {1, 2, 3}) s += i; return s;                      | 6
            while               | int i = 0; while (i < 7) i++; return i;                                             | 7
            do while            | long i = 1; do { i *= 2; } while (i < 100); return i;                               | 128
            labelled            | int n = 0; a: for (int i = 0; i < 9; i++) for (int j = 0; ; j++) { if (j == i) continue a; if (n > 20) break a; n++; } return n; | 21
            switch in loop      | int s = 0; for (int i = 0; i < 4; i++) switch (i) { case 1: continue; case 2: s += 10; default: s++; } return s; | 13
            sparse switch       | int s = 0; for (int i = 0; i < 4; i++) s += switch (i * 1000) { case 1000 -> 1; case 3000 -> 2; default -> 0; }; return s; | 3
            string switch       | return switch ("b" + "c".repeat(1)) { case "bc" -> 1; default -> 2; };              | 1
            try finally         | int s = 0; for (int i = 0; i < 3; i++) try { if (i == 1) continue; s++; } finally { s += 10; } return s; | 32
            catch               | try { Object o = null; o.hashCode(); return 0; } catch (NullPointerException e) { return 1; } finally { event = null; } | 1
            catch in loop       | int n = 0; while (true) try { n++; if (n < 5) throw new RuntimeException("x"); return n; } catch (RuntimeException e) { n++; } | 5
            nested catch        | try { try { throw new IllegalStateException("a"); } finally { event = null; } } catch (IllegalStateException e) { return e.getMessage(); } | a
            synchronized        | Object lock = new Object(); int n = 0; synchronized (lock) { for (int i = 0; i < 3; i++) n++; } return n; | 3
            synchronized throws | try { synchronized (this) { throw new RuntimeException("out"); } } catch (RuntimeException e) { return e.getMessage(); } | out
            synchronized null   | Object none = null; try { synchronized (none) { return 0; } } catch (NullPointerException e) { return 1; } | 1
            lambda              | int k = 3; IntUnaryOperator f = x -> x * k; return f.applyAsInt(5);                 | 15
            bound reference     | Supplier<Integer> f = "four"::length; return f.get();                               | 4
            unbound reference   | Function<String, String> f = String::toUpperCase; return f.apply("up");             | UP
            two argument ref    | BinaryOperator<Integer> f = Math::max; return f.apply(3, 9);                        | 9
            constructor ref     | Supplier<List<String>> f = ArrayList::new; return f.get().size();                   | 0
            sized constructor   | IntFunction<List<String>> f = ArrayList::new; return f.apply(4).size();             | 0
            interface reference | Function<List<String>, Integer> f = List::size; return f.apply(List.of("a"));       | 1
            wide parameters     | LongBinaryOperator f = Long::sum; DoubleUnaryOperator g = Math::sqrt; return f.applyAsLong(1, 2) + (long) g.applyAsDouble(16); | 7
            streams             | return Stream.of("b", "a").sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder())).collect(Collectors.joining("-")); | a-b
            ranges              | return IntStream.rangeClosed(1, 4).map(x -> x * x).sum() + LongStream.range(0, 3).boxed().count(); | 33
            iterate             | return Stream.iterate(1, x -> x * 2).limit(5).map(String::valueOf).collect(Collectors.joining(" ")); | 1 2 4 8 16
            records             | record P(int x, List<String> y) {} return new P(1, List.of("z")) + " " + new P(2, null).equals(new P(2, null)) + new P(3, null).hashCode(); | P[x=1, y=[z]] true93
            record patterns     | record P(Object a, int b) {} Object o = new P("q", 4); return o instanceof P(String a, int b) ? a + b : "no"; | q4
            pattern switch      | Object o = 12L; return switch (o) { case String s -> s; case Long l when l > 10 -> "long " + l; default -> "?"; }; | long 12
            enums               | enum E { A, B { @Override int v() { return 2; } }; int v() { return 1; } } int s = 0; for (E e : E.values()) s += switch (e) { case A -> e.v(); case B -> 10 * e.v(); }; return s + E.valueOf("B").name(); | 21B
            qualified enums     | enum E implements Supplier<String> { A, B; public String get() { return name(); } } Supplier<String> o = E.B; return switch (o) { case E.A -> 1; case E.B -> 2; default -> 3; }; | 2
            enum map            | enum E { A, B } Map<E, Integer> m = new EnumMap<>(E.class); m.put(E.B, 2); m.put(E.A, 1); return m; | {A=1, B=2}
            interfaces          | interface Shape { int area(); default int twice() { return 2 * area(); } static Shape unit() { return () -> 1; } } return Shape.unit().twice(); | 2
            generics            | class Box<T extends Comparable<T>> { T v; Box(T v) { this.v = v; } boolean less(Box<T> o) { return v.compareTo(o.v) < 0; } } return new Box<>(1).less(new Box<>(2)); | true
            anonymous           | int[] n = {0}; Runnable r = new Runnable() { public void run() { n[0]++; } }; r.run(); r.run(); return n[0]; | 2
            inner class         | class In { class Deep { int v = 5; } } return new In().new Deep().v;                | 5
            arrays              | int[][] a = new int[3][4]; a[2][3] = 7; long[][][] b = new long[2][][]; String[] c = new String[2]; double[] d = new double[3]; return a[2][3] + a.length + b.length + c.length + d.length; | 17
            many dimensions     | int[][][] a = new int[2][3][4]; return a[1][2].length;                              | 4
            array clone         | int[] a = {1, 2}; int[] b = a.clone(); b[0] = 9; return a[0] + b[0];                | 10
            negative array      | try { return new int[-1]; } catch (NegativeArraySizeException e) { return "neg"; }  | neg
            varargs             | return String.format("%s-%05d", "a", 42) + "x%s".formatted(1) + String.join("+", "p", "q"); | a-00042x1p+q
            regex               | Matcher m = Pattern.compile("(\\\\w+)@(\\\\w+)").matcher("to me@home now"); m.find(); return m.group(2) + m.start() + "a1b22".replaceAll("[0-9]+", "#") + Arrays.toString("x,y".split(",")) + "zz".matches("z*"); | home3a#b#[x, y]true
            big numbers         | return BigInteger.TWO.pow(70).multiply(BigInteger.TEN).mod(new BigInteger("1000007")); | 660204
            concatenation       | String s = ""; for (char c = 'a'; c < 'e'; c++) s += c; return s + 1 + 2L + true + 'c' + null; | abcd12truecnull
            assertions          | assert event != null : "message"; return "ok";                                      | ok
            ternary in loop     | int a = 0; for (int i = 0; i < 5; i++) a += i % 2 == 0 ? 1 : -1; return a;          | 1
            text searches       | return "hello".indexOf("l") + "hello".lastIndexOf("l") + ("hello".contains("ell") ? 10 : 0) + new StringBuilder("abc").indexOf("c"); | 17
            collections         | List<Integer> l = new ArrayList<>(List.of(1, 2, 3)); l.removeAll(List.of(2)); l.retainAll(Set.of(1)); return l + "" + l.containsAll(List.of()); | [1]true
            numbers for pairs   | class C { int containsAll(int n) { return n; } } return new C().containsAll(4);      | 4
            names like the JDK's | record R(int list, int parallel, int ints) {} class C { int list = 3, notify = 4; } return new R(1, 2, 3).parallel() + new C().list + new C().notify + new R(1, 1, 1).toString(); | 9R[list=1, parallel=1, ints=1]
            values are no sizes | return new java.util.concurrent.atomic.AtomicInteger(Integer.MAX_VALUE).get() + new IndexOutOfBoundsException(2_000_000_000).getMessage(); | 2147483647Index out of range: 2000000000
            builders            | StringBuilder s = new StringBuilder(); for (int i = 0; i < 3; i++) s.append(i).append("-").append('c'); return s; | 0-c1-c2-c
            copies              | return Collections.nCopies(3, "ab") + "" + Arrays.toString(Arrays.copyOf(new int[] {1}, 2)); | [ab, ab, ab][1, 0]
            time                | return java.time.LocalDate.of(2024, 2, 28).plusDays(2) + " " + java.time.Duration.ofSeconds(90); | 2024-03-01 PT1M30S
            digest              | return HexFormat.of().formatHex(java.security.MessageDigest.getInstance("MD5").digest(new byte[0])).substring(0, 8); | d41d8cd9
            hmac                | var mac = javax.crypto.Mac.getInstance("HmacSHA256"); mac.init(new javax.crypto.spec.SecretKeySpec(new byte[] {1}, "HmacSHA256")); return mac.doFinal(new byte[0]).length; | 32
            uri                 | return java.net.URI.create("https://a.test/b?c=d").getPath() + java.net.URLDecoder.decode("%41+b", java.nio.charset.StandardCharsets.UTF_8); | /bA b
            """)
    void computesTheSame(String name, String body, String result) {
        assertThat(bench.answer(body)).isEqualTo(result);
    }
}
