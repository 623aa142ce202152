package dev.nearside.edge.sync;

import dev.nearside.kit.link.LinkHandler;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import io.netty.buffer.ByteBuf;
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
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the control plane's node watch, each on a connection of its own while it runs, idle connections reused.
 * Runs on one event loop; may be called from any thread.
 */
final class ControlPlaneConnection {

    /** The largest message: a zip of the largest size. */
    private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final String STOPPING = "this node is stopping";

    /** What came back. */
    record Reply(int status, byte[] body) {}

    private final Transport transport;
    private final EventLoop loop;
    private final WatchAddress address;
    private final LinkProfile link;
    private final RandomGenerator random;
    private final String token;
    private final Deque<Channel> idle = new ArrayDeque<>();
    private final Set<Channel> open = new HashSet<>();
    private boolean closed;

    ControlPlaneConnection(Transport transport, NodeSync.Source source) {
        this.transport = transport;
        this.loop = transport.group().next();
        this.address = new WatchAddress(source.controlPlane());
        this.link = source.link();
        this.random = source.random();
        this.token = source.enrolmentToken();
    }

    EventLoop loop() {
        return loop;
    }

    CompletableFuture<Reply> get(String path, long timeoutMillis) {
        return send(HttpMethod.GET, path, new byte[0], timeoutMillis);
    }

    CompletableFuture<Reply> post(String path, byte[] json, long timeoutMillis) {
        return send(HttpMethod.POST, path, json, timeoutMillis);
    }

    private CompletableFuture<Reply> send(HttpMethod method, String path, byte[] body, long timeoutMillis) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed) {
                reply.completeExceptionally(new IOException(STOPPING));
                return;
            }
            Channel reused = usableIdle();
            if (reused != null) {
                start(reused, request(method, path, body), timeoutMillis, reply);
                return;
            }
            connect(reply, channel -> start(channel, request(method, path, body), timeoutMillis, reply));
        });
        return reply;
    }

    private @Nullable Channel usableIdle() {
        while (!idle.isEmpty()) {
            Channel channel = idle.removeLast();
            if (channel.isActive()) {
                return channel;
            }
        }
        return null;
    }

    private void connect(CompletableFuture<Reply> reply, Consumer<Channel> whenOpen) {
        address.resolve(loop).whenComplete((resolved, failure) -> {
            if (failure != null) {
                reply.completeExceptionally(failure);
            } else if (closed) {
                reply.completeExceptionally(new IOException(STOPPING));
            } else {
                connect(resolved, reply, whenOpen);
            }
        });
    }

    private void connect(InetSocketAddress resolved, CompletableFuture<Reply> reply, Consumer<Channel> whenOpen) {
        transport
                .bootstrap(loop)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (!link.isNone()) {
                            channel.pipeline().addLast(new LinkHandler(link, random));
                        }
                        channel.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(MAX_MESSAGE_BYTES));
                    }
                })
                .connect(resolved)
                .addListener((ChannelFutureListener) done -> {
                    if (done.isSuccess()) {
                        open.add(done.channel());
                        done.channel().closeFuture().addListener(_ -> open.remove(done.channel()));
                        whenOpen.accept(done.channel());
                    } else {
                        reply.completeExceptionally(done.cause());
                    }
                });
    }

    private FullHttpRequest request(HttpMethod method, String path, byte[] body) {
        ByteBuf content = Unpooled.wrappedBuffer(body);
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, path, content);
        request.headers()
                .set(HttpHeaderNames.HOST, address.authority())
                .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (body.length > 0) {
            request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        }
        return request;
    }

    private void start(Channel channel, FullHttpRequest request, long timeoutMillis, CompletableFuture<Reply> reply) {
        Future<?> deadline = loop.schedule(
                () -> {
                    reply.completeExceptionally(
                            new IOException("no answer from the control plane within " + timeoutMillis + " ms"));
                    channel.close();
                },
                timeoutMillis,
                TimeUnit.MILLISECONDS);
        channel.pipeline().addLast(new SimpleChannelInboundHandler<FullHttpResponse>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
                deadline.cancel(false);
                ctx.pipeline().remove(this);
                byte[] body = ByteBufUtil.getBytes(response.content());
                if (HttpUtil.isKeepAlive(response) && !closed) {
                    idle.addLast(channel);
                } else {
                    channel.close();
                }
                reply.complete(new Reply(response.status().code(), body));
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                deadline.cancel(false);
                reply.completeExceptionally(new IOException("the control plane closed the connection"));
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                reply.completeExceptionally(cause);
                ctx.close();
            }
        });
        channel.writeAndFlush(request);
    }

    /** Closes every connection and refuses further requests; those under way fail. */
    void close() {
        loop.execute(() -> {
            closed = true;
            idle.clear();
            List.copyOf(open).forEach(Channel::close);
        });
    }
}
