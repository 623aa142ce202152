package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Freshening;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.Parts;
import dev.nearside.edge.http.ResponseHead;

/** What becomes of a response, given what is stored. */
sealed interface Reception {

    /** It is what the readers get. */
    record AsItIs() implements Reception {}

    /** It confirms what is stored, which the readers get (RFC 9111 §4.3.3). */
    record Renewal(CachedResponse stored) implements Reception {}

    /** It is an error, and what is stored stands in for it (RFC 5861 §4). */
    record StandIn(CachedResponse stored) implements Reception {}

    /** It does not belong to what is stored: the whole must be asked for. */
    record Unfitting(String why) implements Reception {}

    /** Decides, by a head as the functions left it; pure. */
    static Reception of(ResponseHead head, FetchPlan plan, long nowNanos) {
        CachedResponse stale = plan.stale();
        CachedResponse begun = plan.begun();
        if (stale != null && head.status() == 304) {
            return Freshening.confirms(head.headers(), stale.head().headers())
                    ? new Renewal(stale)
                    : new Unfitting("the 304 is not for what is stored");
        }
        if (stale != null && head.status() >= 500 && standsInFor5xx(stale, nowNanos)) {
            return new StandIn(stale);
        }
        if (begun != null && head.status() != 200 && !Parts.completes(begun, head)) {
            return new Unfitting("the stored part cannot be completed");
        }
        return new AsItIs();
    }

    private static boolean standsInFor5xx(CachedResponse stale, long nowNanos) {
        return stale.freshness().mayServeOnError(stale.ageMillis(nowNanos));
    }

    /** Whether what is stored, if anything, may stand in for an origin that gives no answer (RFC 9111 §4.2.4). */
    static boolean standsInForSilence(CachedResponse stale, long nowNanos) {
        Freshness freshness = stale.freshness();
        return freshness.mayServeWhenUnreachable(stale.ageMillis(nowNanos));
    }
}
