package dev.nearside.edge.functions;

import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EventType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which headers functions may not see, add or touch, by event type (Lambda@Edge restrictions on headers). */
final class HeaderRules {

    private static final Set<String> DISALLOWED = Set.of(
            "connection",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "trailer",
            "upgrade",
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

    private static final Set<String> FRAMING_AND_ROUTING =
            Set.of("content-length", "host", "te", "transfer-encoding", "via");

    /** The last are what nodes say to each other: a function at a shield must not be able to speak for the shield. */
    private static final List<String> DISALLOWED_PREFIXES = List.of("x-amz-cf-", "x-edge-", "nearside-");

    private static final Map<EventType, Set<String>> READ_ONLY = Map.of(
            EventType.VIEWER_REQUEST,
            // CloudFront adds the viewer's country after this event, so that a function that adds it is refused.
            Set.of("cdn-loop", "cloudfront-viewer-country", "content-length", "host", "transfer-encoding", "via"),
            EventType.ORIGIN_REQUEST,
            Set.of(
                    "accept-encoding",
                    "cdn-loop",
                    "content-length",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "transfer-encoding",
                    "via"),
            EventType.ORIGIN_RESPONSE,
            Set.of("transfer-encoding", "via"),
            EventType.VIEWER_RESPONSE,
            Set.of("warning", "via", "content-encoding", "content-length", "transfer-encoding"));

    private HeaderRules() {}

    /** Whether functions never see that header and may not add it. */
    static boolean isDisallowed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return DISALLOWED.contains(lower) || DISALLOWED_PREFIXES.stream().anyMatch(lower::startsWith);
    }

    /** Whether an origin's custom headers may not have that name: disallowed, or they would frame or route the request. */
    static boolean isForbiddenForOrigins(String name) {
        return isDisallowed(name) || FRAMING_AND_ROUTING.contains(name.toLowerCase(Locale.ROOT));
    }

    static Set<String> readOnly(EventType eventType) {
        return READ_ONLY.getOrDefault(eventType, Set.of());
    }

    /**
     * Checks the headers of a returned request or response against those the function was given.
     *
     * @param before null for a generated response, where there is nothing to compare with
     */
    static void check(EventType eventType, @Nullable EdgeHeaders before, EdgeHeaders after)
            throws InvalidResultException {
        for (String name : after.fields().keySet()) {
            if (isDisallowed(name)) {
                throw new InvalidResultException("the function's result contains the disallowed header '" + name + "'");
            }
        }
        for (String name : new TreeSet<>(readOnly(eventType))) {
            String was = before == null ? null : joined(before, name);
            String is = joined(after, name);
            // A response made by a function may say how long it is: the node counts for itself.
            boolean harmless = before == null && (name.equals("content-length") || name.equals("content-encoding"));
            if (!harmless && !java.util.Objects.equals(was, is)) {
                throw new InvalidResultException("the function's result "
                        + (was == null ? "adds" : is == null ? "deletes" : "changes") + " the header '" + name
                        + "', which is read-only in " + eventType.wireName() + " events"
                        + (is == null ? "" : ", value '" + is + "'"));
            }
        }
    }

    private static @Nullable String joined(EdgeHeaders headers, String name) {
        List<EdgeHeaders.Field> fields = headers.fields().get(name);
        if (fields == null || fields.isEmpty()) {
            return null;
        }
        StringBuilder joined = new StringBuilder();
        fields.forEach(field -> joined.append(joined.isEmpty() ? "" : ", ").append(field.value()));
        return joined.toString();
    }
}
