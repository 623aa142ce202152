package dev.nearside.simulator.cli;

import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** The control plane. */
@Command(name = "control-plane", description = "Run the control plane in this process.")
final class ControlPlaneCommand extends PartOfAWorld {

    @Override
    Running start(Path configFile) {
        ControlPlane controlPlane = ControlPlane.start(
                ConfigFile.read(configFile, ControlPlaneConfig.class), Time.system(), Randomness.secret());
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
