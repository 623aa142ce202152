package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.tls.ViewerCertificates;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Accepts viewers: without TLS on one address, with TLS on another. */
public final class ViewerListener implements AutoCloseable {

    /**
     * Bounds of what viewers may take. Times are in milliseconds and longer than 0.
     *
     * @param maxConnections open at once, with and without TLS, default 20,000; further ones are closed at once
     * @param idleTimeoutMillis how long a connection may stay without an exchange or a begun request, and a response
     *     without {@code minReadBytes} taken by the viewer; looked at once in that time; default 60,000
     * @param handshakeTimeoutMillis how long a viewer may take to agree on TLS, default 10,000
     * @param headTimeoutMillis from a head's first byte to its last, however the bytes between trickle; default 10,000
     * @param bodyTimeoutMillis in which a body that is wanted must bring {@code minBodyBytes}; default 20,000
     * @param minBodyBytes of a body in that time, unless it ends; default 2,000
     * @param minReadBytes that a viewer must take in the idle timeout while a response waits; default 6,000
     * @param maxWaitingBytes of pipelined requests that wait decoded before the socket is no longer read, default
     *     65,536; together with one read, one head and the window of an upload this bounds what a connection buffers
     * @param drainTimeoutMillis how long running exchanges may take to end when the listener closes, default 2,000
     */
    public record Limits(
            int maxConnections,
            long idleTimeoutMillis,
            long handshakeTimeoutMillis,
            long headTimeoutMillis,
            long bodyTimeoutMillis,
            int minBodyBytes,
            int minReadBytes,
            int maxWaitingBytes,
            long drainTimeoutMillis) {
        public static Limits defaults() {
            return new Limits(20_000, 60_000, 10_000, 10_000, 20_000, 2_000, 6_000, 65_536, 2_000);
        }

        /** The same limits for another number of connections. */
        public Limits withMaxConnections(int connections) {
            return new Limits(
                    connections,
                    idleTimeoutMillis,
                    handshakeTimeoutMillis,
                    headTimeoutMillis,
                    bodyTimeoutMillis,
                    minBodyBytes,
                    minReadBytes,
                    maxWaitingBytes,
                    drainTimeoutMillis);
        }
    }

    /**
     * Where viewers come in.
     *
     * @param secure for HTTPS; null for none
     */
    public record Addresses(
            InetSocketAddress plain, @Nullable Secure secure) {}

    /** Where viewers come in with TLS, and what they are met with. */
    public record Secure(InetSocketAddress address, ViewerCertificates certificates) {}

    private final Transport transport;
    private final ViewerChannel.Service service;
    private final Limits limits;
    private final ChannelGroup viewers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final LongAdder failedHandshakes = new LongAdder();
    private final Channel plain;
    private final @Nullable Channel secure;

    /**
     * Listens.
     *
     * @throws IOException if an address is taken or not ours; the message names it
     */
    public static ViewerListener start(
            Addresses addresses, Transport transport, NodeIdentity identity, Exchanges exchanges, Limits limits)
            throws IOException {
        return new ViewerListener(addresses, transport, identity, exchanges, limits);
    }

    private ViewerListener(
            Addresses addresses, Transport transport, NodeIdentity identity, Exchanges exchanges, Limits limits)
            throws IOException {
        this.transport = transport;
        this.service = new ViewerChannel.Service(exchanges, new NodeLines(identity), limits);
        this.limits = limits;
        plain = bind(addresses.plain(), null);
        try {
            Secure encrypted = addresses.secure();
            secure = encrypted == null ? null : bind(encrypted.address(), encrypted.certificates());
        } catch (IOException e) {
            close(plain);
            throw e;
        }
    }

    private Channel bind(InetSocketAddress address, @Nullable ViewerCertificates certificates) throws IOException {
        ChannelFuture bound = transport
                .serverBootstrap()
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (viewers.size() >= limits.maxConnections()) {
                            channel.close();
                            return;
                        }
                        viewers.add(channel);
                        setUp(channel, certificates);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                    + bound.cause().getMessage() + "; stop what uses that port, or choose another one");
        }
        return bound.channel();
    }

    private void setUp(Channel channel, @Nullable ViewerCertificates certificates) {
        if (certificates == null) {
            ViewerPipeline.http1(channel.pipeline(), service);
        } else {
            channel.pipeline()
                    .addLast(ViewerHandshake.byName(certificates, limits.handshakeTimeoutMillis()))
                    .addLast(new ViewerHandshake(
                            (ctx, protocol, tls) -> ViewerPipeline.agreed(ctx, service, protocol, tls),
                            failedHandshakes));
        }
    }

    /** Where it listens without TLS; the real port, also if port 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) plain.localAddress();
    }

    /** Where it listens with TLS; null if it does not. */
    public @Nullable InetSocketAddress secureAddress() {
        return secure == null ? null : (InetSocketAddress) secure.localAddress();
    }

    /** Open viewer connections. */
    public int connections() {
        return viewers.size();
    }

    /** Viewers with whom no TLS could be agreed so far. */
    public long failedHandshakes() {
        return failedHandshakes.sum();
    }

    /** Accepts no more, lets running exchanges end for a moment, then closes what is left. */
    @Override
    public void close() {
        close(plain);
        if (secure != null) {
            close(secure);
        }
        for (Channel viewer : viewers) {
            viewer.eventLoop().execute(() -> {
                Drainable connection = viewer.pipeline().last() instanceof Drainable served ? served : viewer::close;
                if (viewer.isActive()) {
                    connection.drain();
                }
            });
        }
        boolean drained =
                viewers.newCloseFuture().awaitUninterruptibly(limits.drainTimeoutMillis(), TimeUnit.MILLISECONDS);
        if (!drained) {
            viewers.close().awaitUninterruptibly();
        }
    }

    private static void close(Channel listener) {
        listener.close().awaitUninterruptibly();
    }
}
