package dev.nearside.edge.fetch;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.routing.Route;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;

/**
 * The Vary field of an origin's response as CloudFront passes it on: without the names of request fields that the origin
 * did not get, because it cannot have chosen by them. Accept-Encoding and Cookie stay, and {@code *}.
 */
final class ForwardedVary {

    private ForwardedVary() {}

    /** The fields with what is left of Vary; with RFC 9111's rules the very same. */
    static Fields of(Fields headers, Route route) {
        String vary = headers.combined("vary");
        if (vary == null || route.cachePolicy().ttlRules() == TtlRules.RFC9111) {
            return headers;
        }
        StringBuilder kept = new StringBuilder(vary.length());
        for (String member : vary.split(",", -1)) {
            String name = member.strip();
            if (!name.isEmpty() && stays(name, route)) {
                kept.append(kept.isEmpty() ? "" : ", ").append(name);
            }
        }
        if (kept.toString().equals(vary)) {
            return headers;
        }
        Fields without = headers.without("vary");
        return kept.isEmpty() ? without : without.plus("Vary", kept.toString());
    }

    private static boolean stays(String name, Route route) {
        return name.equals("*")
                || name.equalsIgnoreCase("accept-encoding")
                || name.equalsIgnoreCase("cookie")
                || OriginRequests.selectsHeader(route, name);
    }
}
