package dev.nearside.edge.signing;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.kit.http.Wildcards;
import java.util.List;

/**
 * The URL that a request's signature is about: scheme, host, path and the viewer's own parameters.
 *
 * @param authority the host as the viewer named it
 * @param pathAndQuery starts with a slash
 */
record SignedUrl(String scheme, String authority, String pathAndQuery) {

    static SignedUrl of(Viewer viewer, RequestHead request) {
        String query = Credentials.strippedQuery(request.querystring());
        return new SignedUrl(
                viewer.scheme(), viewer.host(), query.isEmpty() ? request.uri() : request.uri() + '?' + query);
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + pathAndQuery;
    }

    /**
     * The URL as sent and the same without a port, because a URL that was signed for port 80 or 443 reaches this node
     * on another one.
     */
    List<SignedUrl> readings() {
        int colon = authority.lastIndexOf(':');
        boolean port = colon > 0 && authority.indexOf(']', colon) < 0;
        return port ? List.of(this, new SignedUrl(scheme, authority.substring(0, colon), pathAndQuery)) : List.of(this);
    }

    /**
     * Whether a policy's Resource covers it. Wildcards stay within their section: scheme, host, or path with query. A
     * pattern without {@code ://} is held against the whole.
     */
    boolean isCoveredBy(String resource) {
        int schemeEnd = resource.indexOf("://");
        if (schemeEnd < 0) {
            return Wildcards.matches(resource, toString());
        }
        int hostStart = schemeEnd + "://".length();
        int slash = resource.indexOf('/', hostStart);
        String host = slash < 0 ? resource.substring(hostStart) : resource.substring(hostStart, slash);
        String rest = slash < 0 ? (host.endsWith("*") ? "*" : "/") : resource.substring(slash);
        return Wildcards.matches(resource.substring(0, schemeEnd), scheme)
                && Wildcards.matches(host, authority)
                && Wildcards.matches(rest, pathAndQuery);
    }
}
