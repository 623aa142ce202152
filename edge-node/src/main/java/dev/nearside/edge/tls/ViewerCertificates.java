package dev.nearside.edge.tls;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.kit.tls.ServerIdentity;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.AsyncMapping;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * What viewers are met with on TLS connections: for each name that a distribution answers to, a certificate of the
 * local authority, made when it is first asked for and kept. Any other name gets the certificate of {@code
 * *.cdn.localhost}: a viewer that goes on regardless is shown the page that says which distributions there are.
 */
public final class ViewerCertificates implements AsyncMapping<String, SslContext> {

    /** Names at once; a wildcard alias stands for any number of them. */
    static final int MAX_NAMES = 1_024;

    /** A certificate with less than this left is replaced. */
    static final Duration RENEWED_BEFORE_END = LocalAuthority.LEAF_LIFETIME.dividedBy(3);

    private static final String DISTRIBUTIONS = ".cdn.localhost";
    private static final String LOCALHOST = "localhost";
    private static final Executor MAKERS =
            task -> Thread.ofVirtual().name("certificate").start(task);

    /** A context until it is to be replaced. */
    private record Kept(SslContext context, Instant renewal) {}

    private final LocalAuthority authority;
    private final Predicate<String> answersTo;
    private final Time time;
    private final AsyncCache<String, Kept> kept =
            Caffeine.newBuilder().maximumSize(MAX_NAMES).executor(Runnable::run).buildAsync();

    /**
     * Certificates of that authority.
     *
     * @param answersTo whether a distribution answers on a host name, in lower case
     */
    public ViewerCertificates(LocalAuthority authority, Predicate<String> answersTo, Time time) {
        this.authority = authority;
        this.answersTo = answersTo;
        this.time = time;
    }

    /**
     * The context for a connection; at once if it is kept, else made on another thread.
     *
     * @param name what the viewer asked for (SNI, RFC 6066 §3) in lower case, or the address that it reached
     */
    @Override
    public Future<SslContext> map(String name, Promise<SslContext> promise) {
        String subject = subject(name);
        CompletableFuture<Kept> known = kept.getIfPresent(subject);
        if (known != null && known.isDone() && !known.isCompletedExceptionally() && isToBeReplaced(known.join())) {
            kept.asMap().remove(subject, known);
        }
        kept.get(subject, (it, _) -> CompletableFuture.supplyAsync(() -> make(it), MAKERS))
                .whenComplete((found, failure) -> {
                    if (failure == null) {
                        promise.trySuccess(found.context());
                    } else {
                        promise.tryFailure(failure);
                    }
                });
        return promise;
    }

    private boolean isToBeReplaced(Kept it) {
        return !time.now().isBefore(it.renewal());
    }

    /** Whom the certificate for {@code name} is made out to. */
    String subject(String name) {
        boolean itself = name.equals(LOCALHOST) || isAddress(name);
        return itself || (!name.endsWith(DISTRIBUTIONS) && answersTo.test(name)) ? name : "*" + DISTRIBUTIONS;
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    private Kept make(String subject) {
        List<String> names = isAddress(subject) ? List.of(subject, LOCALHOST) : List.of(subject);
        ServerIdentity identity = authority.issue(names);
        try {
            SslContext context = SslContextBuilder.forServer(identity.key(), identity.certificate(), identity.issuer())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
            Instant end = identity.certificate().getNotAfter().toInstant();
            return new Kept(context, end.minus(RENEWED_BEFORE_END));
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS context for '" + subject + "'", e);
        }
    }
}
