package dev.nearside.benchmarks.load;

import dev.nearside.benchmarks.load.Viewer.Outcomes;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connected viewers of one server on this machine, all on one event loop. */
final class Viewers implements AutoCloseable {

    /** Fewer than any server's backlog holds. */
    private static final int CONNECTING_AT_ONCE = 100;

    private final Transport transport = Transport.sockets(1, "viewers");
    private final EventLoop loop = transport.group().next();
    private final List<Viewer> all = new ArrayList<>();

    private Viewers() {}

    /**
     * Connects them.
     *
     * @param path what each will ask for
     * @throws IOException if one cannot connect
     */
    static Viewers connect(int count, int port, String path, Time time, Outcomes outcomes) throws IOException {
        Viewers viewers = new Viewers();
        ByteBuf request = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(get(path, port)));
        try {
            viewers.connectAll(
                    count,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    channel -> new Viewer(channel, request, time, outcomes));
        } catch (IOException e) {
            viewers.close();
            throw e;
        }
        return viewers;
    }

    private static byte[] get(String path, int port) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private interface Making {
        Viewer viewerOn(Channel channel);
    }

    private void connectAll(int count, InetSocketAddress address, Making making) throws IOException {
        while (all.size() < count) {
            List<ChannelFuture> connecting = new ArrayList<>();
            for (int i = all.size(); i < count && connecting.size() < CONNECTING_AT_ONCE; i++) {
                connecting.add(transport
                        .bootstrap(loop)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(new HttpResponseDecoder())
                                        .addLast(making.viewerOn(channel));
                            }
                        })
                        .connect(address));
            }
            for (ChannelFuture future : connecting) {
                future.awaitUninterruptibly();
                if (!future.isSuccess()) {
                    throw new IOException("viewer " + (all.size() + 1) + " of " + count + " cannot connect to "
                            + address + ": " + future.cause().getMessage());
                }
                all.add(future.channel().pipeline().get(Viewer.class));
            }
        }
    }

    /** Where everything of them runs. */
    EventLoop loop() {
        return loop;
    }

    List<Viewer> all() {
        return all;
    }

    /** How many are still connected. */
    long connected() {
        return all.stream().filter(viewer -> viewer.channel().isActive()).count();
    }

    @Override
    public void close() {
        transport.close();
    }
}
