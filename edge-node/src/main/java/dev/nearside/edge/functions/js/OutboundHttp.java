package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.js.OutboundOutcome.Failure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Handlers' requests over HTTP/1.1, one connection each, on a thread of its own that starts with the first.
 *
 * <p>A name is resolved once, its addresses are judged, and the connection goes to one of those: another answer to a
 * second look-up cannot lead it elsewhere.
 */
final class OutboundHttp implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final OutboundLimits limits;
    private final @Nullable SslContext trust;
    private @Nullable EventLoopGroup loops;
    private boolean closed;

    /**
     * Without connections.
     *
     * @param trust whom to trust instead of the JDK's authorities
     */
    OutboundHttp(OutboundLimits limits, @Nullable SslContext trust) {
        this.limits = limits;
        this.trust = trust;
    }

    OutboundLimits limits() {
        return limits;
    }

    /** Sends it off; {@code whenDone} hears of its end once, on any thread. What is returned cancels it. */
    Runnable start(OutboundRequest request, Consumer<OutboundOutcome> whenDone) {
        OutboundExchange exchange = new OutboundExchange(request, limits.maxResponseBytes(), whenDone);
        Thread.ofVirtual().name("js-http-resolve").start(() -> resolve(exchange));
        return exchange::cancel;
    }

    private void resolve(OutboundExchange exchange) {
        String host = exchange.request().target().host();
        List<InetAddress> addresses;
        try {
            addresses = List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            exchange.fail(new Failure("ENOTFOUND", "getaddrinfo", "getaddrinfo ENOTFOUND " + host));
            return;
        }
        List<InetAddress> permitted = new ArrayList<>(addresses);
        if (!limits.mayCall().contains(host)
                && !limits.mayCall().contains(exchange.request().target().authority())) {
            permitted.removeIf(NearAddresses::isNear);
        }
        if (permitted.isEmpty()) {
            exchange.fail(new Failure(
                    "EACCES",
                    "connect",
                    "connect EACCES " + host + " (" + addresses.getFirst().getHostAddress()
                            + "): functions may not call this machine or private networks; start Nearside with"
                            + " NEARSIDE_FUNCTIONS_MAY_CALL=" + host + " to allow it"));
            return;
        }
        connect(exchange, permitted.iterator());
    }

    private void connect(OutboundExchange exchange, Iterator<InetAddress> addresses) {
        EventLoopGroup running = loops();
        if (running == null || exchange.isOver()) {
            exchange.fail(new Failure("ECONNABORTED", "connect", "the JavaScript engine was closed"));
            return;
        }
        InetSocketAddress address = new InetSocketAddress(
                addresses.next(), exchange.request().target().port());
        ChannelFuture connecting = new Bootstrap()
                .group(running)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) throws SSLException {
                        setUp(channel, exchange);
                    }
                })
                .connect(address);
        exchange.adopt(connecting.channel());
        var _ = connecting
                .channel()
                .eventLoop()
                .schedule(exchange::timeOut, exchange.request().target().timeoutMillis(), TimeUnit.MILLISECONDS);
        connecting.addListener(_ -> {
            if (!connecting.isSuccess() && addresses.hasNext()) {
                connect(exchange, addresses);
            } else if (!connecting.isSuccess()) {
                exchange.failConnecting(connecting.cause(), address);
            }
        });
    }

    private void setUp(Channel channel, OutboundExchange exchange) throws SSLException {
        OutboundRequest.Target target = exchange.request().target();
        if (target.secure()) {
            channel.pipeline().addLast(secure().newHandler(channel.alloc(), target.host(), target.port()));
        }
        channel.pipeline().addLast(new HttpClientCodec(), exchange.receiver());
    }

    private SslContext secure() throws SSLException {
        return trust != null
                ? trust
                : SslContextBuilder.forClient()
                        .endpointIdentificationAlgorithm("HTTPS")
                        .build();
    }

    private synchronized @Nullable EventLoopGroup loops() {
        if (loops == null && !closed) {
            loops = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("js-http", true), NioIoHandler.newFactory());
        }
        return closed ? null : loops;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (loops != null) {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
