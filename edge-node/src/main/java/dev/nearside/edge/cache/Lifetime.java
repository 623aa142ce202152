package dev.nearside.edge.cache;

import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.ResponseHead;
import java.util.OptionalLong;

/** The freshness lifetime of a response in seconds (RFC 9111 §4.2); pure. */
final class Lifetime {

    private Lifetime() {}

    /** RFC 9111 §4.2.1 for a shared cache: s-maxage, else max-age, else Expires less Date; empty if there is none. */
    static OptionalLong explicit(ResponseHead response, CacheControl control, long epochMillis) {
        OptionalLong seconds = control.seconds("s-maxage");
        if (seconds.isEmpty()) {
            seconds = control.seconds("max-age");
        }
        if (seconds.isPresent() || control.replacesExpires()) {
            return seconds;
        }
        String expires = response.headers().first("expires");
        if (expires == null) {
            return OptionalLong.empty();
        }
        // An Expires that is no date means "already expired" (RFC 9111 §5.3).
        long date = dateMillis(response, epochMillis);
        return OptionalLong.of(HttpDates.parse(expires, epochMillis).stream()
                .map(until -> Math.max(0, (until - date) / 1000))
                .findFirst()
                .orElse(0));
    }

    /** RFC 9111 §4.2.2: a share of the time since the last change. */
    static long heuristic(ResponseHead response, long epochMillis, long divisor) {
        long date = dateMillis(response, epochMillis);
        OptionalLong modified = HttpDates.parse(response.headers().first("last-modified"), epochMillis);
        return modified.isPresent() && modified.getAsLong() < date ? (date - modified.getAsLong()) / 1000 / divisor : 0;
    }

    private static long dateMillis(ResponseHead response, long epochMillis) {
        return HttpDates.parse(response.headers().first("date"), epochMillis).orElse(epochMillis);
    }
}
