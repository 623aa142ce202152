package dev.nearside.simulator.cli;

import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What tests of {@code apply} share: one world of one PoP for all tests of a class, with AWS's clients for it. */
abstract class ApplyWorld {

    @TempDir
    private static Path state;

    static World world;
    static AwsClients aws;

    /** For templates, a new one for each test. */
    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        world = World.start(WorldConfig.onFreePorts(state).withPops("IAD"));
        aws = new AwsClients(world.apiAddress().getPort());
    }

    @AfterAll
    static void stop() {
        aws.close();
        world.close();
    }
}
