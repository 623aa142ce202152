package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The developer's loop as a process of its own, against a world that runs already. */
class DevProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int API = 80;

    /** As a shell sees a process that a signal ended. */
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @TempDir
    private Path folder;

    @Test
    void itDeploysASaveAndStopsQuietlyWhenAsked() throws Exception {
        Path function = Files.createDirectories(folder.resolve("mine"));
        String source = "exports.handler = async (event) => event.Records[0].cf.request;\n";
        Files.writeString(function.resolve("index.js"), source);
        try (World world = World.start(
                        WorldConfig.onFreePorts(folder.resolve("world")).withPops("IAD"));
                NearsideProcess dev = NearsideProcess.start(
                        folder,
                        "dev",
                        function.toString(),
                        "--port-base",
                        String.valueOf(world.apiAddress().getPort() - API))) {
            Await.until(LIMIT, "it watches", () -> dev.out().contains("end with Ctrl-C"));
            assertThat(dev.out()).contains("start -> version 1 active after ", "http://mine.localhost:");

            Path changed = Files.writeString(function.resolve(".index.js.new"), source + "// changed\n");
            Files.move(changed, function.resolve("index.js"), StandardCopyOption.ATOMIC_MOVE);
            Await.until(LIMIT, "the save is active", () -> dev.out().contains("index.js -> version 2 active after "));

            dev.terminate();
            assertThat(dev.exitCode(STOP_LIMIT)).isIn(0, ENDED_BY_SIGTERM);
            assertThat(dev.out() + dev.err()).doesNotContain("\tat ", "ERROR");
        }
    }
}
