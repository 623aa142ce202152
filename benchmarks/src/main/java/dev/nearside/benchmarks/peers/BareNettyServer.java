package dev.nearside.benchmarks.peers;

import dev.nearside.kit.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * The limit: a server on one event loop that decodes requests and writes the same prepared response to each, as many
 * bytes as the edge node's. Arguments: a port, and the URL whose response it copies at the start.
 */
public final class BareNettyServer {

    private BareNettyServer() {}

    /** Runs until it is killed. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: BareNettyServer PORT URL");
            System.exit(2);
        }
        byte[] head = head(args[1]);
        byte[] body = body(args[1]);
        ByteBuf whole = Unpooled.unreleasableBuffer(Unpooled.directBuffer(head.length + body.length)
                .writeBytes(head)
                .writeBytes(body));
        Transport transport = Transport.sockets(1, "bare");
        transport
                .serverBootstrap()
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpRequestDecoder()).addLast(new Answerer(whole));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .sync();
        System.out.println("ready");
        new CountDownLatch(1).await();
    }

    private static byte[] body(String url) throws IOException {
        try (var in = URI.create(url).toURL().openStream()) {
            return in.readAllBytes();
        }
    }

    /** The head of the response, framing and all, as a hit's. */
    private static byte[] head(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        connection.getHeaderFields().forEach((name, values) -> {
            if (name != null) {
                values.forEach(
                        value -> head.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        connection.disconnect();
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final class Answerer extends ChannelInboundHandlerAdapter {
        private final ByteBuf response;

        Answerer(ByteBuf response) {
            this.response = response;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest) {
                ctx.write(response.duplicate(), ctx.voidPromise());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }
}
