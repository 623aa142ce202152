package dev.nearside.simulator.cli;

import dev.nearside.edge.EdgeNode;
import dev.nearside.kit.files.Folders;
import dev.nearside.simulator.world.DemoSite;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Starts a small world, asks it for a page and ends, so that the JVM can keep the classes that this took for later
 * starts. The launcher calls it after a build.
 */
@Command(name = "train", hidden = true, description = "Run what a start runs, for the launcher.")
final class TrainCommand implements Callable<Integer> {

    private static final int READ_TIMEOUT_MILLIS = 10_000;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("nearside-train-");
        try (World world =
                World.start(WorldConfig.onFreePorts(folder).withDistance().withShields("us-east-1"))) {
            for (EdgeNode node : world.nodes()) {
                ask(node);
            }
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }

    private static void ask(EdgeNode node) throws IOException {
        try (Socket socket =
                        new Socket(node.address().getAddress(), node.address().getPort());
                OutputStream out = socket.getOutputStream()) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            out.write(("GET / HTTP/1.1\r\nHost: " + DemoSite.HOST + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }
}
