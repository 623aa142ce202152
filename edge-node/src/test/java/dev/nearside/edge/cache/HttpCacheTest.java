package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.HttpCache.Limits;
import dev.nearside.edge.cache.HttpCache.Lookup;
import dev.nearside.edge.cache.HttpCache.Query;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.ManualTime;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpCacheTest {

    private static final long LIFETIME_MILLIS = 60_000;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final HttpCache cache =
            new HttpCache(new CaffeineStore(1 << 20, time, "cache-test"), new Limits(1_000, 1_500, 100, 5_000), time);

    @AfterEach
    void close() {
        cache.close();
    }

    // ---- who fetches ----

    @Test
    void firstAskerLeadsAndOthersJoinUntilItIsStored() {
        Query query = query("/a");
        Fill fill = lead(query);

        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Join(fill));
        assertThat(cache.lookup(query("/b"))).isInstanceOf(Lookup.Lead.class);
        store(query, fill, VaryRule.NONE);

        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Hit.class);
    }

    @Test
    void failedFillIsNotJoined() {
        Query query = query("/a");
        Fill fill = lead(query);
        fill.fail(new FillFailure(502, "Error", "k", "m"));

        assertThat(lead(query)).isNotSameAs(fill);
    }

    @Test
    void releaseLetsTheNextAskerLead() {
        Query query = query("/a");
        Fill fill = lead(query);
        cache.release(query, fill);
        Fill next = lead(query);
        cache.release(query, fill);

        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Join(next));
    }

    @Test
    void otherVariantDoesNotJoinAFillThatHasOpened() {
        VaryRule vary = VaryRule.of("accept-language");
        Query german = query("/a", "Accept-Language", "de");
        Query english = query("/a", "Accept-Language", "en");
        Fill fill = lead(german);
        assertThat(cache.lookup(english)).isEqualTo(new Lookup.Join(fill));
        open(fill, german, vary, null);

        assertThat(cache.lookup(german)).isEqualTo(new Lookup.Join(fill));
        Fill own = lead(english);
        assertThat(own).isNotSameAs(fill);
        assertThat(cache.lookup(english)).isEqualTo(new Lookup.Join(own));
    }

    @Test
    void fillThatOpenedAsUnshareableIsNotJoined() {
        Query query = query("/a");
        Fill fill = lead(query);
        open(fill, query, VaryRule.NONE, NotCachedReason.PRIVATE);

        assertThat(lead(query)).isNotSameAs(fill);
    }

    // ---- hit for miss ----

    @Test
    void unshareableKeyIsAskedForAloneForAWhile() {
        Query query = query("/a");
        cache.noteUnshareable(query, lead(query));

        time.advance(Duration.ofMillis(4_999));
        assertThat(cache.lookup(query))
                .isInstanceOfSatisfying(
                        Lookup.Alone.class, alone -> assertThat(alone.why()).isEqualTo(NotCachedReason.HIT_FOR_MISS));
        assertThat(cache.findFresh(query)).isNull();
        time.advance(Duration.ofMillis(1));

        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Lead.class);
    }

    @Test
    void shareableAnswerEndsHitForMiss() {
        Query query = query("/a");
        cache.noteUnshareable(query, lead(query));
        Fill alone = cache.newFill();
        store(query, alone, VaryRule.NONE);

        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Hit.class);
    }

    // ---- freshness ----

    @Test
    void storedResponseIsServedUntilItIsStale() {
        Query query = query("/a");
        Fill fill = lead(query);
        store(query, fill, VaryRule.NONE);

        time.advance(Duration.ofMillis(LIFETIME_MILLIS - 1));
        assertThat(cache.lookup(query))
                .isInstanceOfSatisfying(
                        Lookup.Hit.class,
                        hit -> assertThat(hit.response().ageMillis(time.nanos()))
                                .isEqualTo(LIFETIME_MILLIS - 1));
        time.advance(Duration.ofMillis(1));

        assertThat(cache.findFresh(query)).isNull();
        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Lead.class);
    }

    @Test
    void ageOnArrivalCounts() {
        Query query = query("/a");
        Fill fill = lead(query);
        cache.store(query, fill, VaryRule.NONE, response(query, fill, "x", LIFETIME_MILLIS - 10));

        time.advance(Duration.ofMillis(10));

        assertThat(cache.findFresh(query)).isNull();
    }

    // ---- variants ----

    @Test
    void variantsAreFoundByTheirRequestFields() {
        VaryRule vary = VaryRule.of("accept-language");
        Query german = query("/a", "Accept-Language", "de");
        Query english = query("/a", "Accept-Language", "en");
        Fill one = cache.newFill();
        Fill other = cache.newFill();
        cache.store(german, one, vary, response(german, one, "de", 0));
        cache.store(english, other, vary, response(english, other, "en", 0));

        assertThat(bodyOf(german)).isEqualTo("de");
        assertThat(bodyOf(english)).isEqualTo("en");
        assertThat(cache.find(query("/a"))).isNull();
    }

    // ---- invalidation ----

    @Test
    void purgedResponseIsNotServed() {
        Query query = query("/a");
        store(query, lead(query), VaryRule.NONE);
        Query other = query("/b");
        store(other, lead(other), VaryRule.NONE);

        cache.purges().purge("E1", List.of("/a"));

        assertThat(cache.findFresh(query)).isNull();
        assertThat(cache.find(other)).isNotNull();
    }

    @Test
    void responseAskedForBeforeAPurgeIsNotServedAfterIt() {
        Query query = query("/a");
        Fill inFlight = lead(query);

        cache.purges().purge("E1", List.of("/*"));
        Fill fresh = lead(query);
        store(query, inFlight, VaryRule.NONE);

        assertThat(fresh).isNotSameAs(inFlight);
        assertThat(cache.findFresh(query)).isNull();
        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Join(fresh));
    }

    @Test
    void olderResponseDoesNotReplaceANewerOne() {
        Query query = query("/a");
        Fill older = lead(query);
        cache.purges().purge("E1", List.of("/a"));
        Fill newer = lead(query);
        cache.store(query, newer, VaryRule.NONE, response(query, newer, "new", 0));

        cache.store(query, older, VaryRule.NONE, response(query, older, "old", 0));

        assertThat(bodyOf(query)).isEqualTo("new");
    }

    // ---- bytes in flight ----

    @Test
    void reservationsAreBoundedPerObjectAndTogether() {
        Fill one = cache.newFill();
        Fill other = cache.newFill();

        assertThat(cache.reserve(one, 1_001)).isEqualTo(NotCachedReason.TOO_LARGE);
        assertThat(cache.reserve(one, 1_000)).isNull();
        assertThat(cache.reserve(other, 501)).isEqualTo(NotCachedReason.TOO_MUCH_IN_FLIGHT);
        assertThat(cache.reserve(other, 500)).isNull();
        assertThat(cache.bytesInFlight()).isEqualTo(1_500);
        cache.unreserve(1_000);

        assertThat(cache.reserve(other, 1_000)).isNull();
        cache.unreserve(1_500);
        assertThat(cache.bytesInFlight()).isZero();
    }

    @Test
    void whatHasBeenAppendedCountsTowardsTheObjectLimit() {
        Query query = query("/a");
        Fill fill = lead(query);
        open(fill, query, VaryRule.NONE, null);
        fill.append(new byte[600]);

        assertThat(cache.reserve(fill, 400)).isNull();
        assertThat(cache.reserve(fill, 401)).isEqualTo(NotCachedReason.TOO_LARGE);
    }

    // ---- short ways ----

    private Fill lead(Query query) {
        return switch (cache.lookup(query)) {
            case Lookup.Lead(Fill fill, var _) -> fill;
            case Lookup other -> throw new AssertionError("expected to lead, got " + other);
        };
    }

    private static void open(Fill fill, Query query, VaryRule vary, @Nullable NotCachedReason notCached) {
        fill.open(new Fill.Opening(
                new ResponseHead(200, "", Fields.EMPTY),
                "Miss",
                notCached,
                0,
                vary,
                vary.variant(query.key(), query.headers()),
                true,
                null));
    }

    private void store(Query query, Fill fill, VaryRule vary) {
        cache.store(query, fill, vary, response(query, fill, "x", 0));
    }

    private CachedResponse response(Query query, Fill fill, String body, long initialAgeMillis) {
        ResponseHead head = new ResponseHead(200, "", Fields.of("ETag", body));
        return CachedResponse.of(
                query.uri(),
                head,
                StoredBody.onHeap(List.of(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII))),
                new CachedResponse.Times(time.nanos(), initialAgeMillis, Freshness.strictly(LIFETIME_MILLIS)),
                fill.purgeSequence());
    }

    private @Nullable String bodyOf(Query query) {
        CachedResponse found = cache.findFresh(query);
        return found == null ? null : found.head().headers().first("etag");
    }

    private static Query query(String uri, String... headers) {
        return new Query("E1", new CacheKey("E1\n" + uri), uri, Fields.of(headers), RequestDirectives.NONE, true);
    }
}
