package dev.nearside.kit.link;

/**
 * What lies between the two ends of a connection.
 *
 * @param roundTripNanos there and back without jitter, 0 or more
 * @param jitterNanos most that a packet is late, 0 or more; how late is drawn for each
 * @param bytesPerSecond in each direction; 0 for no limit
 * @param initialWindowBytes what a sender may have under way before the first acknowledgement, 1 or more
 * @param maxWindowBytes what it may have under way at most, as its buffers allow; at least the initial window
 */
public record LinkProfile(
        long roundTripNanos, long jitterNanos, long bytesPerSecond, int initialWindowBytes, int maxWindowBytes) {

    /** Ten segments of 1,460 bytes: where today's TCP senders begin (RFC 6928). */
    public static final int TEN_SEGMENTS = 14_600;

    /** What Linux lets a receive buffer grow to by itself. */
    public static final int SIX_MEBIBYTES = 6 * 1024 * 1024;

    /** Beyond this a round trip is a mistake in a unit, not a distance. */
    private static final long MAX_NANOS = 60_000_000_000L;

    private static final LinkProfile NONE = ofRoundTrip(0, 0);

    public LinkProfile {
        requireDuration("round trip", roundTripNanos);
        requireDuration("jitter", jitterNanos);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "bandwidth " + bytesPerSecond + " bytes/s is negative, expected 0 for no limit, or more");
        }
        if (initialWindowBytes < 1 || maxWindowBytes < initialWindowBytes) {
            throw new IllegalArgumentException("windows of " + initialWindowBytes + " to " + maxWindowBytes
                    + " bytes, expected an initial one of 1 or more and a largest one that is no smaller");
        }
    }

    /** No distance at all: everything passes at once. */
    public static LinkProfile none() {
        return NONE;
    }

    /** A clean path of that length with the usual TCP windows and no bandwidth limit. */
    public static LinkProfile ofRoundTrip(long roundTripNanos, long jitterNanos) {
        return new LinkProfile(roundTripNanos, jitterNanos, 0, TEN_SEGMENTS, SIX_MEBIBYTES);
    }

    /** Whether a connection over this link behaves as it would without it. */
    public boolean isNone() {
        return roundTripNanos == 0 && jitterNanos == 0 && bytesPerSecond == 0;
    }

    private static void requireDuration(String what, long nanos) {
        if (nanos < 0 || nanos > MAX_NANOS) {
            throw new IllegalArgumentException(
                    what + " of " + nanos + " ns, expected 0 to " + MAX_NANOS + " (a minute)");
        }
    }
}
