package dev.nearside.edge.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedHeadTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        CloudFront: a strong tag becomes weak           | ETag           | "abc"                       | W/"abc"
        CloudFront: a weak tag stays                    | ETag           | W/"abc"                     | W/"abc"
        CloudFront: a tag that is none goes             | ETag           | abc                         | -
        RFC 9110 §8.4 the coding is named               | Content-Encoding | -                         | br
        RFC 9110 §12.5.5 Vary is added                  | Vary           | -                           | Accept-Encoding
        RFC 9110 §12.5.5 Vary gets one more name        | Vary           | Origin                      | Origin, Accept-Encoding
        RFC 9110 §12.5.5 Vary has the name already      | Vary           | Origin, accept-encoding     | Origin, accept-encoding
        RFC 9110 §12.5.5 Vary: * says more              | Vary           | *                           | *
        RFC 9110 §8.6 the length is another             | Content-Length | 1234                        | -
        RFC 9110 §14.3 ranges of one encoding only      | Accept-Ranges  | bytes                       | -
        RFC 9530 §2 Content-Digest                      | Content-Digest | sha-256=:AAAA:              | -
        RFC 9530 §3 Repr-Digest                         | Repr-Digest    | sha-256=:AAAA:              | -
        RFC 9530 B the digest of RFC 3230               | Digest         | sha-256=AAAA                | -
        RFC 2616 §14.15 Content-MD5                     | Content-MD5    | AAAA==                      | -
        RFC 9110 §8.3 the type is of the decoded bytes  | Content-Type   | text/html                   | text/html
        RFC 9110 §8.8.2 the time is of the resource     | Last-Modified  | Sun, 06 Nov 1994 08:49:37 GMT | Sun, 06 Nov 1994 08:49:37 GMT
        """)
    void saysWhatIsTrueOfTheEncodedBody(String rule, String name, @Nullable String before, @Nullable String after) {
        Fields headers = before == null ? Fields.EMPTY : Fields.of(name, before);

        ResponseHead encoded = EncodedHead.of(new ResponseHead(200, "OK", headers), ContentCoding.BROTLI);

        assertThat(encoded.headers().combined(name)).as(rule).isEqualTo(after);
        assertThat(encoded.headers().all(name)).hasSizeLessThan(2);
    }

    @Test
    void aNotModifiedOfTheOriginKeepsWhatIsTrueOfTheEncodedBody() {
        Fields stored = Fields.of("ETag", "W/\"1\"", "Content-Encoding", "br", "Vary", "Origin, Accept-Encoding");
        Fields notModified =
                Fields.of("ETag", "\"1\"", "Vary", "Origin", "Accept-Ranges", "bytes", "Cache-Control", "max-age=9");

        assertThat(EncodedHead.renewing(stored, notModified))
                .isEqualTo(Fields.of("Cache-Control", "max-age=9", "Vary", "Origin, Accept-Encoding"));
    }

    @Test
    void aNotModifiedForBytesOfTheOriginStaysAsItIs() {
        Fields notModified = Fields.of("ETag", "\"1\"", "Accept-Ranges", "bytes");

        assertThat(EncodedHead.renewing(Fields.of("ETag", "\"1\""), notModified))
                .isEqualTo(notModified);
    }

    @Test
    void keepsStatusAndEverythingElseInOrder() {
        ResponseHead head = new ResponseHead(
                404, "Gone away", Fields.of("Date", "now", "Content-Length", "5000", "X-A", "1", "X-A", "2"));

        ResponseHead encoded = EncodedHead.of(head, ContentCoding.GZIP);

        assertThat(encoded)
                .isEqualTo(new ResponseHead(
                        404,
                        "Gone away",
                        Fields.of(
                                "Date",
                                "now",
                                "X-A",
                                "1",
                                "X-A",
                                "2",
                                "Content-Encoding",
                                "gzip",
                                "Vary",
                                "Accept-Encoding")));
    }
}
