package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.shield.Shields;
import dev.nearside.kit.time.Time;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What every fetch of a node needs; starts fetches. */
public final class Origins {

    final NodeIdentity identity;
    final HttpCache cache;
    final FunctionStage functions;
    final OriginPool pool;
    final Time time;
    final ContentEncoders encoders;
    final Shields shields;
    private final int maxConcurrentRequests;
    private final Map<OriginTarget, Bulkhead> bulkheads = new ConcurrentHashMap<>();

    /** Lets at most {@code maxConcurrentRequests} requests be under way to any one origin. */
    public Origins(
            NodeIdentity identity,
            HttpCache cache,
            FunctionStage functions,
            OriginPool pool,
            Time time,
            ContentEncoders encoders,
            Shields shields,
            int maxConcurrentRequests) {
        this.identity = identity;
        this.cache = cache;
        this.functions = functions;
        this.pool = pool;
        this.time = time;
        this.encoders = encoders;
        this.shields = shields;
        this.maxConcurrentRequests = maxConcurrentRequests;
    }

    /** What this node knows of shields. */
    public Shields shields() {
        return shields;
    }

    /** Starts filling; everything further is heard through the fill. Called on the request's loop. */
    public void fetch(FetchRequest request) {
        new OriginFetch(this, request).start();
    }

    /** Requests beyond an origin's share are refused at once instead of queueing. */
    Bulkhead bulkhead(OriginTarget target) {
        return bulkheads.computeIfAbsent(
                target,
                t -> Bulkhead.of(
                        t.toString(),
                        BulkheadConfig.custom()
                                .maxConcurrentCalls(maxConcurrentRequests)
                                .maxWaitDuration(Duration.ZERO)
                                .build()));
    }
}
