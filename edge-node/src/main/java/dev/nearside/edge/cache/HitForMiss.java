package dev.nearside.edge.cache;

/**
 * A note that responses under a key were not shareable, so that requests do not queue behind one another for nothing.
 *
 * @param untilNanos on the node's monotonic clock
 */
public record HitForMiss(long untilNanos) implements Stored {
    @Override
    public long weight() {
        return 32;
    }
}
