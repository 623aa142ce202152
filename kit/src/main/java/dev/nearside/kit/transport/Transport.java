package dev.nearside.kit.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** Event loops with the channel kinds that fit them; the owner closes it after everything that runs on it. */
public final class Transport implements AutoCloseable {

    private static final long SHUTDOWN_TIMEOUT_MILLIS = 2_000;

    private final EventLoopGroup group;
    private final ChannelFactory<? extends ServerChannel> serverChannels;
    private final ChannelFactory<? extends Channel> channels;

    private Transport(
            EventLoopGroup group,
            ChannelFactory<? extends ServerChannel> serverChannels,
            ChannelFactory<? extends Channel> channels) {
        this.group = group;
        this.serverChannels = serverChannels;
        this.channels = channels;
    }

    /**
     * Real sockets: epoll on Linux, NIO elsewhere.
     *
     * @param loops number of event loops, 1 or more
     * @param threadName what the loops' threads are called, before their number
     */
    public static Transport sockets(int loops, String threadName) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory(threadName, true), io);
        return epoll
                ? new Transport(group, EpollServerSocketChannel::new, EpollSocketChannel::new)
                : new Transport(group, NioServerSocketChannel::new, NioSocketChannel::new);
    }

    public EventLoopGroup group() {
        return group;
    }

    /** A bootstrap for listeners whose accepted channels spread over all loops. */
    public ServerBootstrap serverBootstrap() {
        return new ServerBootstrap().group(group).channelFactory(serverChannels);
    }

    /** A bootstrap for connections that live on the given loop. */
    public Bootstrap bootstrap(EventLoop loop) {
        return new Bootstrap().group(loop).channelFactory(channels);
    }

    /** Stops the loops and waits up to two seconds for them. */
    @Override
    public void close() {
        group.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_TIMEOUT_MILLIS);
    }
}
