package dev.nearside.origin.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request's conditions and range leave of a reply: pure functions over header fields (RFC 9110, 13 and 14). */
final class Selection {

    private Selection() {}

    /**
     * The reply itself, or the 304, 412, 206 or 416 that the request's fields turn it into. Only a 200 is selected from,
     * and only one that carries a validator (for conditions) or {@code Accept-Ranges: bytes} (for a range).
     */
    static Reply of(OriginRequest request, Reply reply) {
        if (!reply.status().equals(HttpResponseStatus.OK)) {
            return reply;
        }
        return switch (precondition(request, reply.headers())) {
            case FAILED -> reply.withoutBody(HttpResponseStatus.PRECONDITION_FAILED);
            case NOT_MODIFIED -> reply.withoutBody(HttpResponseStatus.NOT_MODIFIED);
            case HOLDS -> ranged(request, reply);
        };
    }

    private enum Precondition {
        HOLDS,
        NOT_MODIFIED,
        FAILED
    }

    /** RFC 9110, 13.2.2, in its order. */
    private static Precondition precondition(OriginRequest request, HttpHeaders reply) {
        HttpHeaders asked = request.headers();
        String etag = reply.get(HttpHeaderNames.ETAG);
        Optional<Instant> modified = date(reply, HttpHeaderNames.LAST_MODIFIED);
        if (etag == null && modified.isEmpty()) {
            return Precondition.HOLDS;
        }
        if (asked.contains(HttpHeaderNames.IF_MATCH)) {
            if (!lists(asked.getAll(HttpHeaderNames.IF_MATCH), etag, true)) {
                return Precondition.FAILED;
            }
        } else if (date(asked, HttpHeaderNames.IF_UNMODIFIED_SINCE)
                .filter(since -> modified.isPresent() && modified.get().isAfter(since))
                .isPresent()) {
            return Precondition.FAILED;
        }
        if (asked.contains(HttpHeaderNames.IF_NONE_MATCH)) {
            if (lists(asked.getAll(HttpHeaderNames.IF_NONE_MATCH), etag, false)) {
                return request.isGetOrHead() ? Precondition.NOT_MODIFIED : Precondition.FAILED;
            }
        } else if (request.isGetOrHead()
                && date(asked, HttpHeaderNames.IF_MODIFIED_SINCE)
                        .filter(since -> modified.isPresent() && !modified.get().isAfter(since))
                        .isPresent()) {
            return Precondition.NOT_MODIFIED;
        }
        return Precondition.HOLDS;
    }

    private static Reply ranged(OriginRequest request, Reply reply) {
        String range = request.headers().get(HttpHeaderNames.RANGE);
        boolean applies = range != null
                && request.method().equals(HttpMethod.GET)
                && "bytes".equals(reply.headers().get(HttpHeaderNames.ACCEPT_RANGES))
                && ifRangeHolds(request.headers().get(HttpHeaderNames.IF_RANGE), reply.headers());
        if (range == null || !applies) {
            return reply;
        }
        long length = reply.body().length();
        return switch (ByteRange.of(range, length)) {
            case ByteRange.Whole _ -> reply;
            case ByteRange.Unsatisfiable _ ->
                reply.withoutBody(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                        .with(HttpHeaderNames.CONTENT_RANGE, "bytes */" + length);
            case ByteRange.Part part ->
                new Reply(
                                HttpResponseStatus.PARTIAL_CONTENT,
                                reply.headers(),
                                new Body.Part(reply.body(), part.first(), part.length()),
                                reply.delivery())
                        .with(
                                HttpHeaderNames.CONTENT_RANGE,
                                "bytes " + part.first() + "-" + part.last() + "/" + length);
        };
    }

    /** RFC 9110, 13.1.5: a strong entity tag, or the very date of the last change. */
    private static boolean ifRangeHolds(@Nullable String ifRange, HttpHeaders reply) {
        if (ifRange == null) {
            return true;
        }
        if (ifRange.startsWith("\"") || ifRange.startsWith("W/")) {
            return lists(List.of(ifRange), reply.get(HttpHeaderNames.ETAG), true);
        }
        Optional<Instant> modified = date(reply, HttpHeaderNames.LAST_MODIFIED);
        return modified.isPresent() && modified.equals(HttpDates.parse(ifRange));
    }

    /** Whether a list of entity tags names this one; strong comparison never matches a weak tag. */
    private static boolean lists(List<String> fields, @Nullable String etag, boolean strong) {
        if (fields.stream().anyMatch(field -> field.strip().equals("*"))) {
            return true;
        }
        if (etag == null || (strong && etag.startsWith("W/"))) {
            return false;
        }
        String opaque = etag.startsWith("W/") ? etag.substring(2) : etag;
        return fields.stream()
                .flatMap(field -> EntityTags.in(field).stream())
                .anyMatch(tag -> tag.equals(opaque) || (!strong && tag.equals("W/" + opaque)));
    }

    private static Optional<Instant> date(HttpHeaders headers, CharSequence name) {
        return Optional.ofNullable(headers.get(name)).flatMap(HttpDates::parse);
    }
}
