package dev.nearside.simulator.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that runs one part of a world as a process of its own until SIGINT or SIGTERM. */
abstract class PartOfAWorld implements Callable<Integer> {

    /** The part while it runs. */
    interface Running extends AutoCloseable {
        InetSocketAddress address();

        @Override
        void close();
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "Its configuration, JSON.")
    private Path config = Path.of("");

    abstract Running start(Path configFile) throws IOException;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Shutdown shutdown = Shutdown.onSignals();
        try (Running part = start(config)) {
            InetSocketAddress address = part.address();
            spec.commandLine()
                    .getOut()
                    .printf(
                            "ready %s on http://%s:%d%n",
                            spec.name(), address.getAddress().getHostAddress(), address.getPort());
            spec.commandLine().getOut().flush();
            shutdown.await();
        } finally {
            shutdown.done();
        }
        return 0;
    }
}
