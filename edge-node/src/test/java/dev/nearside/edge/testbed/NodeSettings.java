package dev.nearside.edge.testbed;

import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.edge.EdgeNodeConfig.ControlPlaneLink;
import dev.nearside.edge.EdgeNodeConfig.Limits;
import dev.nearside.edge.EdgeNodeConfig.OriginLink;
import dev.nearside.edge.EdgeNodeConfig.ShieldTable;
import dev.nearside.edge.EdgeNodeConfig.ViewerTls;
import dev.nearside.edge.ViewerLimits;
import dev.nearside.edge.fetch.BreakerSettings;
import dev.nearside.edge.functions.engines.JsEngine;
import dev.nearside.edge.geo.Place;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.kit.time.Time;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a test may choose of its node before the node starts.
 *
 * @param time by which its cache ages; timeouts of sockets stay real
 */
public record NodeSettings(
        Limits limits,
        OriginLink originLink,
        ControlPlaneLink controlPlaneLink,
        Time time,
        ViewerTls viewerTls,
        Path originCa,
        Map<String, BreakerSettings> breakers,
        Map<String, URI> hostMap) {

    public static final NodeSettings DEFAULTS = new NodeSettings(
            Limits.defaults(),
            new OriginLink(0, 0),
            ControlPlaneLink.NONE,
            Time.system(),
            null,
            null,
            Map.of(),
            Map.of());

    /** Where viewers are that bind these addresses. */
    private static final List<ViewerPlaces.Entry> PLACES = List.of(
            new ViewerPlaces.Entry(
                    "127.64.1.0/24",
                    Place.city("DE", "Germany", "Berlin", 52.52, 13.4).inNetwork(64_501)),
            new ViewerPlaces.Entry("127.64.2.0/24", Place.city("FR", "France", "Paris", 48.86, 2.35)));

    public NodeSettings with(Limits newLimits) {
        return new NodeSettings(newLimits, originLink, controlPlaneLink, time, viewerTls, originCa, breakers, hostMap);
    }

    public NodeSettings with(OriginLink newLink) {
        return new NodeSettings(limits, newLink, controlPlaneLink, time, viewerTls, originCa, breakers, hostMap);
    }

    public NodeSettings with(ControlPlaneLink newLink) {
        return new NodeSettings(limits, originLink, newLink, time, viewerTls, originCa, breakers, hostMap);
    }

    public NodeSettings with(Time newTime) {
        return new NodeSettings(limits, originLink, controlPlaneLink, newTime, viewerTls, originCa, breakers, hostMap);
    }

    public NodeSettings with(ViewerTls newTls) {
        return new NodeSettings(limits, originLink, controlPlaneLink, time, newTls, originCa, breakers, hostMap);
    }

    public NodeSettings withBreaker(String host, BreakerSettings settings) {
        return new NodeSettings(
                limits, originLink, controlPlaneLink, time, viewerTls, originCa, Map.of(host, settings), hostMap);
    }

    /** Trusts that authority of origins, too, and finds these origins elsewhere. */
    public NodeSettings withOriginCa(Path file, Map<String, URI> newHostMap) {
        return new NodeSettings(limits, originLink, controlPlaneLink, time, viewerTls, file, breakers, newHostMap);
    }

    public EdgeNodeConfig config(String name, int controlPlanePort, Path folder, ShieldTable shields) {
        return new EdgeNodeConfig(
                name,
                "LHR",
                "127.0.0.1",
                0,
                "127.0.0.1",
                controlPlanePort,
                controlPlaneLink,
                FakeControlPlane.TOKEN,
                folder,
                limits,
                originLink,
                hostMap,
                viewerTls,
                originCa,
                breakers,
                PLACES,
                shields,
                ViewerLimits.defaults(),
                JsEngine.AUTO);
    }
}
