package dev.nearside.origin.seeded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The numbers and bytes behind everything the origin makes up, so that anybody can compute them again.
 *
 * <p>A path's key is the first eight bytes of SHA-256("seed:path"). Word i of a key is SplitMix64's i-th output. A body
 * is a text: byte i of it shows six bits of word i/8 as one of 64 letters, and every 64th byte is a line feed. Any part
 * of a body can be computed without the part before it.
 */
public final class OriginContent {

    private static final int LINE_BYTES = 64;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    private OriginContent() {}

    /**
     * Part of the body that {@code /dial/...?size=} serves; {@code path} is the request's path without its query.
     *
     * @throws IllegalArgumentException if the offset or the length is negative
     */
    public static byte[] body(long seed, String path, long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "offset " + offset + ", length " + length + ": expected both to be zero or more");
        }
        byte[] bytes = new byte[length];
        fill(key(seed, path), offset, bytes);
        return bytes;
    }

    /** The number that stands for a path under a seed. */
    public static long key(long seed, String path) {
        byte[] text = (seed + ":" + path).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(sha256().digest(text)).getLong();
    }

    /** The index-th of a key's endless, evenly spread numbers. */
    public static long word(long key, long index) {
        long z = key + (index + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The index-th of a key's numbers, brought into 0 to {@code bound} - 1. */
    public static int below(long key, long index, int bound) {
        return (int) Long.remainderUnsigned(word(key, index), bound);
    }

    /** Writes the body's bytes from {@code offset} on, as many as the target holds. */
    public static void fill(long key, long offset, byte[] target) {
        long word = 0;
        for (int i = 0; i < target.length; i++) {
            long position = offset + i;
            int lane = (int) (position & 7);
            if (lane == 0 || i == 0) {
                word = word(key, position >>> 3);
            }
            boolean lineEnd = position % LINE_BYTES == LINE_BYTES - 1;
            target[i] = lineEnd ? (byte) '\n' : LETTERS[(int) (word >>> (8 * lane)) & 63];
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
