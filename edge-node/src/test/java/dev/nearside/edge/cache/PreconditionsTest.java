package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreconditionsTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String CHANGED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        RFC 9110 §13.1.2 same tag                     | "1"             | -      | true
        RFC 9110 §13.1.2 weak comparison              | W/"1"           | -      | true
        RFC 9110 §13.1.2 any of a list                | "0", W/"1","2"  | -      | true
        RFC 9110 §13.1.2 none of a list               | "0", "2"        | -      | false
        RFC 9110 §13.1.2 asterisk                     | *               | -      | true
        RFC 9110 §8.8.3 comma inside a tag            | "0,"1"          | -      | false
        RFC 9110 §13.2.2 the tag goes first           | "2"             | after  | false
        RFC 9110 §13.1.3 same date                    | -               | same   | true
        RFC 9110 §13.1.3 later date                   | -               | after  | true
        RFC 9110 §13.1.3 earlier date                 | -               | before | false
        RFC 9110 §13.1.3 no date                      | -               | junk   | false
        nothing asked                                 | -               | -      | false
        """)
    void judgesA200(String rule, @Nullable String noneMatch, @Nullable String since, boolean notModified) {
        Fields.Builder request = Fields.builder();
        if (noneMatch != null) {
            request.add("If-None-Match", noneMatch);
        }
        if (since != null) {
            request.add("If-Modified-Since", date(since));
        }
        ResponseHead response = new ResponseHead(200, "", Fields.of("ETag", "\"1\"", "Last-Modified", CHANGED));

        assertThat(Preconditions.isNotModified(request.build(), response, NOW))
                .as(rule)
                .isEqualTo(notModified);
    }

    private static String date(String word) {
        return switch (word) {
            case "before" -> BEFORE;
            case "same" -> CHANGED;
            case "after" -> AFTER;
            default -> word;
        };
    }

    @Test
    void linesOfIfNoneMatchAreOneList() {
        Fields request = Fields.of("If-None-Match", "\"0\"", "If-None-Match", "\"1\"");

        assertThat(Preconditions.isNotModified(request, new ResponseHead(200, "", Fields.of("ETag", "\"1\"")), NOW))
                .isTrue();
    }

    @Test
    void responseWithoutTagMatchesNoTagButTheAsterisk() {
        ResponseHead response = new ResponseHead(200, "", Fields.EMPTY);

        assertThat(Preconditions.isNotModified(Fields.of("If-None-Match", "\"1\""), response, NOW))
                .isFalse();
        assertThat(Preconditions.isNotModified(Fields.of("If-None-Match", "*"), response, NOW))
                .isTrue();
    }

    @Test
    void dateOfTheResponseStandsForItsLastChange() {
        ResponseHead response = new ResponseHead(200, "", Fields.of("Date", CHANGED));

        assertThat(Preconditions.isNotModified(Fields.of("If-Modified-Since", CHANGED), response, NOW))
                .as("RFC 9111 §4.3.2")
                .isTrue();
        assertThat(Preconditions.isNotModified(Fields.of("If-Modified-Since", BEFORE), response, NOW))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"206", "301", "404", "500"})
    void onlyA200IsConditional(int status) {
        assertThat(Preconditions.isNotModified(
                        Fields.of("If-None-Match", "\"1\""),
                        new ResponseHead(status, "", Fields.of("ETag", "\"1\"")),
                        NOW))
                .isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        RFC 9110 §13.1.5 no If-Range                     | -      | "1"   | true
        RFC 9110 §13.1.5 same strong tag                 | "1"    | "1"   | true
        RFC 9110 §13.1.5 other tag                       | "2"    | "1"   | false
        RFC 9110 §13.1.5 weak tags never match           | W/"1"  | W/"1" | false
        RFC 9110 §13.1.5 tag but none stored             | "1"    | -     | false
        RFC 9110 §13.1.5 the very same date              | same   | "1"   | true
        RFC 9110 §13.1.5 later date is another           | after  | "1"   | false
        """)
    void ifRangeNamesTheVersion(String rule, @Nullable String ifRange, @Nullable String tag, boolean current) {
        Fields request = ifRange == null ? Fields.EMPTY : Fields.of("If-Range", date(ifRange));
        Fields.Builder response = Fields.builder().add("Last-Modified", CHANGED).add("Date", AFTER);
        if (tag != null) {
            response.add("ETag", tag);
        }

        assertThat(Preconditions.rangeIsCurrent(request, new ResponseHead(200, "", response.build())))
                .as(rule)
                .isEqualTo(current);
    }

    @Test
    void dateWithinTheSecondOfTheChangeIsWeak() {
        Fields weak = Fields.of("Last-Modified", CHANGED, "Date", CHANGED);

        assertThat(Preconditions.rangeIsCurrent(Fields.of("If-Range", CHANGED), new ResponseHead(200, "", weak)))
                .as("RFC 9110 §8.8.2.2")
                .isFalse();
        assertThat(Preconditions.strongValidator(weak)).isNull();
        assertThat(Preconditions.strongValidator(Fields.of("Last-Modified", CHANGED, "Date", AFTER)))
                .isEqualTo(CHANGED);
        assertThat(Preconditions.strongValidator(Fields.of("ETag", "W/\"1\"", "Last-Modified", CHANGED, "Date", AFTER)))
                .isNull();
        assertThat(Preconditions.strongValidator(Fields.of("ETag", "\"1\""))).isEqualTo("\"1\"");
    }

    @Test
    void a304KeepsWhatDescribesTheRepresentationsIdentity() {
        ResponseHead notModified = Preconditions.notModified(new ResponseHead(
                200,
                "OK",
                Fields.of(
                        "ETag", "\"1\"",
                        "Content-Type", "text/plain",
                        "Content-Length", "5",
                        "Content-Encoding", "gzip",
                        "Content-Location", "/a",
                        "Content-Security-Policy", "default-src 'self'",
                        "Vary", "Accept")));

        assertThat(notModified.status()).as("RFC 9110 §15.4.5").isEqualTo(304);
        assertThat(notModified.headers())
                .isEqualTo(Fields.of(
                        "ETag", "\"1\"",
                        "Content-Location", "/a",
                        "Content-Security-Policy", "default-src 'self'",
                        "Vary", "Accept"));
    }

    @Test
    void preconditionsOfChangesAreForTheOrigin() {
        assertThat(Preconditions.areForTheOrigin(Fields.of("If-Match", "*"))).isTrue();
        assertThat(Preconditions.areForTheOrigin(Fields.of("If-Unmodified-Since", CHANGED)))
                .isTrue();
        assertThat(Preconditions.areForTheOrigin(Fields.of("If-None-Match", "*")))
                .isFalse();
    }
}
