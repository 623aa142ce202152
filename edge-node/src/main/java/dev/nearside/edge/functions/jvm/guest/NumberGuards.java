package dev.nearside.edge.functions.jvm.guest;

import java.math.BigInteger;

/** Stand-ins for arithmetic on big numbers, as {@link Guards} has for others. */
public final class NumberGuards {

    /** Longest number that may be computed with; far over any key, and quadratic work on it takes milliseconds. */
    private static final int MAX_NUMBER_BITS = 1 << 18;

    private NumberGuards() {}

    /** Before a number is read from digits or bytes. */
    public static void digits(Object source) {
        requireBits(source instanceof byte[] bytes ? bytes.length * 8L : ((CharSequence) source).length() * 4L);
    }

    /** Before a number is read from digits of that radix. */
    public static void digits(Object source, int radix) {
        int bitsOfDigit = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, radix));
        requireBits((long) ((CharSequence) source).length() * bitsOfDigit);
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

    public static BigInteger shiftRight(BigInteger a, int bits) {
        requireBits(a.bitLength() - (long) bits);
        return a.shiftRight(bits);
    }

    public static BigInteger clearBit(BigInteger a, int bit) {
        requireBits(bit);
        return a.clearBit(bit);
    }

    public static BigInteger flipBit(BigInteger a, int bit) {
        requireBits(bit);
        return a.flipBit(bit);
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
