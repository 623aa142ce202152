package dev.nearside.edge.cache;

import dev.nearside.edge.http.Cookies;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.tls.Fingerprints;
import dev.nearside.kit.snapshot.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Any text as what has sections of its own: ranges, preconditions, directives, structured fields (RFC 9651), cookies,
 * languages and cache tags; and any bytes as the beginning of a TLS handshake. Always an answer, within its bounds.
 */
public final class SectionsTarget {

    private static final long NOW = 1_700_000_000_000L;
    private static final long[] LENGTHS = {0, 1, 10, Long.MAX_VALUE};

    private SectionsTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        ranges(text);
        preconditions(text);
        directives(text);
        tags(text);
        String language = AcceptLanguage.best(text);
        check(language == null || text.contains(language), "a language that was not named: " + language);
        String cookies = Cookies.select(Fields.of("Cookie", text, "Cookie", text), Selection.only("a", "b*"));
        check(cookies.length() <= 2 * text.length() + 2, "more cookies than there were: " + cookies);
        Fingerprints fingerprints = Fingerprints.of(bytes);
        check(List.of(0, 36).contains(fingerprints.ja4().length()), "a JA4 of " + fingerprints.ja4());
        check(List.of(0, 32).contains(fingerprints.ja3().length()), "a JA3 of " + fingerprints.ja3());
    }

    private static void ranges(String text) {
        ByteRanges ranges = ByteRanges.parse(text);
        if (ranges != null) {
            for (long length : LENGTHS) {
                List<ByteRanges.Span> spans = ranges.of(length);
                for (ByteRanges.Span span : spans == null ? List.<ByteRanges.Span>of() : spans) {
                    check(
                            span.first() >= 0 && span.first() < span.end() && span.end() <= length,
                            "of " + length + " bytes the range " + span);
                }
            }
        }
        ResponseHead partial = new ResponseHead(206, "", Fields.of("Content-Range", text, "ETag", "\"1\""));
        ContentRange range = ContentRange.of(partial.headers());
        if (range != null) {
            check(
                    range.first() >= 0 && range.first() < range.end() && range.end() <= range.completeLength(),
                    "the part " + range);
            check(
                    range.equals(ContentRange.of(Fields.of("Content-Range", range.text()))),
                    "the part is not itself again after '" + range.text() + "'");
        }
        StoredPart.of(partial, 10, text);
    }

    private static void preconditions(String text) {
        Fields fields = Fields.of(
                "If-None-Match",
                text,
                "If-Modified-Since",
                text,
                "If-Range",
                text,
                "ETag",
                text,
                "Last-Modified",
                text);
        ResponseHead response = new ResponseHead(200, "", fields);
        Preconditions.isNotModified(fields, response, NOW);
        Preconditions.rangeIsCurrent(fields, response);
        Preconditions.strongValidator(fields);
        Freshening.updated(response, fields);
    }

    private static void directives(String text) {
        Fields fields = Fields.of("CDN-Cache-Control", text, "Cache-Control", text, "Pragma", text);
        CacheControl.targeted(fields);
        RequestDirectives asked = RequestDirectives.of(fields);
        asked.accept(Freshness.strictly(1_000), 10);
        AcceptEncoding.heeded(
                new RequestHead("GET", "/", "", Fields.of("Accept-Encoding", text)), "1.1", TestBed.CACHING_OPTIMIZED);
    }

    private static void tags(String text) {
        CacheTags tags = CacheTags.of(Fields.of("Cache-Tag", text, "Cache-Tag", text), "Cache-Tag");
        check(tags.count() <= CacheTags.MAX_TAGS, tags.count() + " tags");
        PurgeLog log = new PurgeLog();
        if (!text.isEmpty()) {
            log.purge("E1", List.of("/" + text, "#" + text));
            check(
                    tags.isEmpty() || !log.covers("E1", "", tags, log.sequence()),
                    "what is asked for after an invalidation is covered by it");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
