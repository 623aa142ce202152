package dev.nearside.function;

import java.util.List;

/** The origin a request is about to go to; an origin-request function may replace it, also by one of the other kind. */
public sealed interface EdgeOrigin {

    String domainName();

    /** A path put before the request's URI: empty, or starting with a slash and not ending in one. */
    String path();

    EdgeHeaders customHeaders();

    /**
     * Any HTTP server.
     *
     * @param port 80, 443 or 1024 to 65535
     * @param protocol {@code http} or {@code https}
     * @param readTimeoutSeconds 1 to 120
     * @param keepaliveTimeoutSeconds 1 to 120
     * @param sslProtocols of TLSv1.2, TLSv1.1, TLSv1, SSLv3
     */
    record Custom(
            String domainName,
            String path,
            EdgeHeaders customHeaders,
            int port,
            String protocol,
            int readTimeoutSeconds,
            int keepaliveTimeoutSeconds,
            List<String> sslProtocols)
            implements EdgeOrigin {
        public Custom {
            sslProtocols = List.copyOf(sslProtocols);
        }
    }

    /**
     * An S3 bucket.
     *
     * @param authMethod {@code origin-access-identity} or {@code none}
     * @param region must be there if authMethod is {@code origin-access-identity}; else it may be empty
     * @param readTimeoutSeconds 1 to 120
     */
    record S3(
            String domainName,
            String path,
            EdgeHeaders customHeaders,
            String authMethod,
            String region,
            int readTimeoutSeconds)
            implements EdgeOrigin {}
}
