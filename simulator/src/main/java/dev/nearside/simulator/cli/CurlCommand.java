package dev.nearside.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.City;
import dev.nearside.simulator.geo.CityAddresses;
import dev.nearside.simulator.geo.Pop;
import dev.nearside.simulator.geo.UnknownPlaceException;
import dev.nearside.simulator.latency.LatencyModel;
import dev.nearside.simulator.viewer.ViewerConnection;
import dev.nearside.simulator.viewer.WarmUp;
import io.netty.handler.codec.http.HttpUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks as a viewer in some city would, and shows where the time went. */
@Command(
        name = "curl",
        description = "Send a request as a viewer in a city: to the nearest PoP, over that distance, with a waterfall.")
final class CurlCommand implements Runnable {

    /**
     * Where a viewer is served, and how far that is.
     *
     * @param away PoPs that are nearer and were left out, because their nodes are away; the nearest first
     */
    record Route(
            City viewer, String pop, InetSocketAddress address, LinkProfile link, String origin, List<String> away) {}

    private final LatencyModel latency = LatencyModel.fitted();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PortBase portBase = new PortBase();

    @Mixin
    private CurlOptions options = new CurlOptions();

    @Option(names = "--from", required = true, paramLabel = "CITY", description = "Where the viewer is.")
    private String from = "";

    @Option(
            names = "--pop-address",
            paramLabel = "HOST:PORT",
            description = "Ask this PoP without asking the world which one is nearest.")
    private @Nullable String popAddress;

    @Parameters(paramLabel = "URL", description = "What to ask for, for example http://demo.localhost/")
    private String url = "";

    @Override
    public void run() {
        if (options.repeat < 1 || options.maxTimeSeconds < 1) {
            throw CliException.usage("--repeat " + options.repeat + " and --max-time " + options.maxTimeSeconds
                    + ", expected 1 or more of each");
        }
        ViewerRequest request = ViewerRequest.of(url, options);
        City viewer = city();
        try (RunningWorld world = new RunningWorld(portBase.ports())) {
            Route route = popAddress == null ? nearest(viewer, world) : given(viewer, popAddress);
            ask(request, route, world);
        }
    }

    private void ask(ViewerRequest request, Route route, RunningWorld world) {
        Duration limit = Duration.ofSeconds(options.maxTimeSeconds);
        CurlReport report = new CurlReport(spec.commandLine().getOut(), options, route);
        ViewerConnection connection = null;
        try (Transport transport = Transport.sockets(1, "viewer")) {
            WarmUp.run(transport);
            for (int i = 0; i < options.repeat; i++) {
                long connectNanos = 0;
                if (connection == null || !connection.isOpen()) {
                    connection = ViewerConnection.open(
                            transport, CityAddresses.of(route.viewer()), route.address(), route.link(), limit);
                    connectNanos = connection.connectNanos();
                }
                ByteArrayOutputStream shown = new ByteArrayOutputStream();
                ViewerConnection.Answer answer;
                try (OutputStream body = body(shown)) {
                    answer = connection.send(request.message(), body);
                }
                Optional<JsonNode> trace = traceOf(answer, world);
                report.show(new CurlReport.Result(answer, connectNanos, shown, trace.orElse(null)));
                if (!HttpUtil.isKeepAlive(answer.head())) {
                    connection.close();
                    connection = null;
                }
            }
        } catch (IOException e) {
            throw CliException.failure(route.pop() + " at " + route.address() + ", " + String.valueOf(e.getMessage()));
        }
    }

    private OutputStream body(ByteArrayOutputStream shown) throws IOException {
        if (options.output != null) {
            return Files.newOutputStream(options.output);
        }
        return options.include ? shown : OutputStream.nullOutputStream();
    }

    private static Optional<JsonNode> traceOf(ViewerConnection.Answer answer, RunningWorld world) {
        String id = answer.head().headers().get("x-amz-cf-id");
        return id == null ? Optional.empty() : world.trace(id);
    }

    private City city() {
        try {
            return Atlas.builtIn().city(from);
        } catch (UnknownPlaceException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private Route nearest(City viewer, RunningWorld running) {
        RunningWorld.Description world = running.describe();
        List<RunningWorld.RunningPop> present = running.present(world.runningPops());
        if (present.isEmpty()) {
            throw CliException.failure("the world has no PoP that runs"
                    + (world.runningPops().isEmpty()
                            ? ""
                            : "; away: " + String.join(", ", codes(world.runningPops()))));
        }
        List<Pop> pops = pops(present);
        Pop pop = latency.nearestPop(viewer, pops);
        String address = present.get(pops.indexOf(pop)).address();
        LinkProfile link = world.wan() ? latency.link(latency.roundTripNanos(viewer, pop)) : LinkProfile.none();
        String origin = world.originRegion() == null ? "" : world.originRegion();
        return new Route(
                viewer, pop.code(), socketAddress(address), link, origin, nearer(viewer, pop, world.runningPops()));
    }

    /** The codes of the PoPs from which the viewer would rather have been served. */
    private List<String> nearer(City viewer, Pop chosen, List<RunningWorld.RunningPop> all) {
        List<Pop> left = new ArrayList<>(pops(all));
        List<String> nearer = new ArrayList<>();
        while (!latency.nearestPop(viewer, left).equals(chosen)) {
            Pop away = latency.nearestPop(viewer, left);
            nearer.add(away.code());
            left.remove(away);
        }
        return nearer;
    }

    private static List<Pop> pops(List<RunningWorld.RunningPop> running) {
        return running.stream().map(pop -> Atlas.builtIn().pop(pop.code())).toList();
    }

    private static List<String> codes(List<RunningWorld.RunningPop> running) {
        return running.stream().map(RunningWorld.RunningPop::code).toList();
    }

    /** A PoP that nobody describes is taken to be as near as a PoP can be. */
    private Route given(City viewer, String address) {
        Pop here = new Pop("PoP", viewer.name(), viewer.country(), viewer.coordinates(), "");
        LinkProfile link = latency.link(latency.roundTripNanos(viewer, here));
        return new Route(viewer, here.code(), socketAddress(address), link, "", List.of());
    }

    private static InetSocketAddress socketAddress(String address) {
        try {
            URI uri = URI.create("tcp://" + address);
            if (uri.getHost() != null && uri.getPort() >= 0) {
                return new InetSocketAddress(uri.getHost(), uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            throw CliException.usage("address '" + address + "', expected HOST:PORT: " + e.getMessage());
        }
        throw CliException.usage("address '" + address + "', expected HOST:PORT");
    }
}
