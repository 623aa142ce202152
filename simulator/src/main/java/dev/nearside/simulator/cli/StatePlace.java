package dev.nearside.simulator.cli;

import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.control.StoppedState;
import dev.nearside.kit.config.ConfigException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The state of a control plane that does not run. */
final class StatePlace {

    @Option(names = "--data", paramLabel = "DIR", description = "The folder of the stopped world, as for up.")
    private @Nullable Path data;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "The PostgreSQL database, as for up; code is in the folder.")
    private @Nullable String database;

    boolean isNamed() {
        return data != null;
    }

    /** Takes the state, so that no control plane can start on it meanwhile. */
    StoppedState open() {
        Path folder = data == null ? Path.of(".nearside") : data;
        try {
            return StoppedState.open(
                    ControlPlaneConfig.in(folder.resolve("control-plane").toString())
                            .withDatabase(database));
        } catch (ConfigException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
