package dev.nearside.edge.exchange;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a response headers policy makes of a response's fields; pure. It works on what leaves the cache and before the
 * viewer-response function, which therefore sees its work; what is stored stays as the origin sent it. CloudFront
 * documents it for responses from the cache and from the origin, errors among them, not for pages of its own.
 */
final class ResponseHeaderRules {

    /** CloudFront refuses policies that remove these; some say where the message ends. */
    private static final Set<String> KEPT = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "warning",
            "x-accel-buffering",
            "x-accel-charset",
            "x-accel-limit-rate",
            "x-accel-redirect",
            "x-amzn-auth",
            "x-amzn-cf-billing",
            "x-amzn-cf-id",
            "x-amzn-cf-xff",
            "x-amzn-errortype",
            "x-amzn-fle-profile",
            "x-amzn-header-count",
            "x-amzn-header-order",
            "x-amzn-lambda-integration-tag",
            "x-amzn-requestid",
            "x-cache",
            "x-forwarded-proto",
            "x-real-ip");

    private static final String CORS_PREFIX = "access-control-";

    private ResponseHeaderRules() {}

    /**
     * The fields for the viewer.
     *
     * @param serverTiming this node's metrics; null if the response is not in the sample
     * @param isHit whether the response was in the cache: then the origin's own Server-Timing is of another request
     */
    static Fields apply(
            ResponseHeadersPolicy policy,
            RequestHead request,
            Fields headers,
            @Nullable String serverTiming,
            boolean isHit) {
        Fields changed = withoutRemoved(policy, headers);
        Cors cors = policy.cors();
        if (cors != null) {
            changed = withCors(cors, request, changed);
        }
        for (ResponseHeadersPolicy.Header header : policy.headers()) {
            if (!isKept(header.name()) && (header.override() || !changed.has(header.name()))) {
                changed = changed.with(header.name(), header.value());
            }
        }
        return serverTiming == null ? changed : withServerTiming(serverTiming, changed, isHit);
    }

    /** A Date and a Server there must be; those of the origin may give way to the node's. */
    static Fields completed(ResponseHeadersPolicy policy, Fields headers, long epochMillis) {
        Fields completed = headers;
        for (String removed : policy.removedHeaders()) {
            if (removed.equalsIgnoreCase("date") && !completed.has("date")) {
                completed = completed.plus("Date", HttpDates.format(epochMillis));
            } else if (removed.equalsIgnoreCase("server") && !completed.has("server")) {
                completed = completed.plus("Server", "CloudFront");
            }
        }
        return completed;
    }

    private static Fields withoutRemoved(ResponseHeadersPolicy policy, Fields headers) {
        Fields changed = headers;
        for (String removed : policy.removedHeaders()) {
            if (!isKept(removed) && changed.has(removed)) {
                changed = changed.without(removed);
            }
        }
        return changed;
    }

    private static boolean isKept(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return KEPT.contains(lower) || lower.startsWith("x-amz-cf-") || lower.startsWith("x-edge-");
    }

    /** Field by field the policy's, or the origin's where there is one and the policy does not override. */
    private static Fields withCors(Cors cors, RequestHead request, Fields headers) {
        String origin = request.headers().first("origin");
        Fields changed = headers;
        if (origin != null) {
            Fields ours = CorsFields.of(cors, request, origin);
            if (cors.override()) {
                changed = changed.without(name -> name.regionMatches(true, 0, CORS_PREFIX, 0, CORS_PREFIX.length()));
            }
            for (int i = 0; i < ours.size(); i++) {
                if (!changed.has(ours.name(i))) {
                    changed = changed.plus(ours.name(i), ours.value(i));
                }
            }
        }
        return CorsFields.dependsOnOrigin(cors, origin) ? withVaryOnOrigin(changed) : changed;
    }

    private static Fields withVaryOnOrigin(Fields headers) {
        String vary = headers.combined("vary");
        if (vary == null) {
            return headers.plus("Vary", "Origin");
        }
        for (String name : vary.split(",", -1)) {
            if (name.strip().equalsIgnoreCase("origin") || name.strip().equals("*")) {
                return headers;
            }
        }
        return headers.with("Vary", vary + ", Origin");
    }

    private static Fields withServerTiming(String ours, Fields headers, boolean isHit) {
        String origins = isHit ? null : headers.combined("server-timing");
        return headers.with("Server-Timing", origins == null ? ours : ours + "," + origins);
    }
}
