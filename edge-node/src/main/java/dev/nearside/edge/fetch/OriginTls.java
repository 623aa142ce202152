package dev.nearside.edge.fetch;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS with origins: which versions are offered, whose certificates are believed, and what it means when it fails.
 *
 * <p>An origin must show a certificate for its configured domain name, wherever a host map leads the connection, from
 * an authority that Java trusts or that was added. CloudFront offers TLS 1.3 to origins that allow TLSv1.2, and so does
 * this. SSLv3, TLSv1 and TLSv1.1 are offered where they are configured, but Java itself refuses to agree on them
 * unless its security property {@code jdk.tls.disabledAlgorithms} has been changed.
 */
final class OriginTls {

    /** What a failed handshake is called, and the sentence's part after the origin's name. */
    record Failure(String kind, String what) {}

    private static final Executor LOADERS =
            task -> Thread.ofVirtual().name("origin-trust").start(task);

    private final List<X509Certificate> added;
    private @Nullable CompletableFuture<SslContext> context;

    /** Trusts what Java trusts, and {@code added} as well. */
    OriginTls(List<X509Certificate> added) {
        this.added = List.copyOf(added);
    }

    /** Hands over the context; Java's list of authorities is read from disk once, on another thread. */
    void whenReady(Executor loop, BiConsumer<? super @Nullable SslContext, ? super @Nullable Throwable> whenDone) {
        CompletableFuture<SslContext> ready;
        synchronized (this) {
            if (context == null) {
                context = CompletableFuture.supplyAsync(this::load, LOADERS);
            }
            ready = context;
        }
        ready.whenCompleteAsync(whenDone, loop);
    }

    private SslContext load() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(trust())
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the authorities that origins need cannot be loaded: " + e.getMessage(), e);
        }
    }

    private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        TrustManagerFactory java = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        java.init((KeyStore) null);
        if (added.isEmpty()) {
            return java;
        }
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        List<X509Certificate> certificates = new ArrayList<>(added);
        for (TrustManager manager : java.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                certificates.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        for (int i = 0; i < certificates.size(); i++) {
            all.setCertificateEntry("authority-" + i, certificates.get(i));
        }
        TrustManagerFactory both = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        both.init(all);
        return both;
    }

    /** The handler that speaks TLS with that origin on a channel. */
    static SslHandler handler(SslContext context, Channel channel, OriginTarget target) {
        SslHandler handler = context.newHandler(channel.alloc(), target.host(), target.port());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(offered(target.sslProtocols()));
        SNIHostName name = serverName(target.host());
        if (name != null) {
            parameters.setServerNames(List.of(name));
        }
        handler.engine().setSSLParameters(parameters);
        // The connection attempt's own timeout rules.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** CloudFront's word TLSv1.2 stands for 1.2 and everything newer; it is also what no words at all stand for. */
    static String[] offered(List<String> sslProtocols) {
        List<String> offered = new ArrayList<>(sslProtocols.isEmpty() ? List.of("TLSv1.2") : sslProtocols);
        if (offered.contains("TLSv1.2")) {
            offered.add("TLSv1.3");
        }
        return offered.toArray(String[]::new);
    }

    /** The name to ask for; addresses are none (RFC 6066 §3). */
    private static @Nullable SNIHostName serverName(String host) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return null;
        }
        try {
            return new SNIHostName(host);
        } catch (IllegalArgumentException _) {
            // A name that DNS may know and certificates cannot hold, for example with an underscore.
            return null;
        }
    }

    /** Whether the connection was lost during the handshake, which another attempt may mend. */
    static boolean isLost(Throwable cause) {
        return cause instanceof ClosedChannelException
                || (cause instanceof IOException && !(cause instanceof SSLException));
    }

    /** What a failed handshake says of the origin. */
    static Failure failure(OriginTarget target, Throwable failed) {
        Throwable cause = failed instanceof DecoderException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof NotSslRecordException) {
            return new Failure("origin-tls-failed", "does not speak TLS on that port");
        }
        if (isLost(cause)) {
            return new Failure("origin-tls-failed", "closed the connection during the TLS handshake");
        }
        Failure certificate = ofCertificate(target, cause);
        if (certificate != null) {
            return certificate;
        }
        String message = String.valueOf(cause.getMessage());
        boolean versions = message.contains("protocol_version")
                || message.contains("No appropriate protocol")
                || message.contains("is not enabled or supported");
        return versions
                ? new Failure(
                        "origin-tls-protocol",
                        "agrees on none of the TLS versions " + String.join(", ", offered(target.sslProtocols())))
                : new Failure("origin-tls-failed", "failed in the TLS handshake: " + message);
    }

    private static @Nullable Failure ofCertificate(OriginTarget target, Throwable failed) {
        boolean ofCertificate = false;
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return new Failure("origin-tls-expired", "shows a certificate that has expired");
            }
            if (cause instanceof CertificateNotYetValidException) {
                return new Failure("origin-tls-expired", "shows a certificate that is not valid yet");
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
                return new Failure("origin-tls-expired", "shows a certificate that has expired");
            }
            if (cause instanceof CertPathBuilderException) {
                return new Failure(
                        "origin-tls-untrusted",
                        "shows a certificate of an issuer that is not trusted here; --origin-ca FILE adds one");
            }
            if (cause.getClass() == CertificateException.class) {
                return new Failure(
                        "origin-tls-name", "shows a certificate that is not for the name '" + target.host() + "'");
            }
            ofCertificate = ofCertificate
                    || cause instanceof CertificateException
                    || cause instanceof CertPathValidatorException;
        }
        return ofCertificate
                ? new Failure(
                        "origin-tls-untrusted", "shows a certificate that cannot be trusted: " + failed.getMessage())
                : null;
    }
}
