package dev.nearside.edge;

import dev.nearside.edge.listener.ViewerListener;
import dev.nearside.kit.config.ConfigException;

/**
 * How much patience a node has with viewers. A number left out, or 0, means the default.
 *
 * @param headTimeoutMillis from a head's first byte to its last, however the bytes between trickle: 100 to 600,000,
 *     default 10,000
 * @param bodyTimeoutMillis in which a body that is wanted must bring {@code minBodyBytes}: 100 to 600,000, default
 *     20,000
 * @param minBodyBytes of a body in that time, unless it ends: 1 to 1,073,741,824, default 2,000
 * @param idleTimeoutMillis how long a connection may stay without an exchange or a begun request, and a response without
 *     {@code minReadBytes} taken by the viewer: 100 to 3,600,000, default 60,000
 * @param minReadBytes that a viewer must take in the idle timeout while a response waits: 1 to 1,073,741,824, default
 *     6,000
 * @param handshakeTimeoutMillis how long a viewer may take to agree on TLS: 100 to 600,000, default 10,000
 * @param maxWaitingBytes of pipelined requests that wait before the socket is no longer read: 1,024 to 16,777,216,
 *     default 65,536
 * @param drainTimeoutMillis how long running exchanges may take to end when the node stops: 1 to 600,000, default 2,000
 */
public record ViewerLimits(
        long headTimeoutMillis,
        long bodyTimeoutMillis,
        int minBodyBytes,
        long idleTimeoutMillis,
        int minReadBytes,
        long handshakeTimeoutMillis,
        int maxWaitingBytes,
        long drainTimeoutMillis) {

    private static final long TEN_MINUTES_MILLIS = 600_000;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int GIBIBYTE = 1 << 30;

    public ViewerLimits {
        ViewerListener.Limits usual = ViewerListener.Limits.defaults();
        headTimeoutMillis =
                within(100, TEN_MINUTES_MILLIS, usual.headTimeoutMillis(), "head-timeout-millis", headTimeoutMillis);
        bodyTimeoutMillis =
                within(100, TEN_MINUTES_MILLIS, usual.bodyTimeoutMillis(), "body-timeout-millis", bodyTimeoutMillis);
        minBodyBytes = (int) within(1, GIBIBYTE, usual.minBodyBytes(), "min-body-bytes", minBodyBytes);
        idleTimeoutMillis =
                within(100, HOUR_MILLIS, usual.idleTimeoutMillis(), "idle-timeout-millis", idleTimeoutMillis);
        minReadBytes = (int) within(1, GIBIBYTE, usual.minReadBytes(), "min-read-bytes", minReadBytes);
        handshakeTimeoutMillis = within(
                100,
                TEN_MINUTES_MILLIS,
                usual.handshakeTimeoutMillis(),
                "handshake-timeout-millis",
                handshakeTimeoutMillis);
        maxWaitingBytes = (int) within(1_024, 16 << 20, usual.maxWaitingBytes(), "max-waiting-bytes", maxWaitingBytes);
        drainTimeoutMillis =
                within(1, TEN_MINUTES_MILLIS, usual.drainTimeoutMillis(), "drain-timeout-millis", drainTimeoutMillis);
    }

    public static ViewerLimits defaults() {
        return new ViewerLimits(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** The listener's limits with those. */
    ViewerListener.Limits listener(int maxConnections) {
        return new ViewerListener.Limits(
                maxConnections,
                idleTimeoutMillis,
                handshakeTimeoutMillis,
                headTimeoutMillis,
                bodyTimeoutMillis,
                minBodyBytes,
                minReadBytes,
                maxWaitingBytes,
                drainTimeoutMillis);
    }

    private static long within(long least, long most, long otherwise, String key, long value) {
        if (value != 0 && (value < least || value > most)) {
            throw new ConfigException(
                    "viewer-limits." + key + " is '" + value + "', expected " + least + " to " + most);
        }
        return value == 0 ? otherwise : value;
    }
}
