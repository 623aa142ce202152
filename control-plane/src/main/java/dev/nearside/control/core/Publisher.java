package dev.nearside.control.core;

import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.Time;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The core as other threads see it: publishes snapshots to the nodes and asks after them. Every call hops onto the
 * core's event loop; calls of one thread take effect in their order.
 */
public final class Publisher {

    private final EventLoop loop;
    private final NodeWatch nodes;

    /**
     * Starts with what was published last.
     *
     * @param loop the one thread of the core
     */
    public Publisher(EventLoop loop, Time time, Snapshot first) {
        this.loop = loop;
        this.nodes = new NodeWatch(loop, time, first);
    }

    /** Hands a snapshot to every watching node; completes when all open watches have been answered. */
    public CompletionStage<Void> publish(Snapshot snapshot) {
        return onLoop(() -> {
            nodes.publish(snapshot);
            return CompletableFuture.completedFuture(null);
        });
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

    /** Asks one of the connected nodes; empty if none is connected or its answer did not come within the time. */
    public CompletionStage<Optional<NodeAnswer>> askAny(String topic, String argument, long timeoutMillis) {
        return onLoop(() -> nodes.askAny(topic, argument, timeoutMillis));
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
