package dev.nearside.simulator.cli;

import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.control.state.StateUnavailableException;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Parking;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.simulator.world.DemoSite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The control plane. */
@Command(name = "control-plane", description = "Run the control plane in this process.")
final class ControlPlaneCommand extends PartOfAWorld {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneCommand.class);
    private static final long DATABASE_LOOK_NANOS = 500_000_000;

    @Mixin
    private StateOptions stateOptions = new StateOptions();

    @Option(
            names = "--world",
            paramLabel = "FILE",
            description = "Say what this file says of PoPs, origin and distance, and deploy demo.localhost.")
    private @Nullable Path world;

    @Option(
            names = "--wait-for-database",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Longest wait at the start for a database that is not there yet (default: ${DEFAULT-VALUE}).")
    private int databasePatienceSeconds;

    @Override
    Running start(Path configFile) throws IOException {
        if (databasePatienceSeconds < 0) {
            throw CliException.usage("--wait-for-database " + databasePatienceSeconds + ", expected 0 or more");
        }
        WorldFile described = world == null ? null : WorldFile.read(world);
        ControlPlaneConfig config = ConfigFile.read(configFile, ControlPlaneConfig.class);
        if (stateOptions.database() != null) {
            config = config.withDatabase(stateOptions.database());
        }
        Path auth = stateOptions.auth();
        if (auth != null) {
            config = config.withAuth(auth.toString());
        }
        ControlPlane controlPlane = started(config);
        if (described != null) {
            deploy(described, controlPlane);
        }
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return controlPlane.apiAddress();
            }

            @Override
            public void close() {
                controlPlane.close();
            }
        };
    }

    private ControlPlane started(ControlPlaneConfig config) {
        Time time = Time.system();
        long deadline = time.nanos() + TimeUnit.SECONDS.toNanos(databasePatienceSeconds);
        while (true) {
            try {
                return ControlPlane.start(config, time, Randomness.secret());
            } catch (StateUnavailableException e) {
                if (time.nanos() >= deadline) {
                    throw e;
                }
                LOG.info("waiting for the database: {}", e.getMessage());
                Parking.park(this, DATABASE_LOOK_NANOS);
            }
        }
    }

    private static void deploy(WorldFile world, ControlPlane controlPlane) throws IOException {
        try {
            controlPlane.describeWorld(world.json());
            DemoSite.deploy(controlPlane);
        } catch (IOException | RuntimeException e) {
            controlPlane.close();
            throw e;
        }
    }
}
