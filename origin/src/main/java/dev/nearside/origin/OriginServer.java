package dev.nearside.origin;

import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.origin.http.OriginChannelSetup;
import dev.nearside.origin.http.OriginService;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running origin: one listener and the connections it accepted, on event loops that belong to somebody else. */
public final class OriginServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OriginServer.class);
    private static final int WAITING_CONNECTIONS = 1_024;
    private static final long CLOSE_TIMEOUT_MILLIS = 2_000;

    private final Channel listener;
    private final ChannelGroup open;

    private OriginServer(Channel listener, ChannelGroup open) {
        this.listener = listener;
        this.open = open;
    }

    /**
     * Listens and answers; returns when the listener is bound.
     *
     * @throws ConfigException if it cannot listen there, with host, port and what to do
     */
    public static OriginServer start(OriginConfig config, Transport transport, Time time) {
        InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new ConfigException("origin: host '" + config.host() + "' has no address, expected a name that"
                    + " resolves or an address such as 127.0.0.1");
        }
        AtomicLong served = new AtomicLong();
        OriginService service = new OriginService(
                OriginRoutes.of(config.seed(), served, time),
                new OriginService.Limits(config.idleTimeoutMillis(), config.maxHeaderBytes()),
                served,
                time);
        ChannelGroup open = new DefaultChannelGroup("origin", GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound = transport
                .serverBootstrap()
                .option(ChannelOption.SO_BACKLOG, WAITING_CONNECTIONS)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new OriginChannelSetup(service, open))
                .bind(address)
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new ConfigException("origin cannot listen on " + config.host() + ":" + config.port() + " ("
                    + failure.getMessage() + "); stop the program that holds this port or choose another one"
                    + " (0 takes any free port)");
        }
        OriginServer server = new OriginServer(bound.channel(), open);
        LOG.info("origin listens on {}, seed {}", server.address(), config.seed());
        return server;
    }

    /** Where it listens, with the real port if any free one was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Stops listening and cuts every connection; waits up to two seconds. The transport goes on running. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        open.close().awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
