package dev.nearside.control.core;

import dev.nearside.kit.time.Time;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The core as other threads see it: publishes snapshots to the nodes and asks after them. Every call hops onto the
 * core's event loop; calls of one thread take effect in their order.
 */
public final class Publisher {

    private final EventLoop loop;
    private final NodeWatch nodes;
    private volatile Consumer<RolloutDecision> decisions = _ -> {};

    /**
     * Starts with what was published last.
     *
     * @param loop the one thread of the core
     */
    public Publisher(EventLoop loop, Time time, Release first) {
        this.loop = loop;
        this.nodes = new NodeWatch(loop, time, first, decision -> decisions.accept(decision));
    }

    /** Sets who hears what a rollout has come to, on the core's thread, where it must not wait. */
    public void onDecision(Consumer<RolloutDecision> listener) {
        decisions = listener;
    }

    /** Says what nodes should serve; completes when all open watches have been answered. */
    public CompletionStage<Void> publish(Release release) {
        return onLoop(() -> {
            nodes.publish(release);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** A decision could not be made durable; it will be made again if things still are so. */
    public void reconsider(long rollout) {
        loop.execute(() -> nodes.reconsider(rollout));
    }

    /** How far the rollout is that is under way; empty if none is. */
    public CompletionStage<Optional<RolloutProgress>> progress() {
        return onLoop(() -> CompletableFuture.completedFuture(nodes.progress()));
    }

    /**
     * Whether every connected node has come that far with that revision or a later one; waits for it if not. Nodes that
     * are away do not count, but after a restart they get a moment to come back.
     */
    public CompletionStage<Boolean> reached(Milestone milestone, long revision, long waitMillis) {
        return onLoop(() -> nodes.reached(milestone, revision, waitMillis));
    }

    /** Asks all connected nodes; completes with the answers that came within the time, in the order they came. */
    public CompletionStage<List<NodeAnswer>> ask(String topic, String argument, long timeoutMillis) {
        return onLoop(() -> nodes.ask(topic, argument, timeoutMillis));
    }

    /**
     * Asks one connected node.
     *
     * @param preferred names of nodes that are asked before others
     */
    public CompletionStage<SingleAnswer> askOne(
            String topic, String argument, Set<String> preferred, long timeoutMillis) {
        return onLoop(() -> nodes.askOne(topic, argument, preferred, timeoutMillis));
    }

    /** All nodes seen since the start, sorted by name. */
    public CompletionStage<List<NodeStatus>> nodes() {
        return onLoop(() -> CompletableFuture.completedFuture(nodes.statuses()));
    }

    NodeWatch watch() {
        return nodes;
    }

    private <T> CompletionStage<T> onLoop(Supplier<CompletableFuture<T>> call) {
        return CompletableFuture.completedFuture(call).thenComposeAsync(Supplier::get, loop);
    }
}
