package dev.nearside.edge.cache;

import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.StoredHead;
import org.jspecify.annotations.Nullable;

/**
 * A stored response; immutable.
 *
 * @param uri path under which it is stored, for invalidation
 * @param times when it came and for how long it may be used
 * @param purgeStamp what it knows of the {@link PurgeLog}
 * @param part which part of the representation the body is; null for the whole
 */
public record CachedResponse(
        String uri,
        StoredHead storedHead,
        StoredBody body,
        Times times,
        PurgeStamp purgeStamp,
        @Nullable StoredPart part)
        implements Stored {

    /**
     * The times of a stored response.
     *
     * @param storedNanos when its head arrived, on the node's monotonic clock
     * @param initialAgeMillis how old it was then (RFC 9111 §4.2.3)
     */
    public record Times(long storedNanos, long initialAgeMillis, Freshness freshness) {}

    /** A whole response with its head encoded. */
    public static CachedResponse of(String uri, ResponseHead head, StoredBody body, Times times, long purgeSequence) {
        return new CachedResponse(uri, StoredHead.of(head), body, times, new PurgeStamp(purgeSequence), null);
    }

    /** The same with those tags. */
    public CachedResponse tagged(CacheTags tags) {
        return tags.isEmpty() && purgeStamp.tags().isEmpty()
                ? this
                : new CachedResponse(uri, storedHead, body, times, new PurgeStamp(purgeStamp.askedAt(), tags), part);
    }

    /** The same as the part that it is of something. */
    public CachedResponse asPart(StoredPart thePart) {
        return new CachedResponse(uri, storedHead, body, times, purgeStamp, thePart);
    }

    /** The same body with a newer head, as after a 304. */
    public CachedResponse renewed(ResponseHead newHead, Times newTimes, long newPurgeSequence) {
        PurgeStamp stamp = new PurgeStamp(newPurgeSequence, purgeStamp.tags());
        return new CachedResponse(uri, StoredHead.of(newHead), body, newTimes, stamp, part);
    }

    /** Its head, read out of the stored form: not for the way of every hit. */
    public ResponseHead head() {
        return storedHead.decoded();
    }

    public CacheTags tags() {
        return purgeStamp.tags();
    }

    /** State of the {@link PurgeLog} when it was asked for. */
    public long purgeSequence() {
        return purgeStamp.askedAt();
    }

    /** Its age in milliseconds (RFC 9111 §4.2.3). */
    public long ageMillis(long nowNanos) {
        return times.initialAgeMillis() + (nowNanos - times.storedNanos()) / 1_000_000;
    }

    public Freshness freshness() {
        return times.freshness();
    }

    public boolean isFresh(long nowNanos) {
        return freshness().isFresh(ageMillis(nowNanos));
    }

    /** Whether it was fresh when it came, so that others may have it without asking the origin. */
    public boolean wasEverFresh() {
        return freshness().isFresh(times.initialAgeMillis());
    }

    /** The same response with its bytes in another place. */
    public CachedResponse withBody(StoredBody newBody) {
        return new CachedResponse(uri, storedHead, newBody, times, purgeStamp, part);
    }

    @Override
    public long weight() {
        return 160 + 8L * tags().count() + 2L * uri.length() + storedHead.weight() + body.weight();
    }
}
