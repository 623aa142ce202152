package dev.nearside.simulator.cli;

import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The control plane. */
@Command(name = "control-plane", description = "Run the control plane in this process.")
final class ControlPlaneCommand extends PartOfAWorld {

    @Mixin
    private StateOptions stateOptions = new StateOptions();

    @Override
    Running start(Path configFile) {
        ControlPlaneConfig config = ConfigFile.read(configFile, ControlPlaneConfig.class);
        if (stateOptions.database() != null) {
            config = config.withDatabase(stateOptions.database());
        }
        Path auth = stateOptions.auth();
        if (auth != null) {
            config = config.withAuth(auth.toString());
        }
        ControlPlane controlPlane = ControlPlane.start(config, Time.system(), Randomness.secret());
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
}
