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
        cache.release(fill);
        Fill next = lead(query);
        cache.release(fill);

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

    @Test
    void whoWaitsForAnotherVariantLeadsWhatOthersJoinWhileTheFirstGoesOn() {
        VaryRule vary = VaryRule.of("accept-language");
        Query german = query("/a", "Accept-Language", "de");
        Query english = query("/a", "Accept-Language", "en");
        Query french = query("/a", "Accept-Language", "fr");
        Fill first = lead(german);
        open(first, german, vary, null);

        Fill second = lead(english);
        Fill third = lead(french);

        assertThat(cache.lookup(german)).isEqualTo(new Lookup.Join(first));
        assertThat(cache.lookup(english)).isEqualTo(new Lookup.Join(second));
        assertThat(cache.lookup(french)).isEqualTo(new Lookup.Join(third));
        store(german, first, vary);
        assertThat(cache.lookup(english)).as("the rule is stored now").isEqualTo(new Lookup.Join(second));
        cache.release(second);
        assertThat(cache.lookup(english)).isInstanceOf(Lookup.Lead.class);
        assertThat(cache.lookup(french)).isEqualTo(new Lookup.Join(third));
    }

    @Test
    void variantsThatAreKnownNeverWaitForEachOther() {
        VaryRule vary = VaryRule.of("accept-language");
        Query german = query("/a", "Accept-Language", "de");
        store(german, lead(german), vary);
        time.advance(Duration.ofMillis(LIFETIME_MILLIS));

        Fill ofGerman = lead(german);
        Fill ofEnglish = lead(query("/a", "Accept-Language", "en"));

        assertThat(ofEnglish).isNotSameAs(ofGerman);
        assertThat(cache.lookup(german)).isEqualTo(new Lookup.Join(ofGerman));
    }

    @Test
    void fillThatAnUnsafeMethodOvertookIsNotJoined() {
        Query query = query("/a");
        Fill fill = lead(query);
        cache.invalidate(query.key(), cache.newFill());

        assertThat(lead(query)).isNotSameAs(fill);
    }

    // ---- hit for miss ----

    @Test
    void unshareableVariantIsAskedForAloneAndTheOthersAreNot() {
        VaryRule vary = VaryRule.of("accept-language");
        Query german = query("/a", "Accept-Language", "de");
        Query english = query("/a", "Accept-Language", "en");
        store(german, lead(german), vary);
        cache.noteUnshareable(english, lead(english));

        assertThat(cache.lookup(english)).isInstanceOf(Lookup.Alone.class);
        assertThat(cache.lookup(german)).isInstanceOf(Lookup.Hit.class);
        assertThat(cache.lookup(query("/a", "Accept-Language", "fr"))).isInstanceOf(Lookup.Lead.class);
    }

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
    void responseWithAPurgedTagIsNotServed() {
        Query query = query("/a");
        storeTagged(query, lead(query), "red, round");
        Query other = query("/b");
        storeTagged(other, lead(other), "green, round");

        cache.purges().purge("E1", List.of("#red"));

        assertThat(cache.findFresh(query)).isNull();
        assertThat(cache.findFresh(other)).isNotNull();
        cache.purges().purge("E1", List.of("/x", "#ROUND"));
        assertThat(cache.findFresh(other)).isNull();
    }

    @Test
    void responseAskedForBeforeAPurgeOfItsTagIsNotServedAfterIt() {
        Query query = query("/a");
        Fill inFlight = lead(query);

        cache.purges().purge("E1", List.of("#red"));
        storeTagged(query, inFlight, "red");

        assertThat(cache.findFresh(query)).isNull();
    }

    @Test
    void fillOfUnknownTagsIsNotJoinedAfterAPurgeOfATag() {
        Query query = query("/a");
        Fill inFlight = lead(query);
        cache.purges().purge("E1", List.of("/other"));
        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Join(inFlight));

        cache.purges().purge("E1", List.of("#red"));

        assertThat(lead(query)).isNotSameAs(inFlight);
    }

    @Test
    void fillThatBringsOtherTagsIsJoined() {
        Query query = query("/a");
        Fill inFlight = lead(query);
        inFlight.bringsTags(tags("green"));
        open(inFlight, query, VaryRule.NONE, null);

        cache.purges().purge("E1", List.of("#red"));
        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Join(inFlight));

        cache.purges().purge("E1", List.of("#green"));
        assertThat(lead(query)).isNotSameAs(inFlight);
    }

    @Test
    void joinedPartsHaveTheTagsOfBoth() {
        Query query = query("/a");
        cache.store(query, lead(query), VaryRule.NONE, part(query, 0, 5).tagged(tags("red")));
        cache.store(query, lead(query), VaryRule.NONE, part(query, 5, 10).tagged(tags("green")));
        assertThat(cache.findFresh(query)).isNotNull();

        cache.purges().purge("E1", List.of("#red"));

        assertThat(cache.findFresh(query)).isNull();
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

    @Test
    void whatAnUnsafeMethodOvertakesIsNotStoredWhoeverFetchesIt() {
        Query query = query("/a");
        Fill registered = lead(query);
        Fill alone = cache.newFill();
        Fill cause = cache.newFill();

        cache.invalidate(query.key(), cause);
        store(query, registered, VaryRule.NONE);
        store(query, alone, VaryRule.NONE);

        assertThat(cache.find(query)).as("RFC 9111 §4.4").isNull();
        store(query, cause, VaryRule.NONE);
        assertThat(cache.find(query)).as("the answer that brought the news").isNotNull();
    }

    @Test
    void invalidationEndsTheStoredResponseItsVariantsAndItsPart() {
        VaryRule vary = VaryRule.of("accept-language");
        Query german = query("/a", "Accept-Language", "de");
        store(german, cache.newFill(), vary);
        Query other = query("/b");
        cache.store(other, cache.newFill(), VaryRule.NONE, part(other, 0, 5));

        cache.invalidate(german.key(), cache.newFill());
        cache.invalidate(other.key(), cache.newFill());

        assertThat(cache.find(german)).isNull();
        assertThat(cache.findPart(other)).isNull();
        store(german, cache.newFill(), vary);
        assertThat(cache.find(german)).isNotNull();
        assertThat(cache.find(query("/a", "Accept-Language", "en"))).isNull();
    }

    @Test
    void fillsOfOtherKeysAreStoredInSpiteOfAnInvalidation() {
        Query query = query("/a");
        Fill fill = lead(query);
        cache.invalidate(new CacheKey("E1\n/b"), cache.newFill());
        store(query, fill, VaryRule.NONE);

        assertThat(cache.find(query)).isNotNull();
    }

    @Test
    void headThatAgreesKeepsWhatIsStoredAndOneThatDoesNotEndsIt() {
        Query query = query("/a");
        store(query, cache.newFill(), VaryRule.NONE);

        cache.learnFromHead(query, cache.newFill(), Fields.of("ETag", "x"));
        assertThat(cache.find(query)).isNotNull();
        cache.learnFromHead(query, cache.newFill(), Fields.of("ETag", "y"));
        assertThat(cache.find(query)).as("RFC 9111 §4.3.5").isNull();
    }

    // ---- stale ----

    @Test
    void staleIsRefreshedByOneAsker() {
        Query query = query("/a");
        cache.store(query, cache.newFill(), VaryRule.NONE, stale(query, new Freshness(0, 10_000, 0, 0, false)));

        Lookup first = cache.lookup(query);
        Lookup second = cache.lookup(query);

        assertThat(first)
                .isInstanceOfSatisfying(
                        Lookup.Stale.class, stale -> assertThat(stale.refresh()).isNotNull());
        assertThat(second)
                .isInstanceOfSatisfying(
                        Lookup.Stale.class, stale -> assertThat(stale.refresh()).isNull());
        time.advance(Duration.ofSeconds(10));
        assertThat(cache.lookup(query)).as("RFC 5861 §3").isInstanceOf(Lookup.Alone.class);
    }

    @Test
    void whatNeedsValidationEachTimeIsFetchedAlone() {
        Query query = query("/a");
        CachedResponse stored = stale(query, Freshness.strictly(0));
        cache.store(query, cache.newFill(), VaryRule.NONE, stored);

        assertThat(cache.lookup(query))
                .isInstanceOfSatisfying(
                        Lookup.Alone.class, alone -> assertThat(alone.stale()).isSameAs(stored));
    }

    @Test
    void queryThatIsNotToCollapseIsAlone() {
        Query together = query("/a");
        Query query = new Query("E1", together.key(), "/a", Fields.EMPTY, RequestDirectives.NONE, false);

        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Alone.class);
        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Alone.class);
    }

    @Test
    void errorOfTheOriginKeepsWhatIsStoredAndLetsRequestsGoAlone() {
        Query query = query("/a");
        store(query, cache.newFill(), VaryRule.NONE);
        time.advance(Duration.ofMillis(LIFETIME_MILLIS));
        cache.noteUnshareable(query, lead(query));

        assertThat(cache.lookup(query)).isInstanceOfSatisfying(Lookup.Alone.class, alone -> {
            assertThat(alone.why()).isEqualTo(NotCachedReason.HIT_FOR_MISS);
            assertThat(alone.stale()).isNotNull();
        });
        time.advance(Duration.ofSeconds(5));
        assertThat(cache.lookup(query))
                .isInstanceOfSatisfying(
                        Lookup.Lead.class, lead -> assertThat(lead.stale()).isNotNull());
    }

    @Test
    void errorOfTheOriginForWhatIsNotStoredIsNotedAsUnshareable() {
        Query query = query("/a");
        cache.noteUnshareable(query, lead(query));

        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Alone.class);
    }

    // ---- failures that are kept ----

    private static final FillFailure REFUSED = new FillFailure(502, "Error", "origin-connect-failed", "refused");

    @Test
    void failureStandsForAnAnswerForItsTimeAndTellsItsAge() {
        Query query = query("/a");
        cache.keepFailure(query, lead(query), REFUSED, 10_000);
        time.advance(Duration.ofMillis(9_999));

        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Failed(REFUSED.aged(9_999)));
        assertThat(cache.findFailure(query)).isEqualTo(REFUSED.aged(9_999));
        time.advance(Duration.ofMillis(1));
        assertThat(cache.lookup(query)).isNotInstanceOf(Lookup.Failed.class);
    }

    @Test
    void failureThatIsOldAlreadyIsKeptForTheRestOfItsTimeOnly() {
        Query query = query("/a");
        cache.keepFailure(query, cache.newFill(), REFUSED.aged(9_000), 10_000);
        cache.keepFailure(query("/b"), cache.newFill(), REFUSED.aged(10_000), 10_000);

        assertThat(cache.findFailure(query("/b"))).isNull();
        time.advance(Duration.ofMillis(999));
        assertThat(cache.lookup(query)).isEqualTo(new Lookup.Failed(REFUSED.aged(9_999)));
        time.advance(Duration.ofMillis(1));
        assertThat(cache.findFailure(query)).isNull();
    }

    @Test
    void purgeEndsAFailureAlsoOneThatWasAskedForBefore() {
        Query query = query("/a");
        Fill fill = cache.newFill();
        cache.keepFailure(query, fill, REFUSED, 10_000);
        cache.purges().purge("E1", List.of("/*"));
        assertThat(cache.findFailure(query)).isNull();

        cache.keepFailure(query, fill, REFUSED, 10_000);
        assertThat(cache.findFailure(query)).isNull();
    }

    @Test
    void answerThatIsStoredEndsAFailure() {
        Query query = query("/a");
        Fill fill = lead(query);
        cache.keepFailure(query, cache.newFill(), REFUSED, 600_000);
        store(query, fill, VaryRule.NONE);
        time.advance(Duration.ofMillis(LIFETIME_MILLIS));

        assertThat(cache.lookup(query)).isInstanceOf(Lookup.Lead.class);
    }

    @Test
    void failureHidesNothingThatMayStandIn() {
        Query query = query("/a");
        CachedResponse stored = stale(query, new Freshness(1_000, 0, 0, 60_000, false));
        cache.store(query, cache.newFill(), VaryRule.NONE, stored);
        cache.keepFailure(query, cache.newFill(), REFUSED, 600_000);
        time.advance(Duration.ofSeconds(1));

        assertThat(cache.findFailure(query)).isNull();
        assertThat(cache.lookup(query))
                .isInstanceOfSatisfying(
                        Lookup.Lead.class, lead -> assertThat(lead.stale()).isSameAs(stored));
        time.advance(Duration.ofMinutes(1));
        assertThat(cache.findFailure(query)).as("once it may not any more").isNotNull();
    }

    @Test
    void responseThatAnotherHasReplacedIsKnown() {
        Query query = query("/a");
        CachedResponse first = stale(query, Freshness.strictly(0));
        assertThat(cache.isReplaced(query, first)).as("nothing is there").isFalse();
        cache.store(query, cache.newFill(), VaryRule.NONE, first);
        assertThat(cache.isReplaced(query, first)).isFalse();

        cache.store(query, cache.newFill(), VaryRule.NONE, stale(query, Freshness.strictly(0)));

        assertThat(cache.isReplaced(query, first)).isTrue();
    }

    // ---- parts ----

    @Test
    void partsAreKeptBesideTheWholeAndJoined() {
        Query query = query("/a");
        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 0, 5));
        assertThat(cache.find(query)).isNull();
        assertThat(cache.findPart(query)).isNotNull();

        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 5, 10));

        assertThat(cache.findPart(query)).isNull();
        assertThat(cache.find(query)).isNotNull().satisfies(whole -> {
            assertThat(whole.head().status()).isEqualTo(200);
            assertThat(whole.body().length()).isEqualTo(10);
        });
    }

    @Test
    void wholeTakesThePlaceOfItsPart() {
        Query query = query("/a");
        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 0, 5));
        store(query, cache.newFill(), VaryRule.NONE);

        assertThat(cache.findPart(query)).isNull();
    }

    @Test
    void partsDoNotGrowBeyondTheObjectLimit() {
        Query query = query("/a");
        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 0, 900));
        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 900, 1_001));

        assertThat(cache.findPart(query))
                .isNotNull()
                .satisfies(part -> assertThat(part.body().length()).isEqualTo(101));
    }

    @Test
    void purgedPartIsNeitherServedNorBuiltUpon() {
        Query query = query("/a");
        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 0, 5));
        cache.purges().purge("E1", List.of("/a"));
        assertThat(cache.findPart(query)).isNull();
        cache.store(query, cache.newFill(), VaryRule.NONE, part(query, 5, 10));

        assertThat(cache.find(query)).isNull();
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

    private void storeTagged(Query query, Fill fill, String tags) {
        cache.store(query, fill, VaryRule.NONE, response(query, fill, "x", 0).tagged(tags(tags)));
    }

    private static CacheTags tags(String list) {
        return CacheTags.of(Fields.of("Cache-Tag", list), "Cache-Tag");
    }

    private CachedResponse response(Query query, Fill fill, String body, long initialAgeMillis) {
        ResponseHead head = new ResponseHead(200, "", Fields.of("ETag", body));
        return CachedResponse.of(
                query.uri(),
                head,
                StoredBody.of(List.of(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII))),
                new CachedResponse.Times(time.nanos(), initialAgeMillis, Freshness.strictly(LIFETIME_MILLIS)),
                fill.purgeSequence());
    }

    private CachedResponse stale(Query query, Freshness freshness) {
        return CachedResponse.of(
                query.uri(),
                new ResponseHead(200, "", Fields.of("ETag", "x")),
                StoredBody.of(List.of(new byte[1])),
                new CachedResponse.Times(time.nanos(), 0, freshness),
                cache.purges().sequence());
    }

    private CachedResponse part(Query query, int first, int end) {
        String range = "bytes " + first + "-" + (end - 1) + "/" + (end <= 10 ? 10 : 2_000);
        return CachedResponse.of(
                        query.uri(),
                        new ResponseHead(206, "", Fields.of("ETag", "\"1\"", "Content-Range", range)),
                        StoredBody.of(List.of(new byte[end - first])),
                        new CachedResponse.Times(time.nanos(), 0, Freshness.strictly(LIFETIME_MILLIS)),
                        cache.purges().sequence())
                .asPart(new StoredPart(new ContentRange(first, end, end <= 10 ? 10 : 2_000), ""));
    }

    private @Nullable String bodyOf(Query query) {
        CachedResponse found = cache.findFresh(query);
        return found == null ? null : found.head().headers().first("etag");
    }

    private static Query query(String uri, String... headers) {
        return new Query("E1", new CacheKey("E1\n" + uri), uri, Fields.of(headers), RequestDirectives.NONE, true);
    }
}
