package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.ContentRange;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.StoredPart;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";
    private static final ViewerResponse WHOLE = ViewerResponse.hit(stored(200, ALPHABET), 0);

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        GET  | -                                         | 200 | 0  | 26
        GET  | Range: bytes=2-4                          | 206 | 2  | 5
        GET  | Range: bytes=-1                           | 206 | 25 | 26
        GET  | Range: bytes=0-                           | 206 | 0  | 26
        GET  | Range: bytes=0-3,2-4                      | 200 | 0  | 26
        HEAD | Range: bytes=2-4                          | 200 | 0  | 26
        POST | Range: bytes=2-4                          | 200 | 0  | 26
        GET  | Range: bytes=2-4; If-Range: "1"           | 206 | 2  | 5
        GET  | Range: bytes=2-4; If-Range: "2"           | 200 | 0  | 26
        POST | If-None-Match: "1"                        | 200 | 0  | 26
        """)
    void cutsWhatIsStored(String method, @Nullable String fields, int status, long from, long end) {
        ViewerResponse cut = Delivery.of(request(method, fields), WHOLE, NOW, "b");

        assertThat(cut.head().status()).isEqualTo(status);
        assertThat(cut.body()).isInstanceOfSatisfying(ViewerResponse.Body.Stored.class, body -> {
            assertThat(body.from()).isEqualTo(from);
            assertThat(body.end()).isEqualTo(end);
        });
        assertThat(cut.length()).isEqualTo(end - from);
        assertThat(cut.storedHead() == null)
                .as("a changed head is encoded anew")
                .isEqualTo(status == 206);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        GET  | If-None-Match: "1"                        | 304
        HEAD | If-None-Match: "1"                        | 304
        GET  | If-None-Match: "1"; Range: bytes=2-4      | 304
        GET  | Range: bytes=26-                          | 416
        """)
    void someAnswersHaveNoContent(String method, String fields, int status) {
        ViewerResponse answer = Delivery.of(request(method, fields), WHOLE, NOW, "b");

        assertThat(answer.head().status()).isEqualTo(status);
        assertThat(answer.length()).isZero();
        assertThat(answer.head().headers().has("content-type")).isFalse();
        assertThat(answer.head().headers().first("content-range")).isEqualTo(status == 416 ? "bytes */26" : null);
        assertThat(answer.ageSeconds()).isEqualTo(WHOLE.ageSeconds());
    }

    @Test
    void onlyA200IsCut() {
        ViewerResponse missing = ViewerResponse.hit(stored(404, ALPHABET), 0);

        assertThat(Delivery.of(request("GET", "Range: bytes=0-1"), missing, NOW, "b"))
                .isSameAs(missing);
    }

    @Test
    void lengthOfAMultipartIsExact() {
        ViewerResponse parts = Delivery.of(request("GET", "Range: bytes=0-1,24-25"), WHOLE, NOW, "b");

        assertThat(parts.head().headers().first("content-type"))
                .as("RFC 9110 §14.6")
                .isEqualTo("multipart/byteranges; boundary=nearside-b");
        String text = "\r\n--nearside-b\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/26\r\n\r\nab"
                + "\r\n--nearside-b\r\nContent-Type: text/plain\r\nContent-Range: bytes 24-25/26\r\n\r\nyz\r\n--nearside-b--\r\n";
        assertThat(parts.length()).isEqualTo(text.length());
    }

    @Test
    void streamIsCutToOneRangeAndOnlyIfItsLengthIsKnown() {
        Fill fill = new Fill(10, 0);
        Fill.Reader reader = fill.join(Runnable::run, () -> {});
        if (reader == null) {
            throw new AssertionError("a new fill can be joined");
        }
        ViewerResponse known = streaming(reader, "26");
        ViewerResponse unknown = streaming(reader, null);

        assertThat(Delivery.of(request("GET", "Range: bytes=2-4"), known, NOW, "b")
                        .body())
                .isEqualTo(new ViewerResponse.Body.Streaming(reader, 2, 3));
        assertThat(Delivery.of(request("GET", "Range: bytes=2-4,6-7"), known, NOW, "b"))
                .isSameAs(known);
        assertThat(Delivery.of(request("GET", "Range: bytes=2-4"), unknown, NOW, "b"))
                .as("RFC 9110 §14.2")
                .isSameAs(unknown);
        assertThat(Delivery.of(request("GET", "Range: bytes=30-"), known, NOW, "b")
                        .head()
                        .status())
                .isEqualTo(416);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        bytes=10-19          | bytes 10-19/26 | 0 | 10
        bytes=12-13          | bytes 12-13/26 | 2 | 4
        bytes=-10            | -              | - | -
        bytes=9-12           | -              | - | -
        bytes=19-20          | -              | - | -
        bytes=12-            | -              | - | -
        bytes=99-            | -              | - | -
        bytes=11-11,15-21    | -              | - | -
        """)
    void partAnswersWhatItHolds(String range, @Nullable String contentRange, @Nullable Long from, @Nullable Long end) {
        CachedResponse part = part("");

        ViewerResponse answer = Delivery.ofPart(request("GET", "Range: " + range), ViewerResponse.hit(part, 0), "b");

        if (contentRange == null || from == null || end == null) {
            assertThat(answer).isNull();
            return;
        }
        assertThat(answer).isNotNull().satisfies(cut -> {
            assertThat(cut.head().status()).isEqualTo(206);
            assertThat(cut.head().headers().all("content-range")).containsExactly(contentRange);
            assertThat(cut.body()).isEqualTo(new ViewerResponse.Body.Stored(part, from, end));
        });
    }

    @Test
    void partOfAnotherVersionAnswersNothing() {
        ViewerResponse part = ViewerResponse.hit(part(""), 0);

        assertThat(Delivery.ofPart(request("GET", "Range: bytes=10-11; If-Range: \"2\""), part, "b"))
                .isNull();
        assertThat(Delivery.ofPart(request("GET", "Range: bytes=10-11; If-Range: \"1\""), part, "b"))
                .isNotNull();
    }

    @Test
    void theVeryQuestionThatBroughtThePartIsAnsweredWithIt() {
        ViewerResponse part = ViewerResponse.hit(part("bytes=10-30"), 0);

        assertThat(Delivery.ofPart(request("GET", "Range: bytes=10-30"), part, "b"))
                .isSameAs(part);
        assertThat(Delivery.ofPart(request("GET", "Range: bytes=10-29"), part, "b"))
                .isNull();
    }

    private static CachedResponse part(String asked) {
        return stored(206, ALPHABET.substring(10, 20), "Content-Range", "bytes 10-19/26")
                .asPart(new StoredPart(new ContentRange(10, 20, 26), asked));
    }

    private static ViewerResponse streaming(Fill.Reader reader, @Nullable String length) {
        Fields fields = length == null ? Fields.EMPTY : Fields.of("Content-Length", length);
        return ViewerResponse.streaming(
                new ResponseHead(200, "", fields), "Miss", -1, null, new ViewerResponse.Body.Streaming(reader, 0, -1));
    }

    private static CachedResponse stored(int status, String body, String... more) {
        Fields.Builder fields = Fields.builder().add("ETag", "\"1\"").add("Content-Type", "text/plain");
        return CachedResponse.of(
                "/a",
                new ResponseHead(status, "", fields.addAll(Fields.of(more)).build()),
                StoredBody.of(List.of(body.getBytes(StandardCharsets.US_ASCII))),
                new CachedResponse.Times(0, 0, Freshness.strictly(60_000)),
                0);
    }

    private static RequestHead request(String method, @Nullable String fields) {
        Fields.Builder headers = Fields.builder();
        for (String field : fields == null ? new String[0] : fields.split("; ", -1)) {
            String[] nameAndValue = field.split(": ", 2);
            headers.add(nameAndValue[0], nameAndValue[1]);
        }
        return new RequestHead(method, "/a", "", headers.build());
    }
}
