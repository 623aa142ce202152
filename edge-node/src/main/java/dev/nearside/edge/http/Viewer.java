package dev.nearside.edge.http;

import org.jspecify.annotations.Nullable;

/**
 * Who asks, and how.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the authority the viewer named, as sent
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2.0}
 * @param clientPort the viewer's TCP port; 0 if it is not known
 * @param tls what was agreed on a TLS connection; null without TLS
 */
public record Viewer(
        String clientIp,
        String scheme,
        String host,
        String httpVersion,
        int clientPort,
        @Nullable Tls tls) {

    /** A viewer of whom nothing but the scheme is known about the connection. */
    public Viewer(String clientIp, String scheme, String host, String httpVersion) {
        this(clientIp, scheme, host, httpVersion, 0, null);
    }

    public Viewer withClientPort(int port) {
        return new Viewer(clientIp, scheme, host, httpVersion, port, tls);
    }

    /**
     * What the handshake agreed on.
     *
     * @param protocol in the form {@code TLSv1.3}
     * @param cipherSuite its name as the IANA registry has it
     * @param ja3 fingerprint of the viewer's software; empty if it is not known
     * @param ja4 the same after a later recipe; empty if it is not known
     */
    public record Tls(String protocol, String cipherSuite, String ja3, String ja4) {

        /** What was agreed with a viewer whose first message is not known. */
        public Tls(String protocol, String cipherSuite) {
            this(protocol, cipherSuite, "", "");
        }
    }
}
