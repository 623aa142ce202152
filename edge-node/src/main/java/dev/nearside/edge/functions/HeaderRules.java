package dev.nearside.edge.functions;

import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EventType;
import dev.nearside.kit.http.HeaderNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which headers functions may not see, add or touch, by event type (Lambda@Edge restrictions on headers). */
final class HeaderRules {

    /** An authority without user information (RFC 3986 §3.2.2). */
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=%-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]*)?");

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
        return HeaderNames.HIDDEN_FROM_FUNCTIONS.include(name);
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
                throw new InvalidResultException(
                        ResultRule.HEADER_DISALLOWED,
                        "the function's result contains the disallowed header " + Shown.text(name)
                                + ", expected none of those that CloudFront keeps to itself");
            }
        }
        for (String name : new TreeSet<>(readOnly(eventType))) {
            // A response made by a function may say how long it is: the node counts for itself.
            boolean harmless = before == null && (name.equals("content-length") || name.equals("content-encoding"));
            if (!harmless) {
                checkUntouched(eventType, name, before == null ? List.of() : values(before, name), values(after, name));
            }
        }
        if (eventType == EventType.ORIGIN_REQUEST && before != null) {
            checkHost(values(before, "host"), values(after, "host"));
        }
    }

    private static void checkUntouched(EventType eventType, String name, List<String> was, List<String> is)
            throws InvalidResultException {
        if (was.equals(is)) {
            return;
        }
        String did = was.isEmpty() ? "adds" : is.isEmpty() ? "deletes" : "changes";
        String value = is.isEmpty() ? "" : " with the value " + Shown.header(name, String.join(", ", is));
        throw new InvalidResultException(
                ResultRule.HEADER_READ_ONLY,
                "the function's result " + did + " the header " + Shown.text(name) + value
                        + ", which is read-only in " + eventType.wireName() + " events, expected "
                        + (was.isEmpty() ? "none" : Shown.header(name, String.join(", ", was))));
    }

    /** Origins need to know whom they are taken for, once (RFC 9112 §3.2); without any the node names the origin. */
    private static void checkHost(List<String> was, List<String> hosts) throws InvalidResultException {
        if (was.equals(hosts)) {
            return;
        }
        if (hosts.size() > 1
                || (hosts.size() == 1 && !HOST.matcher(hosts.getFirst()).matches())) {
            throw new InvalidResultException(
                    ResultRule.HEADER_HOST,
                    "the function's result has the header 'host' with the value " + Shown.text(String.join(", ", hosts))
                            + ", expected one name, with or without a port");
        }
    }

    private static List<String> values(EdgeHeaders headers, String name) {
        return headers.fields().getOrDefault(name, List.of()).stream()
                .map(EdgeHeaders.Field::value)
                .toList();
    }
}
