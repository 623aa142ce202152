package dev.nearside.control.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path with members in braces, for example {@code /2020-05-31/distribution/{Id}/config}; each is one segment. */
final class UriTemplate {

    private final List<String> segments;

    UriTemplate(String template) {
        this.segments = segments(template);
    }

    /** The decoded members, if the path fits. */
    Optional<Map<String, String>> match(String path) {
        List<String> actual = segments(path);
        if (actual.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> members = new LinkedHashMap<>();
        for (int i = 0; i < actual.size(); i++) {
            String expected = segments.get(i);
            String segment = actual.get(i);
            if (expected.startsWith("{") && !segment.isEmpty()) {
                // A plus sign stands for itself in a path, unlike in a query.
                members.put(
                        expected.substring(1, expected.length() - 1), WireRequest.decode(segment.replace("+", "%2B")));
            } else if (!expected.equals(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(members);
    }

    /** A trailing slash makes no difference: botocore sends {@code /functions/}. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
        if (segments.size() > 1 && segments.getLast().isEmpty()) {
            segments.removeLast();
        }
        return List.copyOf(segments);
    }
}
