package dev.nearside.edge.fetch;

import java.util.List;

/**
 * An origin as requests name it: what connections are pooled by.
 *
 * @param sslProtocols the versions that may be agreed on, in CloudFront's words; empty without TLS
 */
public record OriginTarget(boolean tls, String host, int port, List<String> sslProtocols) {

    /** What CloudFront agrees on with an S3 bucket, and with a custom origin that does not say. */
    private static final List<String> DEFAULT_PROTOCOLS = List.of("TLSv1.2");

    public OriginTarget {
        sslProtocols = !tls
                ? List.of()
                : sslProtocols.isEmpty()
                        ? DEFAULT_PROTOCOLS
                        : sslProtocols.stream().distinct().sorted().toList();
    }

    /** An origin with the default TLS versions. */
    public OriginTarget(boolean tls, String host, int port) {
        this(tls, host, port, List.of());
    }

    /** The Host field's value: the port only where it is not the scheme's own (RFC 9110 §7.2). */
    public String authority() {
        return port == (tls ? 443 : 80) ? host : host + ':' + port;
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ':' + port;
    }
}
