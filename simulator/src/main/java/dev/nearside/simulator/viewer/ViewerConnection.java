package dev.nearside.simulator.viewer;

import dev.nearside.kit.link.LinkHandler;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One viewer's connection to a PoP, as long as the distance between them; used by one thread. */
public final class ViewerConnection implements AutoCloseable {

    /**
     * What came back, and when, in nanoseconds from the moment the request was written.
     *
     * @param firstByteNanos the response's head is there
     * @param endNanos the response is there to its last byte
     */
    public record Answer(HttpResponse head, long bodyBytes, long firstByteNanos, long endNanos) {}

    private static final Time TIME = Time.system();

    private final Channel channel;
    private final Duration limit;
    private final long connectNanos;

    private ViewerConnection(Channel channel, Duration limit, long connectNanos) {
        this.channel = channel;
        this.limit = limit;
        this.connectNanos = connectNanos;
    }

    /**
     * Connects, which takes a round trip.
     *
     * @param limit for the connect, and later for each request until its response is complete
     * @throws IOException if nobody listens there or the limit passes
     */
    public static ViewerConnection open(Transport transport, InetSocketAddress pop, LinkProfile link, Duration limit)
            throws IOException {
        return open(transport, null, pop, link, limit);
    }

    /**
     * The same from an address of this machine that stands for the viewer's place. Where the platform does not lend such
     * addresses, or the PoP is on another machine, the viewer comes from the usual one.
     *
     * @param source an address literal; null for the usual address
     */
    public static ViewerConnection open(
            Transport transport, @Nullable String source, InetSocketAddress pop, LinkProfile link, Duration limit)
            throws IOException {
        InetSocketAddress local = source == null || !isOfThisMachine(pop) ? null : lent(source);
        long began = TIME.nanos();
        CompletableFuture<Channel> connected = new CompletableFuture<>();
        transport
                .bootstrap(transport.group().next())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (!link.isNone()) {
                            channel.pipeline().addLast(new LinkHandler(link, Randomness.fast()));
                        }
                        channel.pipeline().addLast("http", new HttpClientCodec());
                    }
                })
                .connect(pop, local)
                .addListener((io.netty.channel.ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        connected.complete(done.channel());
                    } else {
                        connected.completeExceptionally(done.cause());
                    }
                });
        Channel channel = await(connected, limit, "connecting to " + pop);
        return new ViewerConnection(channel, limit, TIME.nanos() - began);
    }

    private static boolean isOfThisMachine(InetSocketAddress pop) {
        return !pop.isUnresolved() && pop.getAddress().isLoopbackAddress();
    }

    /** The address with any free port; null if this machine does not have it, as macOS has 127.0.0.1 alone. */
    private static @Nullable InetSocketAddress lent(String source) {
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral(source), 0);
        try (Socket probe = new Socket()) {
            probe.bind(local);
            return local;
        } catch (IOException _) {
            return null;
        }
    }

    /** How long connecting took. */
    public long connectNanos() {
        return connectNanos;
    }

    /** Whether another request may be sent. */
    public boolean isOpen() {
        return channel.isActive();
    }

    /**
     * Sends one request and waits for the whole response.
     *
     * @param body takes the response's body as it comes; written to by another thread until this method returns
     * @throws IOException if the response does not come, or not to its end
     */
    public Answer send(FullHttpRequest request, OutputStream body) throws IOException {
        Receiver receiver = new Receiver(body, TIME.nanos());
        channel.pipeline().addLast(receiver);
        channel.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                receiver.answer.completeExceptionally(written.cause());
            }
        });
        return await(receiver.answer, limit, "waiting for the response");
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly(limit.toMillis());
    }

    private static <T> T await(CompletableFuture<T> future, Duration limit, String doing) throws IOException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(doing + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(doing + ": not done within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(doing + ": interrupted", e);
        }
    }

    /** Gathers one response and leaves the pipeline. */
    private static final class Receiver extends SimpleChannelInboundHandler<HttpObject> {
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final OutputStream body;
        private final long sentNanos;
        private @Nullable HttpResponse head;
        private long firstByteNanos;
        private long bodyBytes;

        Receiver(OutputStream body, long sentNanos) {
            this.body = body;
            this.sentNanos = sentNanos;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) throws IOException {
            if (part.decoderResult().isFailure()) {
                throw new IOException(
                        "not an HTTP response: " + part.decoderResult().cause().getMessage());
            }
            if (part instanceof HttpResponse response && !isInterim(response)) {
                head = response;
                firstByteNanos = TIME.nanos() - sentNanos;
            }
            if (part instanceof HttpContent content && head != null) {
                bodyBytes += content.content().readableBytes();
                content.content().readBytes(body, content.content().readableBytes());
                if (content instanceof LastHttpContent) {
                    answer.complete(new Answer(head, bodyBytes, firstByteNanos, TIME.nanos() - sentNanos));
                    ctx.pipeline().remove(this);
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new IOException(
                    head == null
                            ? "the PoP closed the connection without a response"
                            : "the PoP closed the connection after " + bodyBytes + " bytes of an unfinished body"));
            ctx.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
            var _ = ctx.close();
        }

        private static boolean isInterim(HttpResponse response) {
            return response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
    }
}
