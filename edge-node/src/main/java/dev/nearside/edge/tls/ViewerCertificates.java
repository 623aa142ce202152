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
import javax.net.ssl.SSLException;

/**
 * What viewers are met with on TLS connections: HTTP/2 where the distribution has it, and for each name that a distribution answers to, a certificate of the
 * local authority, made when it is first asked for and kept. Any other name gets the certificate of {@code
 * *.cdn.localhost}: a viewer that goes on regardless is shown the page that says which distributions there are.
 */
public final class ViewerCertificates implements AsyncMapping<String, SslContext> {

    /** Names at once; a wildcard alias stands for any number of them. */
    static final int MAX_NAMES = 1_024;

    /** A certificate with less than this left is replaced. */
    static final Duration RENEWED_BEFORE_END = LocalAuthority.LEAF_LIFETIME.dividedBy(3);

    private static final String DISTRIBUTIONS = ".cdn.localhost";
    private static final List<String> HTTP1_ONLY = List.of(ApplicationProtocolNames.HTTP_1_1);
    private static final List<String> HTTP2_FIRST =
            List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    private static final String LOCALHOST = "localhost";
    private static final Executor MAKERS =
            task -> Thread.ofVirtual().name("certificate").start(task);

    /** What viewers may ask for by name, in lower case. */
    public interface Hosts {
        /** Whether a distribution answers on it. */
        boolean answersTo(String name);

        /** Whether its distribution is to be had over HTTP/2. */
        boolean offersHttp2(String name);
    }

    /** What decides on a context: the certificate's subject, and what is offered by ALPN (RFC 7301). */
    private record Terms(String subject, boolean http2) {}

    /** A context until it is to be replaced. */
    private record Kept(SslContext context, Instant renewal) {}

    private final LocalAuthority authority;
    private final Hosts hosts;
    private final Time time;
    private final AsyncCache<Terms, Kept> kept =
            Caffeine.newBuilder().maximumSize(MAX_NAMES).executor(Runnable::run).buildAsync();

    /** Certificates of that authority. */
    public ViewerCertificates(LocalAuthority authority, Hosts hosts, Time time) {
        this.authority = authority;
        this.hosts = hosts;
        this.time = time;
    }

    /**
     * The context for a connection; at once if it is kept, else made on another thread.
     *
     * @param name what the viewer asked for (SNI, RFC 6066 §3) in lower case, or the address that it reached
     */
    @Override
    public Future<SslContext> map(String name, Promise<SslContext> promise) {
        Terms terms = new Terms(subject(name), hosts.offersHttp2(name));
        CompletableFuture<Kept> known = kept.getIfPresent(terms);
        if (known != null && known.isDone() && !known.isCompletedExceptionally() && isToBeReplaced(known.join())) {
            kept.asMap().remove(terms, known);
        }
        kept.get(terms, (it, _) -> CompletableFuture.supplyAsync(() -> make(it), MAKERS))
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
        return itself || (!name.endsWith(DISTRIBUTIONS) && hosts.answersTo(name)) ? name : "*" + DISTRIBUTIONS;
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    private Kept make(Terms terms) {
        String subject = terms.subject();
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
                            terms.http2() ? HTTP2_FIRST : HTTP1_ONLY))
                    .build();
            Instant end = identity.certificate().getNotAfter().toInstant();
            return new Kept(context, end.minus(RENEWED_BEFORE_END));
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS context for '" + subject + "'", e);
        }
    }
}
