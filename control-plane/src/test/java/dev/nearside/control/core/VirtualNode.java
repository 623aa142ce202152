package dev.nearside.control.core;

import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.DistributionCounts;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node in virtual time: watches, applies, acknowledges, counts what its viewers ask for, and is cut off when told. */
final class VirtualNode {

    private static final long RETRY_MILLIS = 500;
    private static final int MAX_DELAY_MILLIS = 20;
    private static final int EXCHANGES_PER_SECOND = 50;

    final String name;
    final String pop;

    /** Words with which all exchanges fail here, or that it refuses. */
    String failsOn = "";

    String refuses = "";
    double usualErrors;

    private final VirtualFleet fleet;
    private Snapshot snapshot = Snapshot.EMPTY;
    private long servesSinceMillis;
    private boolean cut;
    private boolean stopped;

    /** Tells messages of a connection that has broken from those of the present one. */
    private int connection;

    private @Nullable HeldWatch watch;

    VirtualNode(VirtualFleet fleet, String name, String pop) {
        this.fleet = fleet;
        this.name = name;
        this.pop = pop;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    String word() {
        return snapshot.keyGroup("word").map(KeyGroup::name).orElse("nothing");
    }

    void start() {
        later(this::send);
    }

    void stop() {
        stopped = true;
        disconnected();
    }

    void cut(boolean isCut) {
        cut = isCut;
        disconnected();
    }

    /** The connection breaks; both sides notice, and what was on its way is lost. */
    void disconnected() {
        HeldWatch open = watch;
        watch = null;
        connection++;
        if (open != null) {
            fleet.watch().abandoned(open);
        }
        if (!stopped) {
            fleet.loop.schedule(this::send, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void later(Runnable message) {
        int sentOn = connection;
        fleet.loop.schedule(
                () -> {
                    if (!stopped && sentOn == connection) {
                        message.run();
                    }
                },
                1 + fleet.random.nextInt(MAX_DELAY_MILLIS),
                TimeUnit.MILLISECONDS);
    }

    private void send() {
        if (stopped || cut || watch != null) {
            return;
        }
        WatchRequest request = new WatchRequest(
                name, pop, snapshot.stateId(), snapshot.revision(), snapshot.digest(), 25_000, counts());
        HeldWatch[] sent = new HeldWatch[1];
        sent[0] = new HeldWatch(
                request,
                json -> {
                    if (watch == sent[0]) {
                        watch = null;
                    }
                    later(() -> received(json));
                },
                _ -> {
                    if (watch == sent[0]) {
                        watch = null;
                    }
                });
        watch = sent[0];
        later(() -> fleet.watch().watch(sent[0]));
    }

    private List<DistributionCounts> counts() {
        long exchanges = (fleet.epochMillis() - servesSinceMillis) * EXCHANGES_PER_SECOND / 1_000;
        double failing = word().equals(failsOn) ? 1 : usualErrors;
        return List.of(new DistributionCounts("word", exchanges, (long) (failing * exchanges), 0));
    }

    private void received(byte[] json) {
        SnapshotDelta delta = SnapshotCodec.decode(json, WatchAnswer.class).delta();
        if (delta != null) {
            apply(delta);
        }
        send();
    }

    private void apply(SnapshotDelta delta) {
        Snapshot next = snapshot.apply(delta);
        String computed = Snapshot.of(
                        next.stateId(), next.revision(), next.resources().values())
                .digest();
        if (!computed.equals(next.digest()) || !computed.equals(fleet.digests.get(next.revision()))) {
            throw new AssertionError(name + " would serve a mix under revision " + next.revision());
        }
        if (next.revision() <= snapshot.revision()) {
            throw new AssertionError(
                    name + " would go from revision " + snapshot.revision() + " back to " + next.revision());
        }
        boolean applied = refuses.isEmpty()
                || next.keyGroup("word")
                        .filter(word -> word.name().equals(refuses))
                        .isEmpty();
        if (applied) {
            snapshot = next;
            servesSinceMillis = fleet.epochMillis();
        }
        Acknowledgement word = new Acknowledgement(
                name, next.stateId(), next.revision(), applied, applied ? null : "'" + refuses + "' is refused");
        later(() -> fleet.watch().acknowledge(word));
    }

    @Override
    public String toString() {
        return name + "@" + snapshot.revision() + (cut ? " cut" : "");
    }
}
