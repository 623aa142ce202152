package dev.nearside.edge.exchange;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import org.jspecify.annotations.Nullable;

/** Whether a behavior takes a request at all; pure. */
final class Admission {

    private Admission() {}

    /** Why the request is refused; null if it is not. */
    static @Nullable EdgeError refusal(Route route, Viewer viewer, RequestHead request) {
        if (!route.allows(request.method())) {
            return EdgeError.of(
                    403,
                    "method-not-allowed",
                    "The behavior '" + route.behavior().pathPattern() + "' allows "
                            + String.join(", ", route.behavior().allowedMethods()) + ", not " + request.method() + ".");
        }
        boolean bodyOnGet = request.method().equals("GET") && request.announcesBody();
        if (bodyOnGet && route.cachePolicy().ttlRules() == TtlRules.CLOUDFRONT) {
            return EdgeError.of(403, "get-with-body", "A GET request must not have a body.");
        }
        boolean plain = !viewer.scheme().equals("https");
        if (plain && route.behavior().viewerProtocolPolicy() == ViewerProtocolPolicy.HTTPS_ONLY) {
            return EdgeError.of(403, "https-only", "This behavior answers HTTPS requests only.");
        }
        if (redirectsToHttps(route, viewer) && viewer.httpVersion().equals("1.0")) {
            return EdgeError.of(
                    403,
                    "https-only",
                    "This behavior sends viewers to HTTPS, which it does for HTTP/1.1 and later only.");
        }
        return null;
    }

    /** Whether the viewer must come again with TLS. */
    static boolean redirectsToHttps(Route route, Viewer viewer) {
        return !viewer.scheme().equals("https")
                && route.behavior().viewerProtocolPolicy() == ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
    }
}
