package dev.nearside.edge.routing;

import dev.nearside.kit.snapshot.Snapshot;

/** A snapshot in force: what an exchange starts with and works on to its end. */
public record ActiveSnapshot(Snapshot snapshot, RouteTable routes) {

    public long revision() {
        return snapshot.revision();
    }
}
