package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.Age;
import dev.nearside.edge.cache.CacheTags;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.Freshening;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.Parts;
import dev.nearside.edge.cache.Storability;
import dev.nearside.edge.cache.Storability.Verdict;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.StoredPart;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.encoding.EncodedHead;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.time.Time;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cache's side of a fetch: decides whether the response is kept, hands it to the fill, and stores it when it is
 * whole. Everything here runs on the fetch's loop.
 */
final class FillWriter {

    /** An abandoned fill goes on if it is worth keeping and at least this share of it is there. */
    private static final double KEEP_ABANDONED_FROM_SHARE = 0.5;

    private final HttpCache cache;
    private final Time time;
    private final FetchRequest fetch;
    private final Fill fill;
    private final Storability.Rules rules;
    private Verdict verdict = new Verdict.Pass(NotCachedReason.NO_LIFETIME);
    private final ContentEncoders encoders;
    private @Nullable ReceivedBody body;
    private @Nullable ResponseHead head;
    private boolean agesSinceTheOrigin;
    private long openedNanos;
    private long reservedBytes;
    private boolean keptOnDisk;

    FillWriter(HttpCache cache, Time time, ContentEncoders encoders, FetchRequest fetch) {
        this.encoders = encoders;
        this.cache = cache;
        this.time = time;
        this.fetch = fetch;
        this.fill = fetch.fill();
        this.rules = new Storability.Rules(
                fetch.route().cachePolicy(), fetch.route().distribution().errorResponses());
    }

    /**
     * Lets readers start.
     *
     * @param received the origin's, after its function
     * @param result the word for {@code x-cache}
     * @param sentEpochMillis when the request left for the origin
     */
    void open(ResponseHead received, String result, long sentEpochMillis) {
        long now = time.epochMillis();
        CachedResponse begun = fetch.plan().begun();
        boolean completes = begun != null && Parts.completes(begun, received);
        ResponseHead whole = completes && begun != null ? Parts.completed(begun, received) : received;
        ReceivedBody following = new ReceivedBody(encoders, fetch, whole);
        ResponseHead opened = following.head();
        body = following;
        openedNanos = time.nanos();
        head = opened;
        verdict = decide(opened, now);
        NotCachedReason notCached = verdict instanceof Verdict.Pass(NotCachedReason why) ? why : null;
        long age = Age.initialMillis(opened, sentEpochMillis, now);
        boolean shareable = opened.status() != 206
                && verdict instanceof Verdict.Store(Freshness freshness)
                && times(freshness, age).freshness().isFresh(age);
        if (!shareable && isForOthersToo()) {
            letOthersAsk(notCached, opened);
        }
        CacheTags tags = CacheTags.of(received.headers(), tagField());
        fill.bringsTags(completes && begun != null ? begun.tags().and(tags) : tags);
        fill.open(opening(opened, result, notCached, age, shareable, null));
        if (notCached == null && opened.contentLength().orElse(0) > cache.maxObjectBytes()) {
            outgrowMemory(NotCachedReason.TOO_LARGE);
        }
        if (completes && begun != null) {
            begun.body().copied(0, begun.body().length()).forEach(this::append);
        }
    }

    /** It comes from a shield: Age says how long it has been there, and that counts whatever the rules. */
    void agesSinceTheOrigin() {
        agesSinceTheOrigin = true;
    }

    /** Whether and why the body is compressed, for the timeline. */
    String encodingNote() {
        return body == null ? "" : body.note();
    }

    /**
     * A 304 has come: what is stored gets its fields and a new lifetime, and is what the readers get.
     *
     * @param notModified the origin's 304, after its function
     */
    void renew(CachedResponse stored, ResponseHead notModified, long sentEpochMillis) {
        long now = time.epochMillis();
        ResponseHead storedHead = stored.head();
        Fields newer = EncodedHead.renewing(storedHead.headers(), notModified.headers());
        ResponseHead renewedHead = Freshening.updated(storedHead, newer);
        Verdict again = Storability.decide(fetch.request(), renewedHead, rules, now);
        long age = Age.initialMillis(renewedHead, sentEpochMillis, now);
        openedNanos = time.nanos();
        Freshness freshness = again instanceof Verdict.Store(Freshness granted) ? granted : Freshness.strictly(0);
        CacheTags tags = CacheTags.of(renewedHead.headers(), tagField());
        CachedResponse renewed = stored.renewed(renewedHead, times(freshness, age), fill.purgeSequence())
                // What was invalidated meanwhile by a tag that it has lost stays invalidated.
                .tagged(cache.isPurged(fetch.query(), stored) ? stored.tags().and(tags) : tags);
        NotCachedReason notCached = again instanceof Verdict.Pass(NotCachedReason why) ? why : null;
        if (notCached == null) {
            cache.store(fetch.query(), fill, vary(renewedHead), renewed);
        } else if (!notCached.isOfTheRequest()) {
            cache.invalidate(fetch.query().key(), fill);
        }
        serve(renewed, "RefreshHit", notCached, renewed.wasEverFresh());
    }

    /**
     * The origin has failed: the readers get what is stored although it is stale.
     *
     * @param status the origin's answer, or what stands for none
     */
    void serveStale(CachedResponse stale, int status) {
        serve(stale, "Hit", null, true);
        if (fetch.route().cachePolicy().ttlRules() == TtlRules.CLOUDFRONT) {
            // CloudFront asks a failing origin again after the error's TTL, not for each viewer.
            long age = stale.ageMillis(time.nanos());
            Freshness freshness = stale.freshness();
            long quietUntil = Math.min(
                    age + rules.errorMinTtlSeconds(status) * 1000,
                    freshness.lifetimeMillis() + freshness.staleIfUnreachableMillis());
            openedNanos = time.nanos();
            Freshness quiet = freshness.lastingUntil(quietUntil);
            ResponseHead staleHead = stale.head();
            if (cache.isReplaced(fetch.query(), stale)) {
                cache.release(fill);
                return;
            }
            cache.store(
                    fetch.query(),
                    fill,
                    vary(staleHead),
                    stale.renewed(staleHead, new CachedResponse.Times(openedNanos, age, quiet), stale.purgeSequence()));
        }
    }

    private void serve(CachedResponse stored, String result, @Nullable NotCachedReason notCached, boolean shareable) {
        head = null;
        verdict = new Verdict.Pass(NotCachedReason.GENERATED);
        long age = stored.ageMillis(time.nanos());
        fill.bringsTags(stored.tags());
        fill.open(opening(stored.head(), result, notCached, age, shareable, stored));
    }

    private Fill.Opening opening(
            ResponseHead opened,
            String result,
            @Nullable NotCachedReason notCached,
            long ageMillis,
            boolean shareable,
            @Nullable CachedResponse stored) {
        VaryRule vary = vary(opened);
        return new Fill.Opening(
                opened,
                result,
                notCached,
                ageMillis,
                vary,
                vary.variant(fetch.query().key(), fetch.query().headers()),
                shareable,
                stored);
    }

    /** Nobody joins from here on; what can be kept on disk is, and for the rest the reason given holds. */
    private void outgrowMemory(NotCachedReason why) {
        Fill.Opening opening = fill.opening();
        keptOnDisk = verdict instanceof Verdict.Store(Freshness freshness)
                && opening != null
                && opening.head().status() != 206
                && cache.keepLarge(
                        fetch.query(),
                        fill,
                        opening.vary(),
                        CachedResponse.of(
                                        fetch.query().uri(),
                                        opening.head(),
                                        StoredBody.of(List.of()),
                                        times(freshness, opening.initialAgeMillis()),
                                        fill.purgeSequence())
                                .tagged(fill.tags()));
        if (!keptOnDisk) {
            verdict = new Verdict.Pass(why);
        }
        fill.stopKeeping();
        cache.unreserve(reservedBytes);
        reservedBytes = 0;
        cache.release(fill);
    }

    /** Nobody need wait for what only this viewer gets. */
    private void letOthersAsk(@Nullable NotCachedReason notCached, ResponseHead opened) {
        boolean ofItsRange = opened.status() == 206 || opened.status() == 416;
        if (ofItsRange || (notCached != null && notCached.isOfTheRequest())) {
            cache.release(fill);
        } else {
            cache.noteUnshareable(fetch.query(), fill);
        }
    }

    private Verdict decide(ResponseHead theHead, long nowEpochMillis) {
        NotCachedReason unshared = fetch.plan().unshared();
        if (unshared != null) {
            return new Verdict.Pass(unshared);
        }
        Verdict byRules = Storability.decide(fetch.request(), theHead, rules, nowEpochMillis);
        long longest = Math.max(cache.maxObjectBytes(), cache.largeBodies().maxObjectBytes());
        boolean tooLarge = theHead.contentLength().orElse(0) > longest;
        return byRules instanceof Verdict.Store && tooLarge ? new Verdict.Pass(NotCachedReason.TOO_LARGE) : byRules;
    }

    /** Where the distribution looks for cache tags; null if it does not. */
    private @Nullable String tagField() {
        return fetch.route().distribution().cacheTagHeader();
    }

    /** Only RFC 9111's rules make variants; with CloudFront's policies the key alone decides. */
    private VaryRule vary(ResponseHead theHead) {
        String vary = theHead.headers().combined("vary");
        boolean makesVariants = fetch.route().cachePolicy().ttlRules() == TtlRules.RFC9111;
        return vary == null || !makesVariants ? VaryRule.NONE : VaryRule.of(vary);
    }

    /** Adds bytes of the origin; returns whether it may be read on at once. */
    boolean append(byte[] received) {
        byte[] bytes = body == null ? received : body.append(received);
        return bytes.length == 0 || keep(bytes);
    }

    private boolean keep(byte[] bytes) {
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
        ReceivedBody following = body;
        if (following != null && !following.isAsLongAsDeclared()) {
            fail(new FillFailure(
                    502,
                    "Error",
                    "origin-body-length",
                    "the body has " + following.receivedBytes() + " bytes, other than its Content-Length says"));
            return;
        }
        if (following != null) {
            byte[] rest = following.finish();
            following.close();
            if (rest.length > 0) {
                keep(rest);
            }
        }
        fill.complete();
        cache.unreserve(reservedBytes);
        ResponseHead whole = head;
        Fill.Opening opening = fill.opening();
        CachedResponse toStore = whole == null || opening == null || keptOnDisk ? null : stored(whole, opening);
        if (toStore != null && opening != null) {
            cache.store(fetch.query(), fill, opening.vary(), toStore);
        } else {
            cache.release(fill);
        }
    }

    /** What of the complete fill is to be kept; null for nothing. */
    private @Nullable CachedResponse stored(ResponseHead whole, Fill.Opening opening) {
        if (!(verdict instanceof Verdict.Store(Freshness freshness))) {
            return null;
        }
        StoredBody bytes = StoredBody.of(fill.body());
        CachedResponse response = CachedResponse.of(
                        fetch.query().uri(),
                        whole,
                        bytes,
                        times(freshness, opening.initialAgeMillis()),
                        fill.purgeSequence())
                .tagged(fill.tags());
        if (whole.status() != 206) {
            return response;
        }
        String asked = fetch.request().headers().combined("range");
        StoredPart part = StoredPart.of(whole, bytes.length(), asked == null ? "" : asked);
        return part == null ? null : response.asPart(part);
    }

    /** RFC 9111 counts from the response's making; CloudFront's TTLs count from its arrival. */
    private CachedResponse.Times times(Freshness freshness, long initialAgeMillis) {
        boolean fromArrival = fetch.route().cachePolicy().ttlRules() == TtlRules.CLOUDFRONT && !agesSinceTheOrigin;
        return new CachedResponse.Times(
                openedNanos, initialAgeMillis, fromArrival ? freshness.plusLifetime(initialAgeMillis) : freshness);
    }

    /** The response will not come, or not whole: nothing of it is kept. */
    void fail(FillFailure why) {
        if (body != null) {
            body.close();
        }
        cache.release(fill);
        cache.unreserve(reservedBytes);
        fill.fail(why);
    }

    /**
     * The origin gave no answer, and nothing stands in for it: with CloudFront's rules that is kept like an error
     * response of the origin.
     */
    void keepFailure(FillFailure why) {
        boolean ofTheOrigin = why.status() == 502 || why.status() == 504;
        if (ofTheOrigin && isForOthersToo() && fetch.route().cachePolicy().ttlRules() == TtlRules.CLOUDFRONT) {
            cache.keepFailure(fetch.query(), fill, why, rules.errorMinTtlSeconds(why.status()) * 1_000);
        }
    }

    private boolean isForOthersToo() {
        return fetch.plan().unshared() == null;
    }

    /** Whether it should be finished although every viewer has left. */
    boolean isWorthFinishing() {
        return body != null && verdict instanceof Verdict.Store && body.shareReceived() >= KEEP_ABANDONED_FROM_SHARE;
    }
}
