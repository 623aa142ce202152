package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Accepts viewers on one address. */
public final class ViewerListener implements AutoCloseable {

    /**
     * Bounds of what viewers may take. Times are in milliseconds and longer than 0.
     *
     * @param maxConnections open at once, default 20,000; further ones are closed at once
     * @param idleTimeoutMillis how long a connection may stay without an exchange or a begun request, and a response
     *     without {@code minReadBytes} taken by the viewer; looked at once in that time; default 60,000
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
            long headTimeoutMillis,
            long bodyTimeoutMillis,
            int minBodyBytes,
            int minReadBytes,
            int maxWaitingBytes,
            long drainTimeoutMillis) {
        public static Limits defaults() {
            return new Limits(20_000, 60_000, 10_000, 20_000, 2_000, 6_000, 65_536, 2_000);
        }

        /** The same limits for another number of connections. */
        public Limits withMaxConnections(int connections) {
            return new Limits(
                    connections,
                    idleTimeoutMillis,
                    headTimeoutMillis,
                    bodyTimeoutMillis,
                    minBodyBytes,
                    minReadBytes,
                    maxWaitingBytes,
                    drainTimeoutMillis);
        }
    }

    /** Above what {@code FramingGuard} lets pass, so that its names for what is too long are the ones that count. */
    private static final int MAX_DECODED_LINE_BYTES = 32_768;

    private final Channel listener;
    private final ChannelGroup viewers;
    private final Limits limits;

    private ViewerListener(Channel listener, ChannelGroup viewers, Limits limits) {
        this.listener = listener;
        this.viewers = viewers;
        this.limits = limits;
    }

    /**
     * Listens.
     *
     * @throws IOException if the address is taken or not ours; the message names it
     */
    public static ViewerListener start(
            InetSocketAddress address, Transport transport, NodeIdentity identity, Exchanges exchanges, Limits limits)
            throws IOException {
        ChannelGroup viewers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        NodeLines lines = new NodeLines(identity);
        var bound = transport
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
                        setUp(channel.pipeline(), exchanges, lines, limits);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                    + bound.cause().getMessage() + "; stop what uses that port, or choose another one");
        }
        return new ViewerListener(bound.channel(), viewers, limits);
    }

    /** Bytes are checked, then decoded, then served. */
    static void setUp(ChannelPipeline pipeline, Exchanges exchanges, NodeLines lines, Limits limits) {
        FramingGuard guard = FramingGuard.onRequests();
        pipeline.addLast(guard)
                .addLast(new HttpRequestDecoder(new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_DECODED_LINE_BYTES)
                        .setMaxHeaderSize(MAX_DECODED_LINE_BYTES)))
                .addLast(new ViewerConnection(exchanges, lines, limits, guard));
    }

    /** Where it listens; the real port, also if port 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Open viewer connections. */
    public int connections() {
        return viewers.size();
    }

    /** Accepts no more, lets running exchanges end for a moment, then closes what is left. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        for (Channel viewer : viewers) {
            viewer.eventLoop().execute(() -> {
                ViewerConnection connection = viewer.pipeline().get(ViewerConnection.class);
                if (connection != null && viewer.isActive()) {
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
}
