package dev.nearside.control.core;

import dev.nearside.control.core.Release.Staged;
import dev.nearside.control.core.RolloutPolicy.Wave;
import dev.nearside.control.core.RolloutProgress.Phase;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.watch.WatchRequest;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One rollout under way: which nodes shall have the release, and whether the wave is good. It decides and does not act:
 * a decision takes effect when it comes back with the next {@link Release}. Confined to the core's event loop.
 */
final class RolloutCourse {

    /** How often it looks whether something is over that no message tells of. */
    private static final long TICK_MILLIS = 250;

    /** The nodes, as a rollout needs to know them. */
    interface Fleet {
        /** Those that count now, sorted by name. */
        List<Node> connected();

        /** Whether nodes may be about to come back after a start. */
        boolean isReturning();

        /** Tells these nodes what there is for them now. */
        void offer(Collection<Node> nodes);
    }

    private final EventLoop loop;
    private final Time time;
    private final Fleet fleet;
    private final Consumer<RolloutDecision> decisions;
    private final long firstRevision;
    private final Comparison comparison = new Comparison();
    private final Set<String> exposed = new TreeSet<>();
    private final Set<Long> candidateRevisions = new HashSet<>();
    private Staged staged;
    private Phase phase = Phase.GATHERING;
    private long bakeEndNanos;
    private boolean decided;
    private boolean ended;
    private @Nullable ScheduledFuture<?> tick;

    /**
     * A rollout at the beginning of a wave.
     *
     * @param firstRevision the newest that was published before the rollout
     */
    RolloutCourse(
            EventLoop loop,
            Time time,
            Fleet fleet,
            Staged staged,
            long firstRevision,
            Consumer<RolloutDecision> decisions) {
        this.loop = loop;
        this.time = time;
        this.fleet = fleet;
        this.staged = staged;
        this.firstRevision = firstRevision;
        this.decisions = decisions;
        candidateRevisions.add(staged.candidate().revision());
    }

    void start() {
        onTick();
    }

    long rollout() {
        return staged.rollout();
    }

    /** What has been made durable: another wave, a pause, or the release with newer invalidations and data. */
    void update(Staged next) {
        boolean anew = next.wave() != staged.wave() || (staged.paused() && !next.paused());
        staged = next;
        candidateRevisions.add(next.candidate().revision());
        decided = false;
        if (anew && phase != Phase.GATHERING) {
            beginWave();
        }
    }

    /** The last decision could not be made durable: it is made again. */
    void reconsider() {
        decided = false;
    }

    /** The rollout is over, or this core is. */
    void end() {
        ended = true;
        if (tick != null) {
            tick.cancel(false);
        }
        tick = null;
    }

    /** Whether a node shall have the release. */
    boolean exposes(Node node) {
        return exposed.contains(node.name());
    }

    /** A node says what it serves and what it answered. */
    void report(Node node, WatchRequest request) {
        boolean hasRelease = candidateRevisions.contains(request.revision());
        if (hasRelease || (phase != Phase.GATHERING && isNamed(node))) {
            exposed.add(node.name());
        }
        boolean whole = request.revision() > firstRevision;
        comparison.report(node.name(), request.revision(), hasRelease, whole, request.counts());
        check();
    }

    /** Whether a wave up to the present one names the node's PoP. */
    private boolean isNamed(Node node) {
        return staged.policy().waves().subList(0, staged.wave() + 1).stream()
                .anyMatch(wave -> wave.pops().contains(node.pop()));
    }

    private void onTick() {
        if (ended) {
            return;
        }
        if (phase == Phase.GATHERING && !fleet.isReturning()) {
            beginWave();
        }
        check();
        tick = loop.schedule(this::onTick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void beginWave() {
        phase = Phase.SPREADING;
        comparison.newWave();
        List<Node> connected = fleet.connected();
        connected.stream().filter(this::isNamed).forEach(node -> exposed.add(node.name()));
        Wave wave = staged.policy().waves().get(staged.wave());
        long wanted = (wave.percent() * (long) connected.size() + 99) / 100;
        long there = connected.stream().filter(this::exposes).count();
        connected.stream()
                .filter(node -> !exposes(node))
                .sorted(Comparator.comparing(this::lot))
                .limit(Math.max(0, wanted - there))
                .forEach(node -> exposed.add(node.name()));
        fleet.offer(connected);
    }

    /** A number drawn for a node in this rollout; the same again after a restart. */
    private String lot(Node node) {
        return CodeDigest.hex((staged.rollout() + "/" + node.name()).getBytes(StandardCharsets.UTF_8));
    }

    /** Looks whether there is something to decide. */
    void check() {
        if (decided) {
            return;
        }
        Optional<String> fault = fault();
        if (fault.isPresent()) {
            decide(new RolloutDecision.RollBack(staged.rollout(), fault.get()));
        } else if (phase == Phase.SPREADING && !staged.paused() && allServe()) {
            phase = Phase.BAKING;
            bakeEndNanos =
                    time.nanos() + TimeUnit.MILLISECONDS.toNanos(staged.policy().bakeMillis());
        } else if (phase == Phase.BAKING && !staged.paused() && time.nanos() - bakeEndNanos >= 0) {
            boolean last = staged.wave() + 1 == staged.policy().waves().size();
            decide(
                    last
                            ? new RolloutDecision.Complete(staged.rollout())
                            : new RolloutDecision.Advance(staged.rollout(), staged.wave() + 1));
        }
    }

    private void decide(RolloutDecision decision) {
        decided = true;
        decisions.accept(decision);
    }

    private Optional<String> fault() {
        Optional<String> rejection = fleet.connected().stream()
                .filter(node -> candidateRevisions.contains(node.rejectedRevision()))
                .findFirst()
                .map(node -> "node " + node.name() + " rejected it: " + node.rejectionReason());
        return rejection.or(() -> comparison.fault(staged.policy()));
    }

    private boolean allServe() {
        return fleet.connected().stream().filter(this::exposes).allMatch(this::serves);
    }

    private boolean serves(Node node) {
        return node.isOurs() && candidateRevisions.contains(node.revision());
    }

    RolloutProgress progress() {
        long left = TimeUnit.NANOSECONDS.toMillis(Math.max(0, bakeEndNanos - time.nanos()));
        int serving = (int) fleet.connected().stream()
                .filter(this::exposes)
                .filter(this::serves)
                .count();
        return new RolloutProgress(
                staged.rollout(),
                phase,
                phase == Phase.BAKING ? left : 0,
                List.copyOf(exposed),
                serving,
                comparison.traffic());
    }
}
