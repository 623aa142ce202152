package dev.nearside.benchmarks.nodes;

import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.transport.Transport;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One node of a swarm: watch, acknowledge, watch again, over one connection. Confined to its loop but for reads. */
final class SwarmNode extends SimpleChannelInboundHandler<FullHttpResponse> {

    private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
    private static final long WAIT_MILLIS = 25_000;
    private static final long RETRY_MILLIS = 50;

    /** How a node reaches its control plane. */
    record Link(Transport transport, EventLoop loop, InetSocketAddress watch, String token) {}

    /** Hears that a node serves another revision. */
    @FunctionalInterface
    interface Applied {
        void applied(long before, long now);
    }

    private final String name;
    private final Link link;
    private final Applied applied;
    private String stateId = "";
    private String digest = "";
    private volatile long revision;
    private final AtomicLong receivedBytes = new AtomicLong();
    private volatile boolean closed;
    private @Nullable Channel channel;

    SwarmNode(String name, Link link, Applied applied) {
        this.name = name;
        this.link = link;
        this.applied = applied;
    }

    long revision() {
        return revision;
    }

    long receivedBytes() {
        return receivedBytes.get();
    }

    @Override
    public boolean isSharable() {
        return true; // it is on one channel after the other
    }

    void connect() {
        if (closed) {
            return;
        }
        link.transport
                .bootstrap(link.loop)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(MAX_MESSAGE_BYTES))
                                .addLast(SwarmNode.this);
                    }
                })
                .connect(link.watch)
                .addListener((ChannelFutureListener) done -> {
                    if (done.isSuccess()) {
                        channel = done.channel();
                        watch(done.channel());
                    } else {
                        retry();
                    }
                });
    }

    private void retry() {
        if (!closed) {
            link.loop.schedule(this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void watch(Channel to) {
        send(to, "/watch", new WatchRequest(name, "LHR", stateId, revision, digest, WAIT_MILLIS, List.of()));
    }

    private void send(Channel to, String path, Object message) {
        byte[] json = SnapshotCodec.encode(message);
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(json));
        request.headers()
                .set(HttpHeaderNames.HOST, "localhost")
                .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + link.token)
                .set(HttpHeaderNames.CONTENT_LENGTH, json.length);
        to.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        receivedBytes.addAndGet(response.content().readableBytes());
        if (!response.status().equals(HttpResponseStatus.OK)) {
            watch(context.channel()); // an acknowledgement has been taken
            return;
        }
        SnapshotDelta delta = SnapshotCodec.decode(ByteBufUtil.getBytes(response.content()), WatchAnswer.class)
                .delta();
        if (delta == null) {
            watch(context.channel());
            return;
        }
        long before = revision;
        stateId = delta.stateId();
        digest = delta.digest();
        revision = delta.revision();
        applied.applied(before, revision);
        send(context.channel(), "/acknowledgements", new Acknowledgement(name, stateId, revision, true, null));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        retry();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    void close() {
        closed = true;
        link.loop.execute(() -> {
            if (channel != null) {
                channel.close();
            }
        });
    }
}
