package dev.nearside.simulator.cli;

import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.origin.OriginConfig;
import dev.nearside.origin.OriginServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** The programmable origin. */
@Command(name = "origin", description = "Run the programmable origin in this process.")
final class OriginCommand extends PartOfAWorld {

    @Override
    Running start(Path configFile) {
        OriginConfig config = ConfigFile.read(configFile, OriginConfig.class);
        Transport transport = Transport.sockets(Runtime.getRuntime().availableProcessors(), "origin-loop");
        OriginServer origin = OriginServer.start(config, transport, Time.system());
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return origin.address();
            }

            @Override
            public void close() {
                origin.close();
                transport.close();
            }
        };
    }
}
