package dev.nearside.simulator.cli;

import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.edge.functions.engines.FunctionEngines;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** One edge node. */
@Command(name = "edge", description = "Run one edge node in this process.")
final class EdgeCommand extends PartOfAWorld {

    @Override
    Running start(Path configFile) throws IOException {
        EdgeNodeConfig config = ConfigFile.read(configFile, EdgeNodeConfig.class);
        Transport transport = Transport.sockets(Runtime.getRuntime().availableProcessors(), "edge-loop");
        FunctionEngines engines = FunctionEngines.open(config.jsEngine(), Time.system(), Randomness.secret());
        EdgeNode node = EdgeNode.start(config, transport, engines.list(), Time.system(), Randomness.fast());
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return node.address();
            }

            @Override
            public void close() {
                node.close();
                engines.close();
                transport.close();
            }
        };
    }
}
