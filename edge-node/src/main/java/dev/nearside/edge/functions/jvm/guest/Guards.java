package dev.nearside.edge.functions.jvm.guest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Stand-ins for methods of collections and streams that can work or allocate without bounds: what they do costs steps.
 * A method here has the name of the one it stands for, and its receiver as the first parameter.
 */
public final class Guards {

    private static final int REFERENCE_BYTES = 8;

    private Guards() {}

    /** Before a look-up of each element of one collection in another. */
    public static void pair(Object one, Object other) {
        if (one instanceof Collection<?> a && other instanceof Collection<?> b) {
            boolean indexed = one instanceof Set && other instanceof Set;
            Meter.spend(indexed ? (long) a.size() + b.size() : (long) a.size() * b.size() + 1);
        }
    }

    /** Before all of a collection is added to another, which may be itself. */
    public static void addAll(Object receiver, Object added) {
        if (added instanceof Collection<?> elements) {
            Meter.arrays(elements.size(), REFERENCE_BYTES);
            // of these the size is at hand, others count their elements
            boolean isArray = receiver instanceof List || receiver instanceof ArrayDeque;
            if (isArray && receiver instanceof Collection<?> before) {
                Meter.requireRoom(REFERENCE_BYTES * ((long) before.size() + elements.size()));
            }
        }
    }

    public static void set(BitSet bits, int index) {
        grow(bits, index);
        bits.set(index);
    }

    public static void set(BitSet bits, int index, boolean value) {
        grow(bits, index);
        bits.set(index, value);
    }

    public static void set(BitSet bits, int from, int to) {
        grow(bits, to);
        bits.set(from, to);
    }

    public static void set(BitSet bits, int from, int to, boolean value) {
        grow(bits, to);
        bits.set(from, to, value);
    }

    public static void flip(BitSet bits, int index) {
        grow(bits, index);
        bits.flip(index);
    }

    public static void flip(BitSet bits, int from, int to) {
        grow(bits, to);
        bits.flip(from, to);
    }

    private static void grow(BitSet bits, int index) {
        if (index >= bits.size()) {
            Meter.bytes(index / Byte.SIZE);
        }
    }

    public static <T> List<T> nCopies(int count, T value) {
        Meter.array(count, REFERENCE_BYTES);
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
}
