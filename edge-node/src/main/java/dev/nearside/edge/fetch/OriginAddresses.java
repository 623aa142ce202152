package dev.nearside.edge.fetch;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Where an origin really is: by the map of the command line, else by the system's names. */
final class OriginAddresses {

    /** Where and with which scheme to connect. */
    record Place(InetSocketAddress address, boolean tls) {}

    private final Map<String, URI> map;

    /** Names that {@code map} holds lead elsewhere: {@code http://127.0.0.1:PORT}; one with a port goes before one without. */
    OriginAddresses(Map<String, URI> map) {
        this.map = Map.copyOf(map);
    }

    /**
     * Resolves; on another thread if it may take time.
     *
     * @param loop where {@code whenDone} runs, with a place or null if the name does not resolve
     */
    void resolve(OriginTarget target, Executor loop, BiConsumer<@Nullable Place, String> whenDone) {
        URI mapped = map.getOrDefault(target.host() + ":" + target.port(), map.get(target.host()));
        String host = mapped == null ? target.host() : mapped.getHost();
        int port = mapped == null || mapped.getPort() < 0 ? target.port() : mapped.getPort();
        boolean tls = mapped == null ? target.tls() : "https".equals(mapped.getScheme());
        if (host.equals("localhost")) {
            whenDone.accept(new Place(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls), "");
            return;
        }
        Thread.ofVirtual().name("resolve-" + host).start(() -> {
            try {
                InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
                loop.execute(() -> whenDone.accept(new Place(address, tls), ""));
            } catch (UnknownHostException e) {
                loop.execute(() -> whenDone.accept(null, "the name '" + host + "' does not resolve"));
            }
        });
    }
}
