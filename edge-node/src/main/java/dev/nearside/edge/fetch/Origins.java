package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.shield.ShieldRest;
import dev.nearside.edge.shield.Shields;
import dev.nearside.kit.time.Time;
import java.util.Map;

/** What every fetch of a node needs; starts fetches. */
public final class Origins {

    /**
     * How far origins may be burdened.
     *
     * @param maxConcurrentRequests under way to any one origin
     * @param breakers by origin host name in lower case, or {@code *} for all that have none of their own
     */
    public record Limits(int maxConcurrentRequests, Map<String, BreakerSettings> breakers) {
        public Limits {
            breakers = Map.copyOf(breakers);
        }
    }

    final NodeIdentity identity;
    final HttpCache cache;
    final FunctionStage functions;
    final OriginPool pool;
    final Time time;
    final OriginGates gates;
    final ContentEncoders encoders;
    final Shields shields;
    final ShieldRest shieldRest;

    public Origins(
            NodeIdentity identity,
            HttpCache cache,
            FunctionStage functions,
            OriginPool pool,
            Time time,
            ContentEncoders encoders,
            Shields shields,
            Limits limits) {
        this.identity = identity;
        this.cache = cache;
        this.functions = functions;
        this.pool = pool;
        this.time = time;
        this.encoders = encoders;
        this.shields = shields;
        this.shieldRest = new ShieldRest(time);
        this.gates = new OriginGates(limits.maxConcurrentRequests(), limits.breakers(), time);
    }

    /** What this node knows of shields. */
    public Shields shields() {
        return shields;
    }

    /** Starts filling; everything further is heard through the fill. Called on the request's loop. */
    public void fetch(FetchRequest request) {
        new OriginFetch(this, request).start();
    }
}
