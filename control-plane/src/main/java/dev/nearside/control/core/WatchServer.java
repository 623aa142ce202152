package dev.nearside.control.core;

import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** The listener for nodes: HTTP/1.1 with the enrolment token, on the core's one event loop. */
public final class WatchServer implements AutoCloseable {

    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
    private static final long IDLE_SECONDS = 120;
    private static final long CLOSE_TIMEOUT_MILLIS = 1_000;

    private final Channel listener;
    private final ChannelGroup connections;

    private WatchServer(Channel listener, ChannelGroup connections) {
        this.listener = listener;
        this.connections = connections;
    }

    /**
     * Listens for nodes.
     *
     * @param transport has exactly one loop: the publisher's
     * @throws ConfigException if the address cannot be bound
     */
    public static WatchServer bind(
            Transport transport,
            SocketAddress address,
            Publisher publisher,
            NodeSources sources,
            String enrolmentToken) {
        ChannelGroup connections = new DefaultChannelGroup(transport.group().next());
        ChannelFuture bound = transport
                .serverBootstrap()
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new EnrolmentCheck(enrolmentToken))
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                .addLast(new ChunkedWriteHandler())
                                .addLast(new WatchConnection(publisher.watch(), sources));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new ConfigException("the node watch cannot listen on " + address + ": "
                    + bound.cause().getMessage() + "; stop what listens there or choose another watch-port");
        }
        return new WatchServer(bound.channel(), connections);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
        connections.close().awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    }
}
