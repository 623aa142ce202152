package dev.nearside.simulator.viewer;

import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Makes the first measured exchange of a process cost what the next ones do: a few exchanges with a stand-in for a PoP
 * that is a millisecond away, so that no class is loaded later while a viewer's clock runs.
 */
public final class WarmUp {

    private static final LinkProfile LINK = LinkProfile.ofRoundTrip(1_000_000, 20_000);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int EXCHANGES = 2;

    /** More than the initial window, so that the window opens as it does for real pages. */
    private static final byte[] BODY = new byte[2 * LinkProfile.TEN_SEGMENTS];

    private WarmUp() {}

    /**
     * Takes a few milliseconds, and on the first call of a process the time that loading the classes takes.
     *
     * @param transport the one that connections will be opened on
     * @throws IOException if this machine does not let a process talk to itself
     */
    public static void run(Transport transport) throws IOException {
        ChannelFuture bound = transport
                .serverBootstrap()
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new StandIn());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("warming up: " + bound.cause().getMessage(), bound.cause());
        }
        InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
        try (ViewerConnection connection = ViewerConnection.open(transport, address, LINK, LIMIT)) {
            for (int i = 0; i < EXCHANGES; i++) {
                connection.send(request(address), OutputStream.nullOutputStream());
            }
        } finally {
            bound.channel().close().awaitUninterruptibly();
        }
    }

    private static FullHttpRequest request(InetSocketAddress address) {
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.EMPTY_BUFFER);
        request.headers().set(HttpHeaderNames.HOST, address.getHostString()).set(HttpHeaderNames.ACCEPT, "*/*");
        return request;
    }

    /** Answers every request with the same page. */
    private static final class StandIn extends SimpleChannelInboundHandler<HttpObject> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
            if (part instanceof LastHttpContent) {
                FullHttpResponse page = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(BODY));
                page.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                        .set(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
                ctx.writeAndFlush(page);
            }
        }
    }
}
