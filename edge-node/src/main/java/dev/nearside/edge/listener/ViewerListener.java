package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
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
     * Bounds of what viewers may take.
     *
     * @param maxConnections open at once; further ones are closed at once
     * @param idleTimeoutMillis how long a connection may stay without an exchange
     * @param drainTimeoutMillis how long running exchanges may take to end when the listener closes
     */
    public record Limits(int maxConnections, long idleTimeoutMillis, long drainTimeoutMillis) {
        public static Limits defaults() {
            return new Limits(20_000, 60_000, 2_000);
        }
    }

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
                        channel.pipeline()
                                .addLast(new HttpRequestDecoder(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(RequestReader.MAX_URL_BYTES + 64)
                                        .setMaxHeaderSize(RequestReader.MAX_HEAD_BYTES)))
                                .addLast(new ViewerConnection(exchanges, lines, limits.idleTimeoutMillis()));
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
