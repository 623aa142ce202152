package dev.nearside.control.core;

import dev.nearside.control.core.Release.Staged;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The core of a control plane with nodes in virtual time, on one thread: messages take a few milliseconds, links can be
 * cut, and the same seed gives the same run. In place of the state it keeps one configuration, a word.
 */
final class VirtualFleet implements AutoCloseable {

    private static final String STATE = "state";
    private static final long DURABLE_MILLIS = 3;

    final EventLoop loop;
    final RandomGenerator random;
    final List<VirtualNode> nodes = new ArrayList<>();
    final List<RolloutDecision> decisions = new ArrayList<>();
    final Map<Long, String> digests = new LinkedHashMap<>();

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ManualTime time = new ManualTime(0);
    private final List<Invalidation> invalidations = new ArrayList<>();
    private NodeWatch watch;
    private String stableWord = "first";
    private @Nullable String candidateWord;
    private Release release;
    private long revision = 1;
    private long rollouts;

    VirtualFleet(long seed) {
        random = Randomness.seeded(seed);
        channel.freezeTime();
        loop = channel.eventLoop();
        release = Release.of(snapshot(1, stableWord));
        watch = new NodeWatch(loop, time, release, this::decided);
    }

    NodeWatch watch() {
        return watch;
    }

    Release release() {
        return release;
    }

    String stableWord() {
        return stableWord;
    }

    long epochMillis() {
        return time.epochMillis();
    }

    VirtualNode node(String name, String pop) {
        VirtualNode node = new VirtualNode(this, name, pop);
        nodes.add(node);
        node.start();
        return node;
    }

    private Snapshot snapshot(long number, String word) {
        List<Resource> resources = new ArrayList<>(invalidations);
        resources.add(new KeyGroup("word", word, List.of()));
        Snapshot made = Snapshot.of(STATE, number, resources);
        digests.put(number, made.digest());
        return made;
    }

    /** A rollout of another word begins; its number is the result. */
    long rollOut(String word, RolloutPolicy policy) {
        candidateWord = word;
        publish(new Release(release.stable(), new Staged(snapshot(++revision, word), ++rollouts, policy, 0, false)));
        return rollouts;
    }

    void pause(boolean paused) {
        Staged staged = release.staged();
        if (staged != null) {
            publish(new Release(
                    release.stable(),
                    new Staged(staged.candidate(), staged.rollout(), staged.policy(), staged.wave(), paused)));
        }
    }

    /** Goes to all nodes at once, those with the candidate as those without. */
    void invalidate(String path) {
        invalidations.add(new Invalidation("I" + invalidations.size(), "word", List.of(path)));
        Snapshot stable = snapshot(++revision, stableWord);
        Staged staged = release.staged();
        publish(new Release(
                stable,
                staged == null
                        ? null
                        : new Staged(
                                snapshot(++revision, String.valueOf(candidateWord)),
                                staged.rollout(),
                                staged.policy(),
                                staged.wave(),
                                staged.paused())));
    }

    private void publish(Release next) {
        release = next;
        watch.publish(next);
    }

    /** Decisions are durable a moment later, as they would be in a database. */
    private void decided(RolloutDecision decision) {
        decisions.add(decision);
        loop.schedule(() -> follow(decision), DURABLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void follow(RolloutDecision decision) {
        Staged staged = release.staged();
        if (staged == null || staged.rollout() != decision.rollout()) {
            return;
        }
        switch (decision) {
            case RolloutDecision.Advance(long _, int wave) ->
                publish(new Release(
                        release.stable(),
                        new Staged(staged.candidate(), staged.rollout(), staged.policy(), wave, staged.paused())));
            case RolloutDecision.Complete _ -> {
                stableWord = String.valueOf(candidateWord);
                publish(Release.of(staged.candidate()));
            }
            case RolloutDecision.RollBack _ -> publish(Release.of(snapshot(++revision, stableWord)));
        }
    }

    /** The control plane is killed and starts again from what was durable. */
    void restart() {
        watch.endCourse();
        nodes.forEach(VirtualNode::disconnected);
        watch = new NodeWatch(loop, time, release, this::decided);
    }

    void run(Duration howLong) {
        long end = time.nanos() + howLong.toNanos();
        while (time.nanos() < end) {
            step(end);
        }
    }

    void runUntil(BooleanSupplier holds) {
        long end = time.nanos() + Duration.ofMinutes(10).toNanos();
        while (!holds.getAsBoolean()) {
            if (time.nanos() >= end) {
                throw new AssertionError("it did not come about within ten virtual minutes; release " + release
                        + ", decisions " + decisions + ", nodes " + nodes);
            }
            step(end);
        }
    }

    private void step(long end) {
        channel.runPendingTasks();
        long wait = channel.runScheduledPendingTasks();
        long nanos = wait < 0 ? end - time.nanos() : Math.clamp(wait, 1, Math.max(1, end - time.nanos()));
        time.advance(Duration.ofNanos(nanos));
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        watch.endCourse();
        nodes.forEach(VirtualNode::stop);
        channel.close();
    }
}
