package dev.nearside.simulator.cli;

import dev.nearside.kit.files.Folders;
import dev.nearside.kit.time.Time;
import dev.nearside.simulator.devloop.DevSession;
import dev.nearside.simulator.world.Ports;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deploys a folder on every save and tells of each request to it, until SIGINT or SIGTERM. */
@Command(
        name = "dev",
        description = "Work on a function: each save is deployed at once, each request is shown with its functions.")
final class DevCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "Folder with a handler and optionally nearside.yaml.")
    private Path folder = Path.of(".");

    @Option(
            names = "--port-base",
            paramLabel = "N",
            description = "Use the world that runs there (default: a small one of its own).")
    private @Nullable Integer portBase;

    @Option(
            names = "--map",
            paramLabel = "HOST=URL",
            description = "In its own world: send requests for an origin's host name to a local server.")
    private Map<String, URI> hostMap = Map.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw CliException.usage("'" + folder + "', expected a folder");
        }
        Shutdown shutdown = Shutdown.onSignals();
        try {
            if (portBase != null) {
                runIn(portBase, shutdown);
            } else {
                runAlone(shutdown);
            }
        } finally {
            shutdown.done();
        }
        return 0;
    }

    private void runIn(int base, Shutdown shutdown) throws IOException, InterruptedException {
        Ports ports;
        try {
            ports = new Ports(base);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
        run(ports.api(), ports.popHttp(0), shutdown);
    }

    private void runAlone(Shutdown shutdown) throws IOException, InterruptedException {
        Path state = Files.createTempDirectory("nearside-dev");
        try {
            Ports usual = new Ports(Ports.DEFAULT_BASE);
            WorldConfig config = WorldConfig.onFreePorts(state)
                    .withPops("IAD")
                    .withPorts(areFree(usual) ? usual : Ports.FREE)
                    .withHostMap(hostMap);
            try (World world = World.start(config)) {
                run(
                        world.apiAddress().getPort(),
                        world.nodes().getFirst().address().getPort(),
                        shutdown);
            }
        } finally {
            Folders.delete(state);
        }
    }

    private void run(int apiPort, int popPort, Shutdown shutdown) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (DevSession session = new DevSession(folder, apiPort, out, Time.system())) {
            session.start();
            out.println("http://" + session.host() + ":" + popPort + "/  (AWS API http://127.0.0.1:" + apiPort + ")");
            out.println("watching " + folder + "; end with Ctrl-C");
            out.flush();
            while (!shutdown.isAsked()) {
                session.turn();
            }
        }
    }

    private static boolean areFree(Ports ports) {
        return Stream.of(ports.api(), ports.watch(), ports.origin(), ports.popHttp(0), ports.popHttps(0))
                .allMatch(DevCommand::isFree);
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
