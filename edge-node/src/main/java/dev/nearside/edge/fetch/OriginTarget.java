package dev.nearside.edge.fetch;

/** An origin as requests name it: what connections are pooled by. */
public record OriginTarget(boolean tls, String host, int port) {

    /** The Host field's value: the port only where it is not the scheme's own (RFC 9110 §7.2). */
    public String authority() {
        return port == (tls ? 443 : 80) ? host : host + ':' + port;
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ':' + port;
    }
}
