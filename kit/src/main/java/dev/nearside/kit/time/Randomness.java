package dev.nearside.kit.time;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Where random numbers come from. */
public final class Randomness {

    private static final SecureRandom SECURE = new SecureRandom();

    private Randomness() {}

    /** Unpredictable numbers, for tokens and keys. Safe for use by many threads. */
    public static RandomGenerator secret() {
        return SECURE;
    }

    /** Fast numbers without a seed, for identifiers and jitter on real sockets. Safe for use by many threads. */
    public static RandomGenerator fast() {
        return new FastRandom();
    }

    /** Numbers that repeat for the same seed; for one thread. */
    public static RandomGenerator seeded(long seed) {
        return new SplittableRandom(seed);
    }

    private static final class FastRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
