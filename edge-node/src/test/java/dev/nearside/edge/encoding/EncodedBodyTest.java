package dev.nearside.edge.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.TestBed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.EnumSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class EncodedBodyTest {

    private final ContentEncoders encoders = new ContentEncoders(EnumSet.of(ContentCoding.GZIP), 1);
    private final ResponseHead page = new ResponseHead(
            200, "OK", Fields.of("Content-Type", "text/css", "Content-Length", "2000", "ETag", "\"1\""));

    @Test
    void compressesHeadAndBody() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (EncodedBody body = open("GET", "gzip")) {
            sent.writeBytes(body.append(new byte[1_500]));
            sent.writeBytes(body.append(new byte[500]));
            sent.writeBytes(body.finish());

            assertThat(body.head().headers().first("content-encoding")).isEqualTo("gzip");
            assertThat(body.note()).isEqualTo("compressed: gzip");
        }
        assertThat(new GZIPInputStream(new ByteArrayInputStream(sent.toByteArray())).readAllBytes())
                .isEqualTo(new byte[2_000]);
        assertThat(encoders.open()).isZero();
    }

    @Test
    void passesTheOriginsOwnBytesWhereItDoesNotCompress() {
        byte[] bytes = new byte[2_000];
        try (EncodedBody body = open("GET", "deflate")) {
            assertThat(body.append(bytes)).isSameAs(bytes);
            assertThat(body.finish()).isEmpty();
            assertThat(body.head().headers().first("etag")).isEqualTo("\"1\"");
            assertThat(body.note()).isEqualTo("not compressed: not-accepted");
        }
    }

    @Test
    void identityForOneViewerStillVariesForOthers() {
        try (EncodedBody body = open("GET", "identity")) {
            assertThat(body.head().headers().first("vary")).isEqualTo("Accept-Encoding");
        }
    }

    @Test
    void whatNobodyGetsCompressedDoesNotVary() {
        ResponseHead image = page.withHeaders(page.headers().with("Content-Type", "image/png"));
        try (EncodedBody body = EncodedBody.open(encoders, asked("GET", "identity"), image)) {
            assertThat(body.head()).isEqualTo(image);
        }
    }

    @Test
    void aHeadSaysWhatAGetWouldAndTakesNoMemory() {
        try (EncodedBody body = open("HEAD", "gzip")) {
            assertThat(body.head().headers().first("content-encoding")).isEqualTo("gzip");
            assertThat(body.head().headers().has("content-length")).isFalse();
            assertThat(encoders.open()).isZero();
            assertThat(body.finish()).isEmpty();
        }
    }

    @Test
    void aBodyBeyondTheNodesEncodersStaysAsItIs() {
        byte[] bytes = new byte[2_000];
        try (EncodedBody first = open("GET", "gzip");
                EncodedBody second = open("GET", "gzip")) {
            assertThat(first.note()).isEqualTo("compressed: gzip");
            assertThat(second.note()).isEqualTo("not compressed: busy");
            assertThat(second.append(bytes)).isSameAs(bytes);
            assertThat(second.head().headers().first("vary")).isEqualTo("Accept-Encoding");
        }
        try (EncodedBody third = open("GET", "gzip")) {
            assertThat(third.note()).isEqualTo("compressed: gzip");
        }
    }

    @Test
    void givingUpInTheMiddleFreesTheEncoder() {
        EncodedBody body = open("GET", "gzip");
        body.append(new byte[1_000]);
        assertThat(encoders.open()).isEqualTo(1);

        body.close();

        assertThat(encoders.open()).isZero();
    }

    private EncodedBody open(String method, String accepted) {
        return EncodedBody.open(encoders, asked(method, accepted), page);
    }

    private static Compression.Asked asked(String method, String accepted) {
        return new Compression.Asked(
                true,
                TestBed.CACHING_OPTIMIZED,
                new RequestHead(method, "/", "", Fields.of("Accept-Encoding", accepted)));
    }
}
