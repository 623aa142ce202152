package dev.nearside.simulator.process;

import dev.nearside.kit.time.Randomness;
import dev.nearside.simulator.world.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;

/** Ports for processes that are told theirs before they start. */
public final class FreePorts {

    /** Below the ports that systems give to outgoing connections, so that a free one stays free. */
    private static final int LOWEST = 10_000;

    private static final int HIGHEST = 32_000;
    private static final int TRIES = 200;

    private FreePorts() {}

    /** A base at which all ports of a world with that many PoPs are free. */
    public static Ports base(int pops) {
        for (int i = 0; i < TRIES; i++) {
            Ports ports = new Ports(drawn());
            IntStream fixed = IntStream.of(ports.api(), ports.watch(), ports.origin(), ports.shieldHttp(0));
            if (IntStream.concat(
                            fixed,
                            IntStream.range(0, pops)
                                    .flatMap(pop -> IntStream.of(ports.popHttp(pop), ports.popHttps(pop))))
                    .allMatch(FreePorts::isFree)) {
                return ports;
            }
        }
        throw new IllegalStateException("no free port base in " + TRIES + " tries");
    }

    private static int drawn() {
        return Randomness.fast().nextInt(LOWEST, HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException _) {
            return false;
        }
    }
}
