package dev.nearside.edge.exchange;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.signing.SignedAccess;
import dev.nearside.edge.signing.SigningFault;
import dev.nearside.edge.viewer.CloudFrontFields;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Distribution.GeoRestriction;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Whether a behavior takes a request at all; pure. Where the viewer is comes first, then what the behavior allows, then
 * who signed the request, all on the request as the viewer sent it and before any function. AWS does not say in which
 * order CloudFront checks, nor whether before viewer-request functions; this class is the one place to change it.
 */
final class Admission {

    private Admission() {}

    /**
     * Why the request is refused; null if it is not.
     *
     * @param place where the viewer is; null if that is not known
     * @param epochMillis now
     */
    static @Nullable EdgeError refusal(
            Route route, Viewer viewer, RequestHead request, @Nullable Place place, long epochMillis) {
        if (!isAllowedFrom(place, route.distribution().geoRestriction())) {
            return EdgeError.of(
                    403,
                    "geo-restricted",
                    "The Amazon CloudFront distribution is configured to block access from your country.");
        }
        EdgeError refusal = refusal(route, viewer, request);
        if (refusal != null || redirectsToHttps(route, viewer)) {
            return refusal;
        }
        SigningFault fault = SignedAccess.fault(route.signingKeys(), viewer, request, epochMillis);
        return fault == null ? null : EdgeError.of(fault);
    }

    /** Where the viewer is, if the distribution or the behavior's policies want to know; else null. */
    static @Nullable Place place(Route route, Viewer viewer, ViewerPlaces places) {
        boolean wanted = !route.cloudFrontHeaders().isEmpty()
                || route.distribution().geoRestriction().type() != GeoRestriction.Type.NONE;
        return wanted ? places.find(viewer.clientIp()) : null;
    }

    /** The request that goes on: without what signed it, and without fields that only CloudFront may make up. */
    static RequestHead admitted(Route route, RequestHead request) {
        return CloudFrontFields.withoutForged(SignedAccess.withoutCredentials(route.signingKeys(), request));
    }

    /** CloudFront lets viewers in whose country it does not know. */
    private static boolean isAllowedFrom(@Nullable Place place, GeoRestriction restriction) {
        return place == null
                || switch (restriction.type()) {
                    case NONE -> true;
                    case WHITELIST -> restriction.countries().contains(place.country());
                    case BLACKLIST -> !restriction.countries().contains(place.country());
                };
    }

    private static @Nullable EdgeError refusal(Route route, Viewer viewer, RequestHead request) {
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
