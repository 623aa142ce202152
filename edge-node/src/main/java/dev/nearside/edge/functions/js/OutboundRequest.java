package dev.nearside.edge.functions.js;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request of a handler.
 *
 * @param path with the query
 * @param body nothing if it is empty
 */
record OutboundRequest(Target target, String method, String path, HttpHeaders headers, byte[] body) {

    /**
     * Where it goes.
     *
     * @param host as in the URL, IPv6 without brackets
     * @param timeoutMillis until the whole response must be there
     */
    record Target(boolean secure, String host, int port, long timeoutMillis) {

        /** The host and port. */
        String authority() {
            return host + ':' + port;
        }
    }
}
