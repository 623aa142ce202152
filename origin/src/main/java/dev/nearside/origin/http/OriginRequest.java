package dev.nearside.origin.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;

/**
 * A request's head.
 *
 * @param path the path as it was sent, still percent-encoded
 * @param query what follows the question mark, still percent-encoded; empty if there is none
 * @param variables what the route's {@code {names}} matched
 */
public record OriginRequest(
        HttpMethod method,
        String path,
        String query,
        HttpVersion version,
        HttpHeaders headers,
        Map<String, String> variables) {

    /** Takes the request target apart; an absolute target loses its scheme and authority (RFC 9112, 3.2.2). */
    static OriginRequest of(HttpRequest request) {
        String target = request.uri();
        int scheme = target.indexOf("://");
        if (scheme > 0 && !target.startsWith("/")) {
            int slash = indexOfPathOrQuery(target, scheme + 3);
            target = slash < 0 ? "/" : target.substring(slash);
            if (target.startsWith("?")) {
                target = "/" + target;
            }
        }
        int fragment = target.indexOf('#');
        if (fragment >= 0) {
            target = target.substring(0, fragment);
        }
        int question = target.indexOf('?');
        return new OriginRequest(
                request.method(),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                request.protocolVersion(),
                request.headers(),
                Map.of());
    }

    /** Whether it asks for a representation, with or without its body. */
    public boolean isGetOrHead() {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    /**
     * What the route's {@code {name}} matched.
     *
     * @throws IllegalStateException if the route has no such name
     */
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalStateException("the route of " + path + " has no {" + name + "}, only " + variables);
        }
        return value;
    }

    OriginRequest withVariables(Map<String, String> matched) {
        return new OriginRequest(method, path, query, version, headers, matched);
    }

    private static int indexOfPathOrQuery(String target, int from) {
        for (int i = from; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                return i;
            }
        }
        return -1;
    }
}
