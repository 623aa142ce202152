package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.ByteRanges;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.ContentRange;
import dev.nearside.edge.cache.Preconditions;
import dev.nearside.edge.cache.StoredPart;
import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a whole response to what the viewer's preconditions and ranges ask for (RFC 9110 §13, §14); pure. */
final class Delivery {

    private static final byte[] NOTHING = new byte[0];

    private Delivery() {}

    /**
     * The response as this request is to get it: as it is, 304, 206 or 416.
     *
     * @param exchangeId for the boundary between parts, which nothing in any body should look like
     */
    static ViewerResponse of(RequestHead request, ViewerResponse whole, long epochMillis, String exchangeId) {
        Fields asked = request.headers();
        boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
        if (!safe || whole.status() != 200) {
            return whole;
        }
        if (Preconditions.areForCaches(asked) && Preconditions.isNotModified(asked, whole.head(), epochMillis)) {
            return whole.with(Preconditions.notModified(whole.head()), new ViewerResponse.Body.Whole(NOTHING));
        }
        if (request.method().equals("HEAD")) {
            return withoutContent(whole);
        }
        ByteRanges ranges = ByteRanges.parse(asked.combined("range"));
        long length = whole.length();
        if (ranges == null || length < 0 || !Preconditions.rangeIsCurrent(asked, whole.head())) {
            return whole;
        }
        List<ByteRanges.Span> spans = ranges.of(length);
        if (spans == null) {
            return whole;
        }
        if (spans.isEmpty()) {
            return unsatisfiable(whole, length);
        }
        return switch (whole.body()) {
            case ViewerResponse.Body.Stored(CachedResponse stored, long _, long _) ->
                spans.size() == 1
                        ? single(whole, spans.getFirst(), length, stored, 0)
                        : multiple(whole, spans, length, stored, 0, exchangeId);
            case ViewerResponse.Body.Streaming streaming
            when spans.size() == 1 -> {
                ByteRanges.Span span = spans.getFirst();
                yield whole.with(
                        partial(whole.head(), contentRange(span, length)),
                        new ViewerResponse.Body.Streaming(streaming.reader(), span.first(), span.length()));
            }
            default -> whole;
        };
    }

    /**
     * The ranges that a request asks for out of a stored part.
     *
     * @param exchangeId as above
     * @return null if the part does not hold them all
     */
    static @Nullable ViewerResponse ofPart(RequestHead request, ViewerResponse part, String exchangeId) {
        if (!(part.body() instanceof ViewerResponse.Body.Stored(CachedResponse stored, long _, long _))) {
            throw new IllegalArgumentException("only a stored response can be a part");
        }
        StoredPart storedPart = stored.part();
        String range = request.headers().combined("range");
        ByteRanges ranges = ByteRanges.parse(range);
        if (storedPart == null || ranges == null || !Preconditions.rangeIsCurrent(request.headers(), part.head())) {
            return null;
        }
        if (storedPart.asked().equals(range)) {
            return part;
        }
        ContentRange held = storedPart.range();
        List<ByteRanges.Span> spans = ranges.of(held.completeLength());
        boolean holdsAll = spans != null
                && !spans.isEmpty()
                && spans.stream().allMatch(span -> span.first() >= held.first() && span.end() <= held.end());
        if (spans == null || !holdsAll) {
            return null;
        }
        return spans.size() == 1
                ? single(part, spans.getFirst(), held.completeLength(), stored, held.first())
                : multiple(part, spans, held.completeLength(), stored, held.first(), exchangeId);
    }

    private static ViewerResponse single(
            ViewerResponse from, ByteRanges.Span span, long length, CachedResponse stored, long offset) {
        return from.with(
                partial(from.head(), contentRange(span, length)),
                new ViewerResponse.Body.Stored(stored, span.first() - offset, span.end() - offset));
    }

    /** RFC 9110 §14.6: each part says which it is. */
    private static ViewerResponse multiple(
            ViewerResponse from,
            List<ByteRanges.Span> spans,
            long length,
            CachedResponse stored,
            long offset,
            String exchangeId) {
        String boundary = "nearside-" + exchangeId.replace("=", "");
        String type = from.head().headers().first("content-type");
        List<ViewerResponse.Part> parts = new ArrayList<>();
        for (ByteRanges.Span span : spans) {
            String head = "\r\n--" + boundary + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n")
                    + "Content-Range: " + contentRange(span, length) + "\r\n\r\n";
            parts.add(new ViewerResponse.Part(ascii(head), span.first() - offset, span.end() - offset));
        }
        parts.add(new ViewerResponse.Part(ascii("\r\n--" + boundary + "--\r\n"), 0, 0));
        Fields fields = ContentFields.ofOtherContent(from.head().headers())
                .without("content-length")
                .without("content-range")
                .with("Content-Type", "multipart/byteranges; boundary=" + boundary);
        return from.with(new ResponseHead(206, "", fields), new ViewerResponse.Body.Multipart(stored, parts));
    }

    private static ViewerResponse unsatisfiable(ViewerResponse whole, long length) {
        Fields fields = Preconditions.notModified(whole.head()).headers().with("Content-Range", "bytes */" + length);
        return whole.with(new ResponseHead(416, "", fields), new ViewerResponse.Body.Whole(NOTHING));
    }

    private static ResponseHead partial(ResponseHead head, String contentRange) {
        Fields fields = ContentFields.ofOtherContent(head.headers());
        return new ResponseHead(206, "", fields.without("content-length").with("Content-Range", contentRange));
    }

    /** What is stored of a GET, for a HEAD: no digest of content that is not sent (RFC 9530 appendix B.2). */
    private static ViewerResponse withoutContent(ViewerResponse whole) {
        if (!(whole.body() instanceof ViewerResponse.Body.Stored)) {
            return whole;
        }
        ResponseHead head = whole.head();
        Fields fields = ContentFields.ofOtherContent(head.headers());
        return fields.size() == head.headers().size() ? whole : whole.withHead(head.withHeaders(fields));
    }

    private static String contentRange(ByteRanges.Span span, long length) {
        return new ContentRange(span.first(), span.end(), length).text();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
