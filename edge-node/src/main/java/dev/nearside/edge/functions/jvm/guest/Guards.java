package dev.nearside.edge.functions.jvm.guest;

import java.io.PrintStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Stand-ins for methods of the JDK that can work or allocate without bounds: what they do costs steps. A method here
 * has the name of the one it stands for, and its receiver as the first parameter.
 */
public final class Guards {

    /** Longest number that may be computed with; far over any key, and quadratic work on it takes milliseconds. */
    private static final int MAX_NUMBER_BITS = 1 << 18;

    /** Counted repetitions of a pattern multiplied with each other; a nest of them is work without a character. */
    private static final long MAX_REPETITIONS = 1_000_000;

    private static final int MAX_FORMAT_DIGITS = 5;

    private Guards() {}

    public static String repeat(String text, int count) {
        Meter.arrays(text.length(), Math.max(1, count));
        return text.repeat(count);
    }

    public static String replace(String text, CharSequence target, CharSequence replacement) {
        search(text, target);
        Meter.arrays(text.length(), Math.max(1, replacement.length()));
        return text.replace(target, replacement);
    }

    /** Before a search of a text in a text. */
    public static void search(Object text, Object wanted) {
        long length = ((CharSequence) text).length();
        Meter.spend(1 + length / 16 * (1 + ((CharSequence) wanted).length() / 16));
    }

    /** Before a text is appended to another, which may be itself. */
    public static void append(Object builder, Object text) {
        if (text instanceof CharSequence added) {
            Meter.bytes(added.length());
            Meter.requireRoom((long) ((CharSequence) builder).length() + added.length());
        }
    }

    /** Before a look-up of each element of one collection in another. */
    public static void pair(Object one, Object other) {
        if (one instanceof Collection<?> a && other instanceof Collection<?> b) {
            boolean indexed = one instanceof Set && other instanceof Set;
            Meter.spend(indexed ? (long) a.size() + b.size() : (long) a.size() * b.size() + 1);
        }
    }

    public static String format(String format, Object[] values) {
        checkWidths(format);
        return String.format(format, values);
    }

    public static String format(Locale locale, String format, Object[] values) {
        checkWidths(format);
        return String.format(locale, format, values);
    }

    public static PrintStream printf(PrintStream out, String format, Object[] values) {
        out.print(format(format, values));
        return out;
    }

    public static PrintStream format(PrintStream out, String format, Object[] values) {
        return printf(out, format, values);
    }

    public static String formatted(String format, Object[] values) {
        return format(format, values);
    }

    private static void checkWidths(String format) {
        int digits = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            digits = c >= '0' && c <= '9' ? digits + 1 : 0;
            if (digits > MAX_FORMAT_DIGITS && format.lastIndexOf('%', i) >= 0) {
                throw new IllegalArgumentException("the format has a number over " + MAX_FORMAT_DIGITS + " digits");
            }
        }
    }

    public static boolean matches(String text, String regex) {
        return compile(regex).matcher(MeteredText.of(text)).matches();
    }

    public static boolean matches(String regex, CharSequence text) {
        return compile(regex).matcher(MeteredText.of(text)).matches();
    }

    public static String replaceAll(String text, String regex, String replacement) {
        return compile(regex).matcher(MeteredText.of(text)).replaceAll(replacement);
    }

    public static String replaceFirst(String text, String regex, String replacement) {
        return compile(regex).matcher(MeteredText.of(text)).replaceFirst(replacement);
    }

    public static String[] split(String text, String regex) {
        return split(text, regex, 0);
    }

    public static String[] split(String text, String regex, int limit) {
        return compile(regex).split(MeteredText.of(text), limit);
    }

    public static String[] split(Pattern pattern, CharSequence text) {
        return pattern.split(MeteredText.of(text), 0);
    }

    public static String[] split(Pattern pattern, CharSequence text, int limit) {
        return pattern.split(MeteredText.of(text), limit);
    }

    public static Matcher matcher(Pattern pattern, CharSequence text) {
        return pattern.matcher(MeteredText.of(text));
    }

    public static Matcher reset(Matcher matcher, CharSequence text) {
        return matcher.reset(MeteredText.of(text));
    }

    public static Predicate<String> asPredicate(Pattern pattern) {
        return text -> pattern.matcher(MeteredText.of(text)).find();
    }

    public static Predicate<String> asMatchPredicate(Pattern pattern) {
        return text -> pattern.matcher(MeteredText.of(text)).matches();
    }

    public static Pattern compile(String regex) {
        return compile(regex, 0);
    }

    public static Pattern compile(String regex, int flags) {
        Meter.spend(regex.length());
        long product = 1;
        for (int at = regex.indexOf('{'); at >= 0; at = regex.indexOf('{', at + 1)) {
            long count = 0;
            for (int i = at + 1; i < regex.length() && Character.digit(regex.charAt(i), 10) >= 0; i++) {
                count = Math.min(MAX_REPETITIONS + 1, count * 10 + Character.digit(regex.charAt(i), 10));
            }
            product *= Math.max(1, count);
            if (product > MAX_REPETITIONS) {
                throw new PatternSyntaxException("repetitions over " + MAX_REPETITIONS + " together", regex, at);
            }
        }
        return Pattern.compile(regex, flags);
    }

    public static <T> List<T> nCopies(int count, T value) {
        Meter.array(count, 8);
        return Collections.unmodifiableList(new ArrayList<>(Collections.nCopies(count, value)));
    }

    public static <T> Stream<T> stream(Spliterator<T> elements, boolean parallel) {
        return StreamSupport.stream(elements, false).peek(element -> Meter.spend());
    }

    public static <T> Stream<T> generate(Supplier<? extends T> source) {
        return Stream.<T>generate(source).peek(element -> Meter.spend());
    }

    public static <T> Stream<T> iterate(T seed, UnaryOperator<T> next) {
        return Stream.iterate(seed, next).peek(element -> Meter.spend());
    }

    public static <T> Stream<T> iterate(T seed, Predicate<? super T> hasNext, UnaryOperator<T> next) {
        return Stream.iterate(seed, hasNext, next).peek(element -> Meter.spend());
    }

    public static IntStream generate(IntSupplier source) {
        return IntStream.generate(source).peek(element -> Meter.spend());
    }

    public static IntStream iterate(int seed, IntUnaryOperator next) {
        return IntStream.iterate(seed, next).peek(element -> Meter.spend());
    }

    public static IntStream iterate(int seed, IntPredicate hasNext, IntUnaryOperator next) {
        return IntStream.iterate(seed, hasNext, next).peek(element -> Meter.spend());
    }

    public static IntStream range(int from, int to) {
        return IntStream.range(from, to).peek(element -> Meter.spend());
    }

    public static IntStream rangeClosed(int from, int to) {
        return IntStream.rangeClosed(from, to).peek(element -> Meter.spend());
    }

    public static LongStream range(long from, long to) {
        return LongStream.range(from, to).peek(element -> Meter.spend());
    }

    public static LongStream rangeClosed(long from, long to) {
        return LongStream.rangeClosed(from, to).peek(element -> Meter.spend());
    }

    /** Before a number is read from digits or bytes. */
    public static void digits(Object source) {
        requireBits(source instanceof byte[] bytes ? bytes.length * 8L : ((CharSequence) source).length() * 4L);
    }

    public static BigInteger multiply(BigInteger a, BigInteger b) {
        requireBits((long) a.bitLength() + b.bitLength());
        return a.multiply(b);
    }

    public static BigInteger pow(BigInteger a, int exponent) {
        requireBits((long) a.bitLength() * Math.max(0, exponent));
        return a.pow(exponent);
    }

    public static BigInteger shiftLeft(BigInteger a, int bits) {
        requireBits(a.bitLength() + (long) bits);
        return a.shiftLeft(bits);
    }

    public static BigInteger setBit(BigInteger a, int bit) {
        requireBits(bit);
        return a.setBit(bit);
    }

    public static BigInteger modPow(BigInteger a, BigInteger exponent, BigInteger modulus) {
        long words = modulus.bitLength() / 32L + 1;
        Meter.spend(words * words * (exponent.bitLength() + 1L) + a.bitLength());
        return a.modPow(exponent, modulus);
    }

    private static void requireBits(long bits) {
        if (bits > MAX_NUMBER_BITS) {
            throw new ArithmeticException("a number of " + bits + " bits, at most " + MAX_NUMBER_BITS + " are allowed");
        }
        long words = Math.max(0, bits) / 32 + 1;
        Meter.spend(words * words / 16 + 1);
    }
}
