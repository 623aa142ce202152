package dev.nearside.kit.link;

import java.util.ArrayDeque;
import java.util.Deque;

/** The sending half of a modelled TCP connection: says when bytes that are ready now leave for the other end. */
final class TcpSender {
    // A sender may have one window of bytes under way. An acknowledgement comes one round trip after the bytes left; it
    // makes room and, if more than half of the window was in use, widens the window by as much as it acknowledges.
    // That doubles the window each round trip: slow start (RFC 5681) on a path without loss, up to the largest window.
    // After a pause the window halves once for each timeout that has passed, down to the initial one, as Linux does it.
    //
    // Time is only what callers say it is. Departures are computed ahead of time, when bytes become ready: everything
    // that decides on them is known by then, so that no timers are needed for acknowledgements.

    /** Linux's least retransmission timeout beyond the round trip. */
    static final long TIMEOUT_BEYOND_ROUND_TRIP_NANOS = 200_000_000;

    /** Two segments: what a receiver acknowledges at once. */
    private static final long LEAST_PIECE_BYTES = 2 * 1_460;

    /** Takes the pieces in which bytes leave, in order. */
    @FunctionalInterface
    interface Departures {
        void leave(int bytes, long atNanos);
    }

    private record Sent(int bytes, long acknowledgedAtNanos, boolean windowWasUsed) {}

    private final LinkProfile profile;
    private final long pieceBytes;
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private long windowBytes;
    private long lastDepartureNanos;
    private boolean started;

    TcpSender(LinkProfile profile) {
        this.profile = profile;
        windowBytes = profile.initialWindowBytes();
        // Over a limited link bytes leave in pieces, so that acknowledgements flow while a window is still being sent;
        // a millisecond's worth at least, which bounds the work on fast links.
        pieceBytes = profile.bytesPerSecond() == 0
                ? Integer.MAX_VALUE
                : Math.max(LEAST_PIECE_BYTES, profile.bytesPerSecond() / 1_000);
    }

    /** Sends bytes that are ready now, behind all that were ready before. */
    void send(long nowNanos, long bytes, Departures departures) {
        long at = readyNanos(nowNanos);
        narrowAfterPause(at);
        long left = bytes;
        while (left > 0) {
            acknowledge(at);
            long room = profile.roundTripNanos() == 0 ? left : windowBytes - bytesUnderWay;
            if (room <= 0) {
                at = underWay.getFirst().acknowledgedAtNanos();
                continue;
            }
            int piece = (int) Math.min(left, Math.min(room, pieceBytes));
            at += transmissionNanos(piece);
            bytesUnderWay += piece;
            underWay.addLast(new Sent(piece, at + profile.roundTripNanos(), bytesUnderWay * 2 > windowBytes));
            departures.leave(piece, at);
            left -= piece;
        }
        lastDepartureNanos = at;
        started = true;
    }

    /** When something that takes no room of its own, such as the end of the stream, leaves behind all bytes. */
    long readyNanos(long nowNanos) {
        return started ? Math.max(nowNanos, lastDepartureNanos) : nowNanos;
    }

    /** How many bytes may be under way at that time. */
    long windowBytes(long nowNanos) {
        acknowledge(nowNanos);
        return windowBytes;
    }

    private void acknowledge(long nowNanos) {
        while (!underWay.isEmpty() && underWay.getFirst().acknowledgedAtNanos() <= nowNanos) {
            Sent sent = underWay.removeFirst();
            bytesUnderWay -= sent.bytes();
            if (sent.windowWasUsed()) {
                windowBytes = Math.min(windowBytes + sent.bytes(), profile.maxWindowBytes());
            }
        }
    }

    private void narrowAfterPause(long nowNanos) {
        if (!started) {
            return;
        }
        acknowledge(nowNanos);
        long timeout = profile.roundTripNanos() + TIMEOUT_BEYOND_ROUND_TRIP_NANOS;
        for (long pause = nowNanos - lastDepartureNanos;
                pause > timeout && windowBytes > profile.initialWindowBytes();
                pause -= timeout) {
            windowBytes = Math.max(windowBytes / 2, profile.initialWindowBytes());
        }
    }

    private long transmissionNanos(int bytes) {
        return profile.bytesPerSecond() == 0 ? 0 : Math.ceilDiv(bytes * 1_000_000_000L, profile.bytesPerSecond());
    }
}
