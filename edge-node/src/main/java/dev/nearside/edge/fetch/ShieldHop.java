package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.shield.Forwarded;
import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.shield.ShieldRest;
import dev.nearside.edge.shield.Shields;
import dev.nearside.kit.snapshot.Distribution;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way of one fetch by way of a shield: whom to ask, how, and what an answer means. */
final class ShieldHop {

    private static final int KEEPALIVE_SECONDS = 30;

    /** What a shield may answer from its cache. */
    private static final Set<String> STORED_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    /** The origin functions run at the shield, each for at most 30 s. */
    private static final int FUNCTIONS_SECONDS = 60;

    private final Shields shields;
    private final ShieldRest rest;
    private final Shield shield;
    private final Distribution.Origin origin;
    private final OriginTarget target;
    private final Forwarded from;

    private ShieldHop(Origins origins, Distribution.Origin origin, Shield shield, Forwarded from) {
        this.shields = origins.shields;
        this.rest = origins.shieldRest;
        this.shield = shield;
        this.origin = origin;
        this.target = new OriginTarget(false, shield.host(), shield.port());
        this.from = from;
    }

    /**
     * The way of that fetch; null if it leads straight to the origin, also because the shield is left alone.
     *
     * @param revision of which invalidations may be in force here already
     */
    static @Nullable ShieldHop of(Origins origins, FetchRequest fetch, long revision) {
        Distribution.Origin origin = fetch.route().origin();
        Shield shield = origins.shields.before(origin);
        if (shield == null || !origins.shieldRest.mayAsk(shield)) {
            return null;
        }
        String method = fetch.request().method();
        Forwarded from = new Forwarded(
                fetch.viewer(),
                fetch.request(),
                fetch.route().distribution().domainName(),
                fetch.route().behavior().pathPattern(),
                // What refills no cache need not wait for a shield that is behind.
                STORED_METHODS.contains(method) ? revision : 0,
                fetch.requestId());
        return new ShieldHop(origins, origin, shield, from);
    }

    OriginTarget target() {
        return target;
    }

    /** One attempt: the origin itself is the second. */
    OriginPool.Patience patience() {
        return new OriginPool.Patience(1, origin.connectTimeoutSeconds(), KEEPALIVE_SECONDS);
    }

    /** As long as the shield itself may take to connect, wait and run functions, so that it is the one to give up. */
    int readTimeoutSeconds() {
        return origin.connectionAttempts() * origin.connectTimeoutSeconds()
                + origin.readTimeoutSeconds()
                + FUNCTIONS_SECONDS;
    }

    /** There is a connection to it. */
    void reached() {
        rest.reached(shield);
    }

    /** No connection to it came about. */
    void unreachable() {
        rest.unreachable(shield);
    }

    /** What goes to the shield for a request as the origin would get it. */
    RequestHead sent(RequestHead toOrigin) {
        return shields.sent(toOrigin, from);
    }

    /** What went wrong there; null if the answer is the response. */
    @Nullable
    FillFailure failure(ResponseHead answer) {
        return Shields.failure(answer);
    }

    /** For {@code x-cache}: a response that a function made there keeps that word, everything else is a miss here. */
    static String result(ResponseHead answer) {
        String there = Shields.result(answer);
        return there.equals("LambdaGeneratedResponse") ? there : "Miss";
    }

    /** For the timeline; CloudFront's detailed result for what the shield had. */
    String note(ResponseHead answer) {
        String there = Shields.result(answer);
        String word = there.equals("Hit") ? "OriginShieldHit" : there;
        return word + " at the shield " + origin.shieldRegion() + ", its request "
                + answer.headers().first("x-amz-cf-id");
    }
}
