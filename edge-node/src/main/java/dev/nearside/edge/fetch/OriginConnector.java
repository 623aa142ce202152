package dev.nearside.edge.fetch;

import dev.nearside.edge.fetch.OriginPool.Acquired;
import dev.nearside.edge.fetch.OriginPool.Patience;
import dev.nearside.edge.framing.Refusals;
import dev.nearside.kit.link.LinkHandler;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reaches an origin, in as many attempts as its configuration allows. An attempt is a connection and, with TLS, a
 * handshake; both together have one connection timeout.
 */
final class OriginConnector {

    /** Above what {@code FramingGuard} lets pass, so that its names for what is too long are the ones that count. */
    private static final int MAX_DECODED_LINE_BYTES = 32_768;

    private final Transport transport;
    private final OriginAddresses addresses;
    private final OriginTrust trust;
    private final Function<OriginTarget, LinkProfile> links;
    private final RandomGenerator random;
    private final Refusals refusals;

    OriginConnector(
            Transport transport,
            OriginAddresses addresses,
            OriginTrust trust,
            Function<OriginTarget, LinkProfile> links,
            RandomGenerator random,
            Refusals refusals) {
        this.transport = transport;
        this.addresses = addresses;
        this.trust = trust;
        this.links = links;
        this.random = random;
        this.refusals = refusals;
    }

    /** Whether the name resolves: nothing, or why not. Calls back on the loop. */
    void lookUp(EventLoop loop, OriginTarget target, Consumer<Optional<Acquired.Refused>> whenKnown) {
        addresses.resolve(
                target,
                loop,
                (place, why) -> whenKnown.accept(place == null ? Optional.of(unresolved(why)) : Optional.empty()));
    }

    private static Acquired.Refused unresolved(String why) {
        return new Acquired.Refused("origin-name-unresolved", why, false);
    }

    /** A new connection, ready for a request. Calls back on the loop. */
    void connect(EventLoop loop, OriginTarget target, Patience patience, Consumer<Acquired> whenDone) {
        addresses.resolve(target, loop, (place, why) -> {
            if (place == null) {
                whenDone.accept(unresolved(why));
            } else if (place.tls()) {
                trust.whenReady(loop, (context, whyNone) -> {
                    if (context == null) {
                        whenDone.accept(new Acquired.Refused("origin-tls-failed", whyNone, false));
                    } else {
                        new Attempts(loop, target, place, context, patience, whenDone).next();
                    }
                });
            } else {
                new Attempts(loop, target, place, null, patience, whenDone).next();
            }
        });
    }

    /** The attempts to reach one origin, one after the other. */
    private final class Attempts {

        private final EventLoop loop;
        private final OriginTarget target;
        private final OriginAddresses.Place place;
        private final @Nullable SslContext context;
        private final Patience patience;
        private final Consumer<Acquired> whenDone;
        private int made;

        Attempts(
                EventLoop loop,
                OriginTarget target,
                OriginAddresses.Place place,
                @Nullable SslContext context,
                Patience patience,
                Consumer<Acquired> whenDone) {
            this.loop = loop;
            this.target = target;
            this.place = place;
            this.context = context;
            this.patience = patience;
            this.whenDone = whenDone;
        }

        void next() {
            made++;
            new Attempt().start();
        }

        /** One attempt; what happens after its end, such as its own closing, is no news any more. */
        private final class Attempt {

            private final OriginConnection connection = new OriginConnection(target, refusals);
            private @Nullable ScheduledFuture<?> deadline;
            private boolean over;

            void start() {
                Channel channel = transport
                        .bootstrap(loop)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patience.connectTimeoutSeconds() * 1000)
                        .handler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel it) {
                                setUp(it);
                            }
                        })
                        .connect(place.address())
                        .addListener((ChannelFutureListener) this::onConnected)
                        .channel();
                if (context != null && !over) {
                    deadline = loop.schedule(
                            () -> onDeadline(channel), patience.connectTimeoutSeconds(), TimeUnit.SECONDS);
                }
            }

            private void setUp(Channel channel) {
                LinkProfile link = links.apply(target);
                if (!link.isNone()) {
                    channel.pipeline().addLast(new LinkHandler(link, random));
                }
                if (context != null) {
                    channel.pipeline().addLast(OriginTls.handler(context, channel, target));
                }
                channel.pipeline()
                        .addLast(connection.guard())
                        .addLast(new HttpClientCodec(
                                new HttpDecoderConfig()
                                        .setMaxInitialLineLength(MAX_DECODED_LINE_BYTES)
                                        .setMaxHeaderSize(MAX_DECODED_LINE_BYTES),
                                false,
                                false))
                        .addLast(connection);
            }

            private void onConnected(io.netty.channel.ChannelFuture done) {
                if (!done.isSuccess()) {
                    end(() -> onNotConnected(done.cause()));
                    return;
                }
                SslHandler encryption = done.channel().pipeline().get(SslHandler.class);
                if (encryption == null) {
                    end(() -> whenDone.accept(new Acquired.Connected(connection)));
                    return;
                }
                encryption.handshakeFuture().addListener(handshake -> {
                    if (handshake.isSuccess()) {
                        end(() -> whenDone.accept(new Acquired.Connected(connection)));
                    } else {
                        done.channel().close();
                        end(() -> onNoHandshake(handshake.cause()));
                    }
                });
            }

            private void onDeadline(Channel channel) {
                end(() -> {
                    connection.abort();
                    channel.close();
                    onNotConnected(new ConnectTimeoutException());
                });
            }

            private void end(Runnable how) {
                if (!over) {
                    over = true;
                    if (deadline != null) {
                        deadline.cancel(false);
                    }
                    how.run();
                }
            }
        }

        private boolean mayTryAgain() {
            return made < patience.attempts();
        }

        private void onNotConnected(Throwable cause) {
            if (mayTryAgain()) {
                next();
                return;
            }
            boolean timedOut = cause instanceof ConnectTimeoutException;
            String why = timedOut
                    ? "timed out"
                    : cause instanceof ConnectException ? "was refused" : "failed (" + cause.getMessage() + ")";
            whenDone.accept(new Acquired.Refused(
                    timedOut ? "origin-connect-timeout" : "origin-connect-failed",
                    "connecting to the origin " + target + " " + why + " after " + tries(),
                    timedOut));
        }

        /** A lost connection may be luck; a certificate or a version that does not fit will not fit next time. */
        private void onNoHandshake(Throwable cause) {
            if (OriginTls.isLost(cause) && mayTryAgain()) {
                next();
                return;
            }
            OriginTls.Failure failure = OriginTls.failure(target, cause);
            whenDone.accept(new Acquired.Refused(
                    failure.kind(), "the origin " + target + " " + failure.what() + ", after " + tries(), false));
        }

        private String tries() {
            return made == 1 ? "one attempt" : made + " attempts";
        }
    }
}
