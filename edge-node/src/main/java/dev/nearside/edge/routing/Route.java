package dev.nearside.edge.routing;

import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A behavior with everything it refers to, looked up once per snapshot instead of once per request. */
public record Route(
        Distribution distribution,
        Distribution.Behavior behavior,
        PathPattern pattern,
        Distribution.Origin origin,
        CachePolicy cachePolicy,
        @Nullable OriginRequestPolicy originRequestPolicy,
        Map<EventType, BoundFunction> functions) {

    /** The function on an event, or null. */
    public @Nullable BoundFunction function(EventType eventType) {
        return functions.isEmpty() ? null : functions.get(eventType);
    }

    public boolean allows(String method) {
        return behavior.allowedMethods().contains(method)
                || behavior.allowedMethods().getFirst().equals("*");
    }
}
