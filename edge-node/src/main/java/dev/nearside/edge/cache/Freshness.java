package dev.nearside.edge.cache;

/**
 * How long a stored response may be used, and how long after that in which need; all in milliseconds.
 *
 * @param lifetimeMillis for how long it is fresh, counted from its making (RFC 9111 §4.2)
 * @param staleWhileRevalidateMillis for how long it may be served stale while it is refreshed (RFC 5861 §3)
 * @param staleIfErrorMillis for how long it may be served stale in place of a 5xx (RFC 5861 §4)
 * @param staleIfUnreachableMillis for how long it may be served stale when the origin gives no answer (RFC 9111 §4.2.4)
 * @param staleForbidden whether it must never be served stale, not even if the viewer asks for it (RFC 9111 §5.2.2.2)
 */
public record Freshness(
        long lifetimeMillis,
        long staleWhileRevalidateMillis,
        long staleIfErrorMillis,
        long staleIfUnreachableMillis,
        boolean staleForbidden) {

    /** Fresh for a while and never stale. */
    public static Freshness strictly(long lifetimeMillis) {
        return new Freshness(lifetimeMillis, 0, 0, 0, true);
    }

    public boolean isFresh(long ageMillis) {
        return ageMillis < lifetimeMillis;
    }

    public boolean mayServeWhileRevalidating(long ageMillis) {
        return within(ageMillis, staleWhileRevalidateMillis);
    }

    public boolean mayServeOnError(long ageMillis) {
        return within(ageMillis, staleIfErrorMillis);
    }

    public boolean mayServeWhenUnreachable(long ageMillis) {
        return within(ageMillis, staleIfUnreachableMillis);
    }

    private boolean within(long ageMillis, long windowMillis) {
        return !staleForbidden && ageMillis - lifetimeMillis < windowMillis;
    }

    /** The same, fresh until it is that old; the windows behind its lifetime end when they did. */
    public Freshness lastingUntil(long ageMillis) {
        long longer = Math.max(0, ageMillis - lifetimeMillis);
        return new Freshness(
                lifetimeMillis + longer,
                Math.max(0, staleWhileRevalidateMillis - longer),
                Math.max(0, staleIfErrorMillis - longer),
                Math.max(0, staleIfUnreachableMillis - longer),
                staleForbidden);
    }

    /** The same with the lifetime longer by that much; for lifetimes that count from arrival. */
    public Freshness plusLifetime(long millis) {
        return new Freshness(
                lifetimeMillis + millis,
                staleWhileRevalidateMillis,
                staleIfErrorMillis,
                staleIfUnreachableMillis,
                staleForbidden);
    }
}
