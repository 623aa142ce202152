package dev.nearside.simulator.cli;

import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.functions.engines.JsEngine;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.Pop;
import dev.nearside.simulator.geo.UnknownPlaceException;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a world and keeps it until SIGINT or SIGTERM. */
@Command(name = "up", description = "Start a world: a control plane, an origin and edge nodes, all on this machine.")
final class UpCommand implements Callable<Integer> {

    /** Links with or without their length. */
    enum Wan {
        ON,
        OFF
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PortBase portBase = new PortBase();

    @Option(
            names = "--pops",
            paramLabel = "CODE",
            split = ",",
            description = "PoPs in the order of their ports (default: IAD,LHR,NRT,SYD,GRU).")
    private List<String> pops = WorldConfig.DEFAULT_POPS;

    @Option(names = "--data", paramLabel = "DIR", description = "Where state is kept (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".nearside");

    @Option(
            names = "--wan",
            paramLabel = "on|off",
            description = "Whether links have the length they have on the globe (default: ${DEFAULT-VALUE}).")
    private Wan wan = Wan.ON;

    @Option(
            names = "--origin-region",
            paramLabel = "REGION",
            description = "AWS region in which origins stand (default: ${DEFAULT-VALUE}).")
    private String originRegion = WorldConfig.DEFAULT_ORIGIN_REGION;

    @Option(
            names = "--shields",
            paramLabel = "REGION",
            split = ",",
            description = "AWS regions with a shield node, or none (default: the region of origins).")
    private List<String> shields = List.of();

    @Option(
            names = "--map",
            paramLabel = "HOST=URL",
            description = "Send requests for an origin's host name to a local server, http://127.0.0.1:PORT.")
    private Map<String, URI> hostMap = Map.of();

    @Option(
            names = "--origin-ca",
            paramLabel = "FILE",
            description = "Trust origins with certificates of these authorities too, PEM.")
    private @Nullable Path originCa;

    @Option(
            names = "--breaker",
            paramLabel = "HOST",
            description = "Leave this origin alone for 10 s when half of the requests cannot reach it; * for all.")
    private List<String> breakers = List.of();

    @Option(
            names = "--js-engine",
            paramLabel = "auto|graaljs|node",
            description =
                    "What runs JavaScript functions (default: ${DEFAULT-VALUE}: in process, and in a Node.js process"
                            + " what needs more than that has).")
    private JsEngine jsEngine = JsEngine.AUTO;

    @Option(
            names = "--strict",
            description =
                    "Refuse what only Nearside can do as AWS does: environment variables of functions at the edge.")
    private boolean strict;

    @Mixin
    private StateOptions stateOptions = new StateOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        WorldConfig config;
        try {
            config = new WorldConfig(
                    pops.stream().map(code -> code.toUpperCase(Locale.ROOT)).toList(),
                    data,
                    wan == Wan.ON,
                    originRegion,
                    portBase.ports(),
                    hostMap,
                    new WorldConfig.Origins(originCa, breakers),
                    shieldRegions(),
                    jsEngine,
                    strict,
                    new WorldConfig.State(stateOptions.database(), stateOptions.auth()));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
        checkPlaces(config);
        checkPorts(config);
        Shutdown shutdown = Shutdown.onSignals();
        try (World world = World.start(config)) {
            print(world, spec.commandLine().getOut());
            shutdown.await();
        } finally {
            shutdown.done();
        }
        return 0;
    }

    private List<String> shieldRegions() {
        if (shields.isEmpty()) {
            return List.of(originRegion);
        }
        return shields.equals(List.of("none")) ? List.of() : shields;
    }

    private static void checkPlaces(WorldConfig config) {
        Atlas atlas = Atlas.builtIn();
        try {
            config.pops().forEach(atlas::pop);
            atlas.region(config.originRegion());
            config.shields().forEach(atlas::region);
        } catch (UnknownPlaceException e) {
            throw CliException.usage(e.getMessage() + " (PoPs: "
                    + atlas.pops().stream().map(Pop::code).sorted().collect(Collectors.joining(" ")) + ")");
        }
    }

    /** Says which port is taken before anything starts, and what to do; the listeners themselves have the last word. */
    private static void checkPorts(WorldConfig config) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("the AWS API", config.ports().api());
        ports.put("the node watch", config.ports().watch());
        ports.put("the origin", config.ports().origin());
        for (int i = 0; i < config.pops().size(); i++) {
            ports.put("PoP " + config.pops().get(i), config.ports().popHttp(i));
            ports.put("HTTPS at PoP " + config.pops().get(i), config.ports().popHttps(i));
        }
        for (int i = 0; i < config.shields().size(); i++) {
            ports.put("the shield of " + config.shields().get(i), config.ports().shieldHttp(i));
        }
        ports.forEach((role, port) -> {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw CliException.failure("port " + port + ", meant for " + role + ", cannot be used: "
                        + e.getMessage() + "; stop what listens there, or move all ports with --port-base N");
            }
        });
    }

    private static void print(World world, PrintWriter out) {
        out.printf(
                "AWS API            http://127.0.0.1:%d%n", world.apiAddress().getPort());
        out.printf(
                "node watch         127.0.0.1:%d%n",
                world.controlPlane().watchAddress().getPort());
        out.printf(
                "origin             http://127.0.0.1:%d  (%s)%n",
                world.originAddress().getPort(), world.config().originRegion());
        for (EdgeNode node : world.nodes()) {
            Pop pop = Atlas.builtIn().pop(node.pop());
            String https = node.secureAddress()
                    .map(it -> "  https://127.0.0.1:" + it.getPort())
                    .orElse("");
            out.printf(
                    "%s %-14s http://127.0.0.1:%d%s%n",
                    pop.code(), pop.city(), node.address().getPort(), https);
        }
        world.shields()
                .forEach((region, shield) -> out.printf(
                        "shield %-11s http://127.0.0.1:%d%n",
                        region, shield.address().getPort()));
        out.printf(
                "try                curl http://demo.localhost:%d/%n",
                world.nodes().getFirst().address().getPort());
        world.nodes()
                .getFirst()
                .secureAddress()
                .ifPresent(it -> out.printf(
                        "                   curl --cacert %s https://demo.localhost:%d/%n",
                        LocalAuthority.certificateFile(world.config().tlsFolder()), it.getPort()));
        out.println("ready");
        out.flush();
    }
}
