package dev.nearside.kit.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /watch}: a node says what it has and waits for something newer or a question. One is open per node.
 *
 * @param node unique name of the node
 * @param pop code of the PoP it serves
 * @param stateId of the snapshot it serves; empty if it has none
 * @param revision of the snapshot it serves; 0 if it has none
 * @param digest of the snapshot it serves; empty if it has none
 * @param waitMillis how long the control plane may hold the request, 0 to 60,000; it may answer earlier without news
 * @param counts what it answered from that snapshot, at most {@link DistributionCounts#MAX_REPORTED}; a node of an
 *     earlier release says nothing of it
 */
public record WatchRequest(
        String node,
        String pop,
        String stateId,
        long revision,
        String digest,
        long waitMillis,
        @Nullable List<DistributionCounts> counts) {

    public WatchRequest {
        counts = counts == null ? List.of() : List.copyOf(counts);
    }

    @Override
    public List<DistributionCounts> counts() {
        return counts == null ? List.of() : counts;
    }
}
