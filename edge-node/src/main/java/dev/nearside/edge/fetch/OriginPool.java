package dev.nearside.edge.fetch;

import dev.nearside.edge.framing.Refusals;
import dev.nearside.kit.link.LinkHandler;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to origins, idle ones kept per event loop: an exchange's viewer and origin sockets live on one loop, so
 * nothing here needs a lock.
 */
public final class OriginPool implements AutoCloseable {

    private static final int MAX_IDLE_PER_TARGET = 64;

    /** Above what {@code FramingGuard} lets pass, so that its names for what is too long are the ones that count. */
    private static final int MAX_DECODED_LINE_BYTES = 32_768;

    /** Each connection attempt ended like this. */
    sealed interface Acquired {
        record Connected(OriginConnection connection) implements Acquired {}

        /** No connection; {@code timedOut} tells an origin that is slow from one that is not there. */
        record Refused(String kind, String message, boolean timedOut) implements Acquired {}
    }

    /** How hard to try. */
    record Patience(int attempts, int connectTimeoutSeconds, int keepaliveSeconds) {}

    private record Idle(OriginConnection connection, io.netty.util.concurrent.Future<?> expiry) {}

    private final Transport transport;
    private final OriginAddresses addresses;
    private final Function<OriginTarget, LinkProfile> links;
    private final RandomGenerator random;
    private final Map<EventLoop, Map<OriginTarget, Deque<Idle>>> idleByLoop = new ConcurrentHashMap<>();
    private final Refusals refusals = new Refusals();
    private @Nullable SslContext tls;

    /**
     * A pool without connections.
     *
     * @param hostMap host names that lead elsewhere, {@code http://127.0.0.1:PORT}
     * @param links the emulated distance to an origin
     */
    public OriginPool(
            Transport transport,
            Map<String, URI> hostMap,
            Function<OriginTarget, LinkProfile> links,
            RandomGenerator random) {
        this.transport = transport;
        this.addresses = new OriginAddresses(hostMap);
        this.links = links;
        this.random = random;
    }

    /** What was refused, by name: what origins sent is counted here, and so may be what viewers sent. */
    public Refusals refusals() {
        return refusals;
    }

    /** An idle connection of this loop, or a new one. Calls back on the loop. */
    void acquire(EventLoop loop, OriginTarget target, Patience patience, Consumer<Acquired> whenDone) {
        Deque<Idle> idle = idle(loop).get(target);
        while (idle != null && !idle.isEmpty()) {
            Idle newest = idle.removeLast();
            newest.expiry().cancel(false);
            if (newest.connection().isUsable()) {
                whenDone.accept(new Acquired.Connected(newest.connection()));
                return;
            }
        }
        connect(loop, target, patience, whenDone);
    }

    /** A new connection. Calls back on the loop. */
    void connect(EventLoop loop, OriginTarget target, Patience patience, Consumer<Acquired> whenDone) {
        addresses.resolve(target, loop, (place, why) -> {
            if (place == null) {
                whenDone.accept(new Acquired.Refused("origin-name-unresolved", why, false));
            } else {
                attempt(loop, target, place, patience, 1, whenDone);
            }
        });
    }

    private void attempt(
            EventLoop loop,
            OriginTarget target,
            OriginAddresses.Place place,
            Patience patience,
            int attempt,
            Consumer<Acquired> whenDone) {
        OriginConnection connection = new OriginConnection(target, refusals);
        transport
                .bootstrap(loop)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patience.connectTimeoutSeconds() * 1000)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) throws SSLException {
                        setUp(channel, target, place.tls(), connection);
                    }
                })
                .connect(place.address())
                .addListener((ChannelFutureListener) done -> {
                    if (done.isSuccess()) {
                        whenDone.accept(new Acquired.Connected(connection));
                    } else if (attempt < patience.attempts()) {
                        attempt(loop, target, place, patience, attempt + 1, whenDone);
                    } else {
                        whenDone.accept(refused(target, done.cause(), attempt));
                    }
                });
    }

    private void setUp(Channel channel, OriginTarget target, boolean secure, OriginConnection connection)
            throws SSLException {
        LinkProfile link = links.apply(target);
        if (!link.isNone()) {
            channel.pipeline().addLast(new LinkHandler(link, random));
        }
        if (secure) {
            channel.pipeline().addLast(tls().newHandler(channel.alloc(), target.host(), target.port()));
        }
        channel.pipeline()
                .addLast(connection.guard())
                .addLast(new HttpClientCodec(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(MAX_DECODED_LINE_BYTES)
                                .setMaxHeaderSize(MAX_DECODED_LINE_BYTES),
                        false,
                        false))
                .addLast(connection);
    }

    private synchronized SslContext tls() throws SSLException {
        if (tls == null) {
            tls = SslContextBuilder.forClient()
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        }
        return tls;
    }

    private static Acquired refused(OriginTarget target, Throwable cause, int attempts) {
        boolean timedOut = cause instanceof io.netty.channel.ConnectTimeoutException;
        String tries = attempts == 1 ? "one attempt" : attempts + " attempts";
        String why = timedOut
                ? "timed out"
                : cause instanceof ConnectException ? "was refused" : "failed (" + cause.getMessage() + ")";
        return new Acquired.Refused(
                timedOut ? "origin-connect-timeout" : "origin-connect-failed",
                "connecting to the origin " + target + " " + why + " after " + tries,
                timedOut);
    }

    /** Takes a connection back after a response, to use it again or to close it. */
    void release(EventLoop loop, OriginConnection connection, Patience patience) {
        if (!connection.isReusable()) {
            connection.abort();
            return;
        }
        Deque<Idle> idle = idle(loop).computeIfAbsent(connection.target(), _ -> new ArrayDeque<>());
        if (idle.size() >= MAX_IDLE_PER_TARGET) {
            Idle oldest = idle.removeFirst();
            oldest.expiry().cancel(false);
            oldest.connection().abort();
        }
        var expiry = loop.schedule(
                () -> {
                    idle.removeIf(entry -> entry.connection() == connection);
                    connection.abort();
                },
                patience.keepaliveSeconds(),
                TimeUnit.SECONDS);
        idle.addLast(new Idle(connection, expiry));
    }

    private Map<OriginTarget, Deque<Idle>> idle(EventLoop loop) {
        return idleByLoop.computeIfAbsent(loop, _ -> new HashMap<>());
    }

    /** Closes idle connections; those in use end with their exchanges. */
    @Override
    public void close() {
        idleByLoop.forEach((loop, byTarget) -> loop.execute(() -> {
            byTarget.values()
                    .forEach(idle -> idle.forEach(entry -> {
                        entry.expiry().cancel(false);
                        entry.connection().abort();
                    }));
            byTarget.clear();
        }));
    }
}
