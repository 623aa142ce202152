package dev.nearside.edge.routing;

import dev.nearside.kit.snapshot.Snapshot;

/**
 * A snapshot in force: what an exchange starts with and works on to its end.
 *
 * @param counts what became of the exchanges that started with it
 */
public record ActiveSnapshot(Snapshot snapshot, RouteTable routes, ExchangeCounts counts) {

    /** A snapshot that nothing has started with yet. */
    public ActiveSnapshot(Snapshot snapshot, RouteTable routes) {
        this(snapshot, routes, new ExchangeCounts());
    }

    public long revision() {
        return snapshot.revision();
    }
}
