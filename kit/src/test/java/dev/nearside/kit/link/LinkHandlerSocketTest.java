package dev.nearside.kit.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.testing.DeadPort;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The link on real sockets: order, content, backpressure and ends, but no times. */
@Timeout(20)
class LinkHandlerSocketTest {

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final LinkProfile NEAR =
            LinkProfile.ofRoundTrip(TimeUnit.MILLISECONDS.toNanos(2), TimeUnit.MICROSECONDS.toNanos(500));

    enum Kind {
        PLATFORM,
        NIO
    }

    private final Transport platform = Transport.sockets(2, "link-test");
    private final EventLoopGroup nio = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        platform.close();
        nio.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @ParameterizedTest
    @EnumSource
    void bytesComeBackInOrder(Kind kind) throws Exception {
        byte[] sent = randomBytes(1024 * 1024);
        Channel listener = listen(kind, new Echo());
        Collector collector = new Collector(sent.length);
        Channel channel = connect(kind, listener, NEAR, collector);
        for (int at = 0; at < sent.length; at += 10_000) {
            var _ = channel.write(Unpooled.wrappedBuffer(sent, at, Math.min(10_000, sent.length - at)));
        }
        channel.flush();
        assertSame(collector.all.get(), sent);
        channel.close().sync();
    }

    @ParameterizedTest
    @EnumSource
    void lastBytesArriveBeforeTheEnd(Kind kind) throws Exception {
        byte[] sent = randomBytes(300_000);
        Channel listener = listen(kind, new Greeter(sent));
        Collector collector = new Collector(Integer.MAX_VALUE);
        Channel channel = connect(kind, listener, NEAR, collector);
        assertSame(collector.all.get(), sent);
        channel.closeFuture().sync();
    }

    @ParameterizedTest
    @EnumSource
    void closingRightAfterAFlushLosesNothing(Kind kind) throws Exception {
        byte[] sent = randomBytes(300_000);
        Collector collector = new Collector(Integer.MAX_VALUE);
        Channel listener = listen(kind, collector);
        Channel channel = connect(kind, listener, NEAR, new ChannelInboundHandlerAdapter());
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(sent));
        channel.close().sync();
        assertSame(collector.all.get(), sent);
    }

    @ParameterizedTest
    @EnumSource
    void resetReachesTheApplicationAsAFailure(Kind kind) throws Exception {
        Channel listener = listen(kind, new Resetter());
        Collector collector = new Collector(Integer.MAX_VALUE);
        Channel channel = connect(kind, listener, NEAR, collector);
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(randomBytes(10)));
        channel.closeFuture().sync();
        assertThat(collector.failure.get()).hasMessageContaining("reset");
    }

    @ParameterizedTest
    @EnumSource
    void refusedConnectionFailsTheConnect(Kind kind) throws Exception {
        try (DeadPort dead = new DeadPort()) {
            assertThatThrownBy(() -> bootstrap(kind, NEAR, new ChannelInboundHandlerAdapter())
                            .connect(InetAddress.getLoopbackAddress(), dead.number())
                            .sync())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void slowLinkHoldsBackItsSender(Kind kind) throws Exception {
        LinkProfile narrow = new LinkProfile(
                NEAR.roundTripNanos(), 0, 32_000_000, LinkProfile.TEN_SEGMENTS, LinkProfile.SIX_MEBIBYTES);
        long total = 24L * 1024 * 1024;
        Flood flood = new Flood(total);
        Channel listener = listen(kind, flood);
        AtomicLong received = new AtomicLong();
        AtomicLong mostUnderWay = new AtomicLong();
        Channel channel = connect(kind, listener, narrow, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                received.addAndGet(bytes.readableBytes());
                bytes.release();
                mostUnderWay.accumulateAndGet(flood.sent.get() - received.get(), Math::max);
            }
        });
        channel.closeFuture().sync();
        assertThat(received).hasValue(total);
        assertThat(mostUnderWay.get()).isLessThan(8L * 1024 * 1024);
    }

    @ParameterizedTest
    @EnumSource
    void applicationThatSwitchesAutoReadIsObeyed(Kind kind) throws Exception {
        byte[] sent = randomBytes(3 * 1024 * 1024);
        Channel listener = listen(kind, new Greeter(sent));
        CompletableFuture<String> wrong = new CompletableFuture<>();
        Collector collector = new Collector(Integer.MAX_VALUE) {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (!ctx.channel().config().isAutoRead()) {
                    wrong.complete("read while autoRead was off");
                }
                super.channelRead(ctx, message);
                ctx.channel().config().setAutoRead(false);
                ctx.executor().execute(() -> ctx.channel().config().setAutoRead(true));
            }
        };
        connect(kind, listener, NEAR, collector);
        assertSame(collector.all.get(), sent);
        assertThat(wrong).isNotDone();
    }

    @ParameterizedTest
    @EnumSource
    void applicationThatPullsGetsOneMessagePerRead(Kind kind) throws Exception {
        byte[] sent = randomBytes(1024 * 1024);
        Channel listener = listen(kind, new Greeter(sent));
        AtomicLong asked = new AtomicLong();
        AtomicLong given = new AtomicLong();
        Collector collector = new Collector(Integer.MAX_VALUE) {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                ctx.channel().config().setAutoRead(false);
                asked.incrementAndGet();
                ctx.read();
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                given.incrementAndGet();
                super.channelRead(ctx, message);
                ctx.executor().execute(() -> {
                    asked.incrementAndGet();
                    ctx.read();
                });
            }
        };
        connect(kind, listener, NEAR, collector);
        assertSame(collector.all.get(), sent);
        assertThat(given.get()).isLessThanOrEqualTo(asked.get());
    }

    @ParameterizedTest
    @EnumSource
    void channelsThatEndInTheMiddleLeaveNothingBehind(Kind kind) throws Exception {
        LinkProfile far = LinkProfile.ofRoundTrip(TimeUnit.SECONDS.toNanos(20), 0);
        Channel listener = listen(kind, new Greeter(randomBytes(1024 * 1024)));
        for (int i = 0; i < 20; i++) {
            Bootstrap bootstrap = bootstrap(kind, far, new ChannelInboundHandlerAdapter());
            Channel channel = bootstrap.connect(listener.localAddress()).channel();
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(randomBytes(100_000)));
            channel.close().sync();
            assertThat(channel.isOpen()).isFalse();
        }
        // What is established and held when the event loops stop is dropped with them.
    }

    private Channel listen(Kind kind, ChannelHandler handler) throws InterruptedException {
        ServerBootstrap bootstrap = switch (kind) {
            case PLATFORM -> platform.serverBootstrap();
            case NIO -> new ServerBootstrap().group(nio).channel(NioServerSocketChannel.class);
        };
        return bootstrap
                .childOption(ChannelOption.SO_SNDBUF, CHUNK_BYTES)
                .childHandler(initializer(handler))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    private Channel connect(Kind kind, Channel listener, LinkProfile profile, ChannelHandler application)
            throws InterruptedException {
        return bootstrap(kind, profile, application)
                .connect(listener.localAddress())
                .sync()
                .channel();
    }

    private Bootstrap bootstrap(Kind kind, LinkProfile profile, ChannelHandler application) {
        Bootstrap bootstrap = switch (kind) {
            case PLATFORM -> platform.bootstrap(platform.group().next());
            case NIO -> new Bootstrap().group(nio).channel(NioSocketChannel.class);
        };
        return bootstrap
                .option(ChannelOption.SO_RCVBUF, CHUNK_BYTES)
                .handler(initializer(new LinkHandler(profile, Randomness.seeded(7)), application));
    }

    private static ChannelInitializer<Channel> initializer(ChannelHandler... handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers);
            }
        };
    }

    /** Says where they differ instead of printing megabytes. */
    private static void assertSame(byte[] actual, byte[] expected) {
        assertThat(actual.length).as("length").isEqualTo(expected.length);
        assertThat(Arrays.mismatch(actual, expected)).as("first difference").isEqualTo(-1);
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        Randomness.seeded(length).nextBytes(bytes);
        return bytes;
    }

    /** Sends back what it gets. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var _ = ctx.writeAndFlush(message);
        }
    }

    /** Sends the same bytes to whoever connects, then ends the connection. */
    @ChannelHandler.Sharable
    private static final class Greeter extends ChannelInboundHandlerAdapter {
        private final byte[] bytes;

        Greeter(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }

    /** Answers the first byte with a reset. */
    private static final class Resetter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = ctx.close();
        }
    }

    /** Writes a total as fast as the socket takes it, then ends the connection. */
    private static final class Flood extends ChannelInboundHandlerAdapter {
        private final byte[] chunk = new byte[CHUNK_BYTES];
        private final long total;
        private final AtomicLong sent = new AtomicLong();

        Flood(long total) {
            this.total = total;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            next(ctx);
        }

        private void next(ChannelHandlerContext ctx) {
            if (sent.get() == total) {
                var _ = ctx.close();
                return;
            }
            ctx.writeAndFlush(Unpooled.wrappedBuffer(chunk)).addListener(done -> {
                if (done.isSuccess()) {
                    sent.addAndGet(chunk.length);
                    ctx.executor().execute(() -> next(ctx));
                }
            });
        }
    }

    /** Gathers what arrives until there is enough or no more. */
    private static class Collector extends ChannelInboundHandlerAdapter {
        final CompletableFuture<byte[]> all = new CompletableFuture<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        private final int enough;
        private byte[] bytes = new byte[CHUNK_BYTES];
        private int length;

        Collector(int enough) {
            this.enough = enough;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf piece = (ByteBuf) message;
            int size = piece.readableBytes();
            if (length + size > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + size));
            }
            piece.readBytes(bytes, length, size);
            piece.release();
            length += size;
            if (length >= enough) {
                all.complete(Arrays.copyOf(bytes, length));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure.complete(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            all.complete(Arrays.copyOf(bytes, length));
        }
    }
}
