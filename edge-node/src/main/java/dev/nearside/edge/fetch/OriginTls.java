package dev.nearside.edge.fetch;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS with origins: which versions are offered, what a certificate must show, and what it means when it fails. Pure but
 * for the handler.
 *
 * <p>An origin must show a certificate for its configured domain name, wherever a host map leads the connection, from
 * an authority of {@link OriginTrust}. CloudFront offers TLS 1.3 to origins that allow TLSv1.2, and so does
 * this. SSLv3, TLSv1 and TLSv1.1 are offered where they are configured, but Java itself refuses to agree on them
 * unless its security property {@code jdk.tls.disabledAlgorithms} has been changed.
 */
final class OriginTls {

    /** What a failed handshake is called, and the sentence's part after the origin's name. */
    record Failure(String kind, String what) {}

    private OriginTls() {}

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
