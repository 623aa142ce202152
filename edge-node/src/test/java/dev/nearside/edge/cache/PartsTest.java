package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartsTest {

    private static final String WHOLE = "abcdefghij";

    @ParameterizedTest(name = "{0}-{1} and {2}-{3}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        0 | 5  | 5 | 10 | -
        5 | 10 | 0 | 5  | -
        0 | 7  | 3 | 10 | -
        3 | 10 | 0 | 7  | -
        0 | 4  | 4 | 8  | bytes 0-7/10
        2 | 4  | 3 | 6  | bytes 2-5/10
        0 | 8  | 2 | 4  | bytes 0-7/10
        2 | 4  | 0 | 8  | bytes 0-7/10
        2 | 4  | 2 | 4  | bytes 2-3/10
        0 | 3  | 4 | 6  | bytes 4-5/10
        6 | 9  | 0 | 3  | bytes 0-2/10
        """)
    void partsThatTouchAreJoined(int first, int end, int otherFirst, int otherEnd, @Nullable String range) {
        CachedResponse newer = part(otherFirst, otherEnd, "\"1\"");
        CachedResponse joined = Parts.joined(part(first, end, "\"1\""), newer);

        String contentRange = joined.head().headers().first("content-range");
        assertThat(contentRange).as("RFC 9111 §3.4").isEqualTo(range);
        assertThat(joined.head().status()).isEqualTo(range == null ? 200 : 206);
        assertThat(joined.head().headers().has("content-length")).isEqualTo(joined.equals(newer));
        StoredPart held = joined.part();
        assertThat(text(joined))
                .isEqualTo(
                        held == null
                                ? WHOLE
                                : WHOLE.substring((int) held.range().first(), (int)
                                        held.range().end()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        RFC 9110 §15.3.7.3 another version  | "1"   | "2"
        RFC 9110 §15.3.7.3 weak validators  | W/"1" | W/"1"
        RFC 9110 §15.3.7.3 none at all      | -     | -
        RFC 9110 §15.3.7.3 one without      | "1"   | -
        """)
    void partsWithoutACommonStrongValidatorAreNotJoined(String rule, @Nullable String one, @Nullable String other) {
        CachedResponse newer = part(5, 10, other);

        assertThat(Parts.joined(part(0, 5, one), newer)).as(rule).isSameAs(newer);
    }

    @Test
    void partsOfDifferentLengthsAreNotJoined() {
        CachedResponse newer = part(Fields.of("ETag", "\"1\"", "Content-Range", "bytes 5-9/11"), "fghij");

        assertThat(Parts.joined(part(0, 5, "\"1\""), newer)).isSameAs(newer);
    }

    @Test
    void joinedHeadHasTheNewerFields() {
        CachedResponse older =
                part(Fields.of("ETag", "\"1\"", "Content-Range", "bytes 0-4/10", "X-A", "old", "X-B", "kept"), "abcde");
        CachedResponse newer = part(Fields.of("ETag", "\"1\"", "Content-Range", "bytes 5-7/10", "X-A", "new"), "fgh");

        Fields fields = Parts.joined(older, newer).head().headers();

        assertThat(fields.all("x-a")).containsExactly("new");
        assertThat(fields.all("x-b")).containsExactly("kept");
        assertThat(fields.all("etag")).hasSize(1);
        assertThat(fields.all("content-range")).containsExactly("bytes 0-7/10");
    }

    @Test
    void onlyABeginningWithAStrongValidatorIsCompleted() {
        assertThat(Parts.isCompletable(part(0, 5, "\"1\""))).isTrue();
        assertThat(Parts.isCompletable(part(1, 5, "\"1\""))).isFalse();
        assertThat(Parts.isCompletable(part(0, 5, "W/\"1\""))).isFalse();
        assertThat(Parts.isCompletable(part(0, 5, null))).isFalse();
    }

    @ParameterizedTest(name = "{1} with tag {2}")
    @CsvSource(delimiter = '|', textBlock = """
        206 | bytes 5-9/10 | "1" | true
        206 | bytes 5-8/10 | "1" | false
        206 | bytes 4-9/10 | "1" | false
        206 | bytes 6-9/10 | "1" | false
        206 | bytes 5-9/10 | "2" | false
        206 | bytes 5-9/*  | "1" | false
        200 | bytes 5-9/10 | "1" | false
        """)
    void onlyExactlyTheRestCompletes(int status, String range, String tag, boolean completes) {
        ResponseHead rest = new ResponseHead(status, "", Fields.of("ETag", tag, "Content-Range", range));

        assertThat(Parts.completes(part(0, 5, "\"1\""), rest)).isEqualTo(completes);
    }

    @Test
    void completedHeadIsThatOfTheWhole() {
        ResponseHead rest = new ResponseHead(
                206,
                "Partial Content",
                Fields.of("ETag", "\"1\"", "Content-Range", "bytes 5-9/10", "Content-Length", "5"));

        ResponseHead whole = Parts.completed(part(0, 5, "\"1\""), rest);

        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.headers().all("content-length")).containsExactly("10");
        assertThat(whole.headers().has("content-range")).isFalse();
        assertThat(whole.headers().all("etag")).containsExactly("\"1\"");
    }

    private static CachedResponse part(int first, int end, @Nullable String tag) {
        Fields fields = Fields.of(
                "Content-Range",
                "bytes " + first + "-" + (end - 1) + "/10",
                "Content-Length",
                Integer.toString(end - first));
        return part(tag == null ? fields : fields.plus("ETag", tag), WHOLE.substring(first, end));
    }

    private static CachedResponse part(Fields fields, String body) {
        ResponseHead head = new ResponseHead(206, "Partial Content", fields);
        StoredPart part = StoredPart.of(head, body.length(), "");
        if (part == null) {
            throw new AssertionError(fields + " do not say which part it is");
        }
        return CachedResponse.of(
                        "/a",
                        head,
                        StoredBody.of(List.of(body.getBytes(StandardCharsets.US_ASCII))),
                        new CachedResponse.Times(0, 0, Freshness.strictly(60_000)),
                        0)
                .asPart(part);
    }

    private static String text(CachedResponse response) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        response.body().copied(0, response.body().length()).forEach(bytes::writeBytes);
        return bytes.toString(StandardCharsets.US_ASCII);
    }
}
