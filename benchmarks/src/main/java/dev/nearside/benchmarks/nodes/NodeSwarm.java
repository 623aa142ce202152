package dev.nearside.benchmarks.nodes;

import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that watch a control plane on a connection each, all on one event loop. They read what they are given, keep its
 * name and acknowledge it; they serve nobody.
 */
final class NodeSwarm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Transport transport = Transport.sockets(1, "swarm");
    private final EventLoop loop = transport.group().next();
    private final List<SwarmNode> nodes = new ArrayList<>();
    private final Time time = Time.system();
    private Arrival arrival = new Arrival(0, 0, new CountDownLatch(0), new long[0]);

    /** A revision that is waited for; on the loop only, but for its latch. */
    private record Arrival(long revision, long sinceNanos, CountDownLatch left, long[] nanos) {}

    /** How long it took until each node had a revision, in nanoseconds, the quickest first. */
    record Spread(long[] nanos) {}

    /** Nodes that enrol at once and follow until closed. */
    NodeSwarm(int count, InetSocketAddress watch, String token) {
        for (int i = 0; i < count; i++) {
            nodes.add(new SwarmNode("node-" + i, new SwarmNode.Link(transport, loop, watch, token), this::applied));
        }
        nodes.forEach(node -> loop.execute(node::connect));
    }

    /** Begins to measure how long a revision takes to reach every node, from now on. */
    void expect(long revision) throws InterruptedException {
        long now = time.nanos();
        CountDownLatch begun = new CountDownLatch(1);
        loop.execute(() -> {
            arrival = new Arrival(revision, now, new CountDownLatch(nodes.size()), new long[nodes.size()]);
            for (SwarmNode node : nodes) {
                if (node.revision() >= revision) {
                    arrived(now);
                }
            }
            begun.countDown();
        });
        begun.await();
    }

    /**
     * Waits until every node has the revision.
     *
     * @throws IllegalStateException if not all have it after a minute
     */
    Spread await() throws InterruptedException {
        Arrival awaited = arrival;
        if (!awaited.left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(awaited.left.getCount() + " of " + nodes.size()
                    + " nodes do not have revision " + awaited.revision + " after " + PATIENCE_SECONDS + " s");
        }
        return new Spread(awaited.nanos);
    }

    /** Bytes of answers that all nodes have read so far. */
    long receivedBytes() {
        return nodes.stream().mapToLong(SwarmNode::receivedBytes).sum();
    }

    private void applied(long before, long now) {
        if (before < arrival.revision && now >= arrival.revision) {
            arrived(time.nanos());
        }
    }

    private void arrived(long nowNanos) {
        int index = (int) (arrival.nanos.length - arrival.left.getCount());
        arrival.nanos[index] = nowNanos - arrival.sinceNanos;
        arrival.left.countDown();
    }

    @Override
    public void close() {
        nodes.forEach(SwarmNode::close);
        transport.close();
    }
}
