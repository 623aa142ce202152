package dev.nearside.edge.http;

/**
 * A request without its body.
 *
 * @param method as sent; methods are case-sensitive
 * @param uri the path, as sent, starting with a slash
 * @param querystring without the question mark; empty if there is none
 */
public record RequestHead(String method, String uri, String querystring, Fields headers) {

    /** The request target in origin form (RFC 9112 §3.2.1). */
    public String target() {
        return querystring.isEmpty() ? uri : uri + '?' + querystring;
    }

    public RequestHead withHeaders(Fields newHeaders) {
        return new RequestHead(method, uri, querystring, newHeaders);
    }

    /** Whether it has a body by its framing (RFC 9112 §6.3). */
    public boolean announcesBody() {
        String length = headers.first("content-length");
        return headers.has("transfer-encoding") || (length != null && !length.equals("0"));
    }
}
