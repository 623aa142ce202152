package dev.nearside.edge.functions.js;

import java.util.Arrays;

/**
 * Finds bytes in bytes in linear time and constant space, whatever both are: the two-way algorithm of Crochemore and
 * Perrin. A guest chooses both, and a search that has begun cannot be cancelled.
 *
 * <p>The wanted bytes are cut in two where a mismatch right of the cut, read from the left, proves that no match begins
 * before it. The left part is compared only after the right part has matched.
 */
final class ByteSearch {

    /** The largest suffix of some bytes in an order of bytes, and that suffix's period. */
    private record Suffix(int start, int period) {}

    private final byte[] wanted;
    private final int cut;
    private final int shift;

    /** How many bytes at the front are known to match after a shift; zero if the wanted bytes have no short period. */
    private final int overlap;

    private ByteSearch(byte[] wanted) {
        this.wanted = wanted;
        Suffix ascending = largestSuffix(wanted, 1);
        Suffix descending = largestSuffix(wanted, -1);
        Suffix later = ascending.start() > descending.start() ? ascending : descending;
        int period = later.period();
        this.cut = later.start();
        boolean periodic = cut + period <= wanted.length && Arrays.equals(wanted, 0, cut, wanted, period, period + cut);
        this.shift = periodic ? period : Math.max(cut, wanted.length - cut) + 1;
        this.overlap = periodic ? wanted.length - period : 0;
    }

    /** Where the wanted bytes begin first; -1 if nowhere. */
    static int indexOf(byte[] bytes, byte[] wanted) {
        if (wanted.length == 0) {
            return 0;
        }
        return wanted.length > bytes.length ? -1 : new ByteSearch(wanted).in(bytes);
    }

    private int in(byte[] bytes) {
        int known = 0;
        int at = 0;
        while (at <= bytes.length - wanted.length) {
            int right = Math.max(cut, known);
            while (right < wanted.length && wanted[right] == bytes[at + right]) {
                right++;
            }
            if (right < wanted.length) {
                at += right - cut + 1;
                known = 0;
                continue;
            }
            int left = cut;
            while (left > known && wanted[left - 1] == bytes[at + left - 1]) {
                left--;
            }
            if (left <= known) {
                return at;
            }
            at += shift;
            known = overlap;
        }
        return -1;
    }

    /**
     * Compares the best suffix so far with a candidate, byte by byte.
     *
     * @param direction 1 for the usual order of bytes, -1 for the opposite one
     */
    private static Suffix largestSuffix(byte[] bytes, int direction) {
        int best = 0;
        int candidate = 1;
        int offset = 0;
        int period = 1;
        while (candidate + offset < bytes.length) {
            int order = direction * (bytes[candidate + offset] - bytes[best + offset]);
            if (order < 0) {
                candidate += offset + 1;
                offset = 0;
                period = candidate - best;
            } else if (order > 0) {
                best = candidate;
                candidate++;
                offset = 0;
                period = 1;
            } else if (offset + 1 == period) {
                candidate += period;
                offset = 0;
            } else {
                offset++;
            }
        }
        return new Suffix(best, period);
    }
}
