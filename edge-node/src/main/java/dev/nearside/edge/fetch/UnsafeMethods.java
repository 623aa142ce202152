package dev.nearside.edge.fetch;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which stored responses a request may have made untrue (RFC 9111 §4.4); pure. */
final class UnsafeMethods {

    /** RFC 9110 §9.2.1, and what is registered as safe beyond it. Every other method is unsafe, known or not. */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH");

    private static final List<String> NAME_WHAT_CHANGED = List.of("location", "content-location");

    private UnsafeMethods() {}

    /**
     * GET requests whose stored responses are untrue now: for the target, and for what Location and Content-Location
     * name at the same host. Empty unless the method is unsafe and the response says that it has succeeded.
     */
    static List<RequestHead> changed(RequestHead request, ResponseHead response) {
        boolean succeeded = response.status() >= 200 && response.status() < 400;
        if (SAFE.contains(request.method()) || !succeeded) {
            return List.of();
        }
        List<RequestHead> changed = new ArrayList<>();
        changed.add(get(request, request.uri(), request.querystring()));
        for (String field : NAME_WHAT_CHANGED) {
            RequestHead named = named(request, response.headers().first(field));
            if (named != null) {
                changed.add(named);
            }
        }
        return changed;
    }

    private static @Nullable RequestHead named(RequestHead request, @Nullable String reference) {
        if (reference == null) {
            return null;
        }
        try {
            String host = host(request.headers());
            // What has only a query means the same path (RFC 3986 §5.2.2), which URI.resolve does not know.
            String meant = reference.startsWith("?") ? request.uri() + reference : reference;
            URI target = new URI("http://" + host + request.target()).resolve(new URI(meant));
            boolean sameHost = host.equals(
                    target.getRawAuthority() == null
                            ? ""
                            : target.getRawAuthority().toLowerCase(Locale.ROOT));
            String path = target.getRawPath();
            String query = target.getRawQuery();
            return sameHost
                    ? get(request, path == null || path.isEmpty() ? "/" : path, query == null ? "" : query)
                    : null;
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }

    private static String host(Fields headers) {
        String host = headers.first("host");
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }

    private static RequestHead get(RequestHead request, String uri, String querystring) {
        return new RequestHead("GET", uri, querystring, request.headers());
    }
}
