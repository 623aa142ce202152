package dev.nearside.edge.exchange;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import org.jspecify.annotations.Nullable;

/**
 * What a response headers policy makes of a response's fields; pure. It works on what leaves the cache and before the
 * viewer-response function, which therefore sees its work; what is stored stays as the origin sent it. CloudFront
 * documents it for responses from the cache and from the origin, errors among them, not for pages of its own.
 */
final class ResponseHeaderRules {

    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final String MULTIPART = "multipart/byteranges";
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
            ResponseHead response,
            @Nullable String serverTiming,
            boolean isHit) {
        Fields changed = withoutRemoved(policy, response);
        Cors cors = policy.cors();
        if (cors != null) {
            changed = withCors(cors, request, changed);
        }
        for (ResponseHeadersPolicy.Header header : policy.headers()) {
            if (!isKept(header.name(), response) && (header.override() || !changed.has(header.name()))) {
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

    private static Fields withoutRemoved(ResponseHeadersPolicy policy, ResponseHead response) {
        Fields changed = response.headers();
        for (String removed : policy.removedHeaders()) {
            if (!isKept(removed, response) && changed.has(removed)) {
                changed = changed.without(removed);
            }
        }
        return changed;
    }

    private static boolean isKept(String name, ResponseHead response) {
        return HeaderNames.NOT_FOR_RESPONSE_POLICIES.include(name) || tellsWhichPart(name, response);
    }

    /** Without these nobody can tell what of the whole the bytes of a 206 are (RFC 9110 §14.4, §14.6, §15.5.17). */
    private static boolean tellsWhichPart(String name, ResponseHead response) {
        if (name.equalsIgnoreCase("content-range")) {
            return response.status() == PARTIAL_CONTENT || response.status() == RANGE_NOT_SATISFIABLE;
        }
        if (response.status() != PARTIAL_CONTENT || !name.equalsIgnoreCase("content-type")) {
            return false;
        }
        String type = response.headers().first("content-type");
        return type != null && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
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
