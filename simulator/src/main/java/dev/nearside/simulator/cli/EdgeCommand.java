package dev.nearside.simulator.cli;

import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.edge.functions.jvm.JavaEngine;
import dev.nearside.edge.functions.jvm.JavaEngineLimits;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** One edge node. */
@Command(name = "edge", description = "Run one edge node in this process.")
final class EdgeCommand extends PartOfAWorld {

    @Override
    Running start(Path configFile) throws IOException {
        EdgeNodeConfig config = ConfigFile.read(configFile, EdgeNodeConfig.class);
        Transport transport = Transport.sockets(Runtime.getRuntime().availableProcessors(), "edge-loop");
        FunctionEngine engine = new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.secret());
        FunctionEngine javaEngine = new JavaEngine(JavaEngineLimits.defaults(), Time.system());
        EdgeNode node =
                EdgeNode.start(config, transport, List.of(engine, javaEngine), Time.system(), Randomness.fast());
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return node.address();
            }

            @Override
            public void close() {
                node.close();
                engine.close();
                javaEngine.close();
                transport.close();
            }
        };
    }
}
