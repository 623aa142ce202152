package dev.nearside.edge.functions.cloudfront;

import dev.nearside.kit.snapshot.Distribution.Origin;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes that may go elsewhere than its behavior says.
 *
 * @param origins one, or the members of a group in the order in which they are asked
 * @param failoverStatuses answers upon which the next origin is asked
 * @param hostHeader what the origin gets as Host; null for the usual
 */
public record ChosenOrigins(
        List<Origin> origins,
        Set<Integer> failoverStatuses,
        @Nullable String hostHeader) {
    public ChosenOrigins {
        origins = List.copyOf(origins);
        failoverStatuses = Set.copyOf(failoverStatuses);
    }
}
