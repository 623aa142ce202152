package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Preconditions;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The preconditions and ranges of requests to origins: the cache's own or the viewer's, never both; pure. */
final class OriginConditions {

    /** A fetch that may be shared must not carry what makes the answer fit one viewer only. */
    private static final Set<String> NAMES =
            Set.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range");

    private static final List<String> OF_RANGES = List.of("range", "if-range");

    private OriginConditions() {}

    static boolean isOne(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether a request may be answered with 304 (RFC 9110 §13.1.2, §13.1.3). */
    static boolean allowNotModified(RequestHead sent) {
        return sent.headers().has("if-none-match") || sent.headers().has("if-modified-since");
    }

    /** What a request with that plan carries, given what the viewer sent. */
    static Fields of(RequestHead request, FetchPlan plan) {
        Fields viewers = request.headers();
        if (plan.unshared() != null || !request.method().equals("GET")) {
            return viewers.without(name -> !isOne(name));
        }
        if (plan.forwardsRange()) {
            return viewers.without(name -> !OF_RANGES.contains(name.toLowerCase(Locale.ROOT)));
        }
        CachedResponse begun = plan.begun();
        if (begun != null) {
            return completion(begun);
        }
        CachedResponse stale = plan.stale();
        return stale == null ? Fields.EMPTY : validators(stale.head().headers());
    }

    /** RFC 9111 §4.3.1: the tag if there is one, and the date. */
    private static Fields validators(Fields stored) {
        Fields.Builder fields = Fields.builder();
        addIfThere(fields, "If-None-Match", stored.first("etag"));
        addIfThere(fields, "If-Modified-Since", stored.first("last-modified"));
        return fields.build();
    }

    /** The rest of what is stored, or the whole if it has changed since (RFC 9110 §13.1.5). */
    private static Fields completion(CachedResponse begun) {
        Fields.Builder fields =
                Fields.builder().add("Range", "bytes=" + begun.body().length() + "-");
        addIfThere(
                fields, "If-Range", Preconditions.strongValidator(begun.head().headers()));
        return fields.build();
    }

    private static void addIfThere(Fields.Builder fields, String name, @Nullable String value) {
        if (value != null) {
            fields.add(name, value);
        }
    }
}
