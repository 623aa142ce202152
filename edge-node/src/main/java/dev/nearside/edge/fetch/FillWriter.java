package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.Age;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.PurgeStamp;
import dev.nearside.edge.cache.Storability;
import dev.nearside.edge.cache.Storability.Verdict;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.HeadEncoder;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.time.Time;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fill of one fetch: decides whether the response is kept, holds it within the cache's bounds while it
 * comes, and stores it when it is whole. Used on the fetch's event loop only.
 */
final class FillWriter {

    /** An abandoned fill goes on if it is worth keeping and at least this share of it is there. */
    private static final double KEEP_ABANDONED_FROM_SHARE = 0.5;

    private final HttpCache cache;
    private final Time time;
    private final FetchRequest fetch;
    private final Fill fill;
    private Verdict verdict = new Verdict.Pass(NotCachedReason.NO_LIFETIME);
    private @Nullable ResponseHead head;
    private long openedNanos;
    private long reservedBytes;
    private boolean keptOnDisk;

    FillWriter(HttpCache cache, Time time, FetchRequest fetch) {
        this.cache = cache;
        this.time = time;
        this.fetch = fetch;
        this.fill = fetch.fill();
    }

    /**
     * Lets readers start.
     *
     * @param result the word for {@code x-cache}
     * @param sentEpochMillis when the request left for the origin
     */
    void open(ResponseHead theHead, String result, long sentEpochMillis) {
        long now = time.epochMillis();
        openedNanos = time.nanos();
        head = theHead;
        verdict = decide(theHead, now);
        boolean toDisk =
                verdict instanceof Verdict.Store && theHead.contentLength().orElse(0) > cache.maxObjectBytes();
        NotCachedReason notCached = verdict instanceof Verdict.Pass(NotCachedReason why) ? why : null;
        if (notCached != null && fetch.unshared() == null) {
            if (notCached.isOfTheRequest()) {
                cache.release(fetch.query(), fill);
            } else {
                cache.noteUnshareable(fetch.query(), fill);
            }
        }
        VaryRule vary = vary(theHead);
        fill.open(new Fill.Opening(
                theHead,
                result,
                notCached,
                Age.initialMillis(theHead, sentEpochMillis, now),
                vary,
                vary.variant(fetch.query().key(), fetch.query().headers())));
        if (toDisk) {
            outgrowMemory(NotCachedReason.TOO_LARGE);
        }
    }

    /** Nobody joins from here on; what can be kept on disk is, and for the rest the reason given holds. */
    private void outgrowMemory(NotCachedReason why) {
        Fill.Opening opening = fill.opening();
        keptOnDisk = verdict instanceof Verdict.Store(long lifetimeSeconds)
                && opening != null
                && cache.largeBodies()
                        .keep(
                                fill,
                                opening.variant(),
                                opening.vary(),
                                response(opening, StoredBody.onHeap(List.of()), lifetimeSeconds));
        if (!keptOnDisk) {
            verdict = new Verdict.Pass(why);
        }
        fill.stopKeeping();
        cache.unreserve(reservedBytes);
        reservedBytes = 0;
        cache.release(fetch.query(), fill);
    }

    private CachedResponse response(Fill.Opening opening, StoredBody body, long lifetimeSeconds) {
        return new CachedResponse(
                fetch.query().uri(),
                opening.head(),
                HeadEncoder.encode(opening.head()),
                body,
                openedNanos,
                opening.initialAgeMillis(),
                lifetimeMillis(lifetimeSeconds, opening),
                new PurgeStamp(fill.purgeSequence()));
    }

    private Verdict decide(ResponseHead theHead, long nowEpochMillis) {
        NotCachedReason unshared = fetch.unshared();
        if (unshared != null) {
            return new Verdict.Pass(unshared);
        }
        Verdict byRules =
                Storability.decide(fetch.request(), theHead, fetch.route().cachePolicy(), nowEpochMillis);
        long longest = Math.max(cache.maxObjectBytes(), cache.largeBodies().maxObjectBytes());
        boolean tooLarge = theHead.contentLength().orElse(0) > longest;
        return byRules instanceof Verdict.Store && tooLarge ? new Verdict.Pass(NotCachedReason.TOO_LARGE) : byRules;
    }

    /** Only RFC 9111's rules make variants; with CloudFront's policies the key alone decides. */
    private VaryRule vary(ResponseHead theHead) {
        String vary = theHead.headers().combined("vary");
        boolean makesVariants = fetch.route().cachePolicy().ttlRules() == TtlRules.RFC9111;
        return vary == null || !makesVariants ? VaryRule.NONE : VaryRule.of(vary);
    }

    /** Adds bytes; returns whether the origin may be read on at once. */
    boolean append(byte[] bytes) {
        if (verdict instanceof Verdict.Store && !keptOnDisk) {
            NotCachedReason why = cache.reserve(fill, bytes.length);
            if (why == null) {
                reservedBytes += bytes.length;
            } else {
                outgrowMemory(why);
            }
        }
        return fill.append(bytes);
    }

    /** The response is whole; it is stored if it may be. One that is not as long as it says is a failure instead. */
    void complete() {
        if (!hasDeclaredLength()) {
            fail(new FillFailure(
                    502,
                    "Error",
                    "origin-body-length",
                    "the body has " + fill.appendedBytes() + " bytes, other than its Content-Length says"));
            return;
        }
        fill.complete();
        cache.unreserve(reservedBytes);
        Fill.Opening opening = fill.opening();
        if (verdict instanceof Verdict.Store(long lifetimeSeconds) && !keptOnDisk && opening != null) {
            cache.store(
                    fetch.query(),
                    fill,
                    opening.vary(),
                    response(opening, StoredBody.onHeap(fill.body()), lifetimeSeconds));
        } else {
            cache.release(fetch.query(), fill);
        }
    }

    /** RFC 9111 counts from the response's making; CloudFront's TTLs count from its arrival. */
    private long lifetimeMillis(long lifetimeSeconds, Fill.Opening opening) {
        boolean fromArrival = fetch.route().cachePolicy().ttlRules() == TtlRules.CLOUDFRONT;
        return lifetimeSeconds * 1000 + (fromArrival ? opening.initialAgeMillis() : 0);
    }

    private boolean hasDeclaredLength() {
        ResponseHead whole = head;
        if (whole == null || whole.isBodiless() || fetch.request().method().equals("HEAD")) {
            return true;
        }
        return whole.contentLength().orElse(fill.appendedBytes()) == fill.appendedBytes();
    }

    /** The response will not come, or not whole: nothing of it is kept. */
    void fail(FillFailure why) {
        cache.release(fetch.query(), fill);
        cache.unreserve(reservedBytes);
        fill.fail(why);
    }

    /** Whether it should be finished although every viewer has left. */
    boolean isWorthFinishing() {
        ResponseHead opened = head;
        if (opened == null || !(verdict instanceof Verdict.Store)) {
            return false;
        }
        double length = opened.contentLength().orElse(Long.MAX_VALUE);
        return fill.appendedBytes() >= length * KEEP_ABANDONED_FROM_SHARE;
    }
}
