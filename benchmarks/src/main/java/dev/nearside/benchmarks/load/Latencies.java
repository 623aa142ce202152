package dev.nearside.benchmarks.load;

import java.util.Arrays;

/** Durations in nanoseconds, each kept, so that percentiles are exact. */
public final class Latencies {

    private long[] nanos = new long[1 << 12];
    private int count;

    public void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    public int count() {
        return count;
    }

    /**
     * The smallest duration that at least this share of all do not exceed, in milliseconds; 0 if there is none.
     *
     * @param percentile above 0, at most 100
     */
    public double millisAt(double percentile) {
        if (count == 0) {
            return 0;
        }
        Arrays.sort(nanos, 0, count);
        int rank = (int) Math.ceil(percentile * count / 100);
        return nanos[Math.max(rank, 1) - 1] / 1e6;
    }
}
