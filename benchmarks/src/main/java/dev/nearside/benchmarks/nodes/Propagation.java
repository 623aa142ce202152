package dev.nearside.benchmarks.nodes;

import dev.nearside.benchmarks.load.Latencies;
import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.kit.files.Folders;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How long it takes from a call of the API until every node serves what it changed: an updated distribution, and an
 * invalidation. Arguments: rounds, and numbers of nodes. Prints a table in Markdown.
 */
public final class Propagation {

    private static final int WARM_UP_ROUNDS = 20;

    private Propagation() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2) {
            System.err.println("usage: Propagation ROUNDS NODES...");
            System.exit(2);
        }
        int rounds = Integer.parseInt(args[0]);
        System.out.println("| nodes | what | each node, p50 ms | p99 ms | last node, p50 ms | p99 ms |");
        System.out.println("|---:|---|---:|---:|---:|---:|");
        for (int i = 1; i < args.length; i++) {
            measure(Integer.parseInt(args[i]), rounds);
        }
    }

    private static void measure(int nodes, int rounds) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("propagation");
        try (ControlPlane plane = ControlPlane.start(
                        ControlPlaneConfig.in(data.toString()).onPorts(0, 0), Time.system(), Randomness.secret());
                NodeSwarm swarm = new NodeSwarm(nodes, plane.watchAddress(), plane.enrolmentToken());
                EditedDistribution distribution =
                        new EditedDistribution(plane.apiAddress().getPort())) {
            swarm.expect(distribution.create());
            swarm.await();
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                swarm.expect(distribution.nextRevision());
                distribution.update();
                swarm.await();
            }
            row(nodes, "publish until active", rounds, swarm, distribution, distribution::update);
            row(nodes, "invalidate until gone", rounds, swarm, distribution, distribution::invalidate);
        } finally {
            Folders.delete(data);
        }
    }

    /** One call that makes one revision. */
    @FunctionalInterface
    private interface Call {
        void make() throws IOException, InterruptedException;
    }

    private static void row(
            int nodes, String what, int rounds, NodeSwarm swarm, EditedDistribution distribution, Call call)
            throws IOException, InterruptedException {
        Latencies each = new Latencies();
        Latencies last = new Latencies();
        for (int round = 0; round < rounds; round++) {
            swarm.expect(distribution.nextRevision());
            call.make();
            long[] nanos = swarm.await().nanos();
            for (long one : nanos) {
                each.add(one);
            }
            last.add(nanos[nanos.length - 1]);
        }
        System.out.printf(
                Locale.ROOT,
                "| %,d | %s | %.1f | %.1f | %.1f | %.1f |%n",
                nodes,
                what,
                each.millisAt(50),
                each.millisAt(99),
                last.millisAt(50),
                last.millisAt(99));
    }
}
