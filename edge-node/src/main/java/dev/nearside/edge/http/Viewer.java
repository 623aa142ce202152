package dev.nearside.edge.http;

/**
 * Who asks, and how.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the authority the viewer named, as sent
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2.0}
 * @param clientPort the viewer's TCP port; 0 if it is not known
 * @param tls protocol, cipher suite and kind of handshake with colons between, for example
 *     {@code TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake}; empty without TLS
 */
public record Viewer(String clientIp, String scheme, String host, String httpVersion, int clientPort, String tls) {

    /** A viewer without TLS, of whose connection nothing else is known. */
    public Viewer(String clientIp, String scheme, String host, String httpVersion) {
        this(clientIp, scheme, host, httpVersion, 0, "");
    }

    public Viewer withClientPort(int port) {
        return new Viewer(clientIp, scheme, host, httpVersion, port, tls);
    }
}
