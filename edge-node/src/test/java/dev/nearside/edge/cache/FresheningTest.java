package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FresheningTest {

    private static final ResponseHead STORED = new ResponseHead(
            200,
            "OK",
            Fields.of(
                    "Content-Type", "text/plain",
                    "Content-Length", "5",
                    "Content-Encoding", "gzip",
                    "Age", "30",
                    "ETag", "\"1\"",
                    "Set-Cookie", "a=1",
                    "set-cookie", "b=1",
                    "X-Kept", "1"));

    @Test
    void newerFieldsTakeThePlaceOfAllLinesOfThatName() {
        Fields fields = updated("SET-COOKIE", "c=1", "SET-COOKIE", "d=1", "X-New", "1");

        assertThat(fields.all("set-cookie")).as("RFC 9111 §3.2").containsExactly("c=1", "d=1");
        assertThat(fields.all("x-new")).containsExactly("1");
        assertThat(fields.all("x-kept")).containsExactly("1");
        assertThat(fields.all("etag")).containsExactly("\"1\"");
    }

    @Test
    void whatFramesAndCodesTheStoredBytesStays() {
        Fields fields = updated("Content-Length", "0", "Content-Encoding", "br", "Content-Range", "bytes 0-1/2");

        assertThat(fields.all("content-length")).as("RFC 9111 §3.2").containsExactly("5");
        assertThat(fields.all("content-encoding")).containsExactly("gzip");
        assertThat(fields.has("content-range")).isFalse();
    }

    @Test
    void oldAgeGoesWithTheOldMessage() {
        assertThat(updated("ETag", "\"1\"").has("age")).isFalse();
        assertThat(updated("Age", "7").all("age")).containsExactly("7");
    }

    @Test
    void statusStays() {
        assertThat(Freshening.updated(STORED, Fields.EMPTY).status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "304 with {0}, stored {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        "1"   | "1"   | true
        W/"1" | "1"   | true
        "2"   | "1"   | false
        -     | "1"   | true
        "1"   | -     | true
        -     | -     | true
        """)
    void confirmsTheTagThatIsStored(@Nullable String tag, @Nullable String stored, boolean confirms) {
        assertThat(Freshening.confirms(tagged(tag), tagged(stored)))
                .as("RFC 9111 §4.3.4")
                .isEqualTo(confirms);
    }

    @ParameterizedTest(name = "{0}: {1} against {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        ETag           | "1" | "1" | true
        ETag           | "2" | "1" | false
        ETag           | "1" | -   | false
        ETag           | -   | "1" | true
        Last-Modified  | a   | b   | false
        Content-Length | 5   | 5   | true
        Content-Length | 6   | 5   | false
        X-Other        | 6   | 5   | true
        """)
    void headDescribesTheStoredResponseOrNot(
            String name, @Nullable String newer, @Nullable String stored, boolean describes) {
        Fields answer = newer == null ? Fields.EMPTY : Fields.of(name, newer);
        Fields there = stored == null ? Fields.EMPTY : Fields.of(name, stored);

        assertThat(Freshening.describes(answer, there)).as("RFC 9111 §4.3.5").isEqualTo(describes);
    }

    private static Fields updated(String... newer) {
        return Freshening.updated(STORED, Fields.of(newer)).headers();
    }

    private static Fields tagged(@Nullable String tag) {
        return tag == null ? Fields.EMPTY : Fields.of("ETag", tag);
    }
}
