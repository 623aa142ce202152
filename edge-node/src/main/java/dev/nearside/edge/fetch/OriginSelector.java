package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import org.jspecify.annotations.Nullable;

/** Whom a fetch asks: first the shield if there is one, then the origin, then the next of its group. */
final class OriginSelector {

    private final Origins origins;
    private final FetchRequest fetch;
    private final Failover failover;
    private final boolean isLeftAlone;
    private @Nullable ShieldHop hop;

    OriginSelector(Origins origins, FetchRequest fetch) {
        this.origins = origins;
        this.fetch = fetch;
        this.failover = new Failover(fetch.route(), fetch.request());
        this.hop = ShieldHop.of(origins, fetch, origins.cache.purges().begunRevision());
        this.isLeftAlone = hop == null && origins.shields.before(fetch.route().origin()) != null;
    }

    /** An attempt with whoever is to be asked now. */
    OriginAttempt attempt(FetchPlan plan) {
        String via = origins.identity.via(fetch.viewer().httpVersion());
        return new OriginAttempt(
                fetch, failover.origin(), hop, OriginRequests.build(fetch, plan, failover.origin(), via));
    }

    /** Why the way is as it is, for the timeline. */
    String wayTo(OriginTarget target) {
        if (hop != null) {
            return "by way of the shield " + target;
        }
        return isLeftAlone
                ? "without the shield, which could not be reached a moment ago: " + target
                : target.toString();
    }

    /** From now on the origin is asked as if there were no shield. */
    void leaveOutShield() {
        hop = null;
    }

    /** Goes on to the next of the group if that answer counts as failure; returns whether there is one. */
    boolean goesOnAfter(int status) {
        return hop == null && failover.nextAfter(status);
    }

    /** The same for an origin that gave no answer. */
    boolean goesOnAfter(FillFailure why) {
        return hop == null && failover.nextAfter(why);
    }
}
