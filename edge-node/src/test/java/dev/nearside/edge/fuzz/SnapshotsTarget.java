package dev.nearside.edge.fuzz;

import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.WatchAnswer;

/** Any bytes as a snapshot or a watch answer: read, or refused as no such message, and nothing else. */
public final class SnapshotsTarget {

    private SnapshotsTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        decode(bytes, Snapshot.class);
        decode(bytes, WatchAnswer.class);
    }

    private static void decode(byte[] bytes, Class<?> type) {
        try {
            SnapshotCodec.decode(bytes, type);
        } catch (IllegalArgumentException _) {
            // refused, as documented
        }
    }
}
