package dev.nearside.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadsTest {

    @Test
    void encoderLeavesFramingFieldsOut() {
        ResponseHead head = new ResponseHead(
                200,
                "",
                Fields.of(
                        "Content-Length", "5",
                        "ETag", "\"x\"",
                        "TRANSFER-ENCODING", "chunked",
                        "Connection", "close",
                        "Keep-Alive", "timeout=5",
                        "Age", "7",
                        "Set-Cookie", "a=1",
                        "Set-Cookie", "b=2"));

        assertThat(encoded(head)).isEqualTo("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | ``        | HTTP/1.1 200 OK",
                "404 | ``        | HTTP/1.1 404 Not Found",
                "200 | Very well | HTTP/1.1 200 Very well",
                "299 | ``        | `HTTP/1.1 299 `",
                "599 | Odd       | HTTP/1.1 599 Odd",
            })
    void statusLineHasTheSendersReasonOrTheUsualOne(int status, String reason, String line) {
        assertThat(encoded(new ResponseHead(status, reason, Fields.EMPTY))).isEqualTo(line + "\r\n");
    }

    @Test
    void bytesOfTheWireStayWhatTheyAre() {
        String wire = new String(new byte[] {(byte) 0xe9, (byte) 0xff, (byte) 0x80}, StandardCharsets.ISO_8859_1);
        byte[] block = HeadEncoder.encode(new ResponseHead(200, "", Fields.of("X", wire)));

        assertThat(block).containsSequence((byte) 0xe9, (byte) 0xff, (byte) 0x80);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"200, ''", "200, Very well", "404, ''", "299, ''", "599, Odd"})
    void storedHeadsAreReadOutAsTheyWere(int status, String reason) {
        Fields fields = Fields.of("ETag", "\"x: y\"", "X-Empty", "", "Set-Cookie", "a=1", "set-cookie", "b=\u00e9");
        ResponseHead head = new ResponseHead(status, reason, fields);

        StoredHead stored = StoredHead.of(head);

        assertThat(stored.status()).isEqualTo(status);
        assertThat(stored.decoded()).isEqualTo(head);
        assertThat(written(stored)).isEqualTo(encoded(head));
    }

    @Test
    void storedHeadsKeepTheFieldsThatAreNotWritten() {
        Fields fields = Fields.of("Content-Length", "5", "ETag", "\"x\"", "Age", "7");

        StoredHead stored = StoredHead.of(new ResponseHead(200, "OK", fields));

        assertThat(stored.decoded().headers()).isEqualTo(Fields.of("ETag", "\"x\"", "Content-Length", "5", "Age", "7"));
        assertThat(written(stored)).isEqualTo("HTTP/1.1 200 OK\r\nETag: \"x\"\r\n");
    }

    @ParameterizedTest(name = "RFC 9112 §6.3 {0}: {1} announces {2}")
    @CsvSource({
        "Content-Length, 5, true",
        "Content-Length, 0, false",
        "Transfer-Encoding, chunked, true",
        "Accept, x, false",
    })
    void requestsAnnounceBodiesByTheirFraming(String name, String value, boolean announces) {
        assertThat(new RequestHead("GET", "/", "", Fields.of(name, value)).announcesBody())
                .isEqualTo(announces);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0 | 0",
                "42 | 42",
                "-1 | -1",
                "+5 | -1",
                "4 2 | -1",
                "`` | -1",
                "5, 5 | -1",
                "99999999999999999999 | -1",
            })
    void lengthIsKnownOnlyIfValid(String value, long length) {
        assertThat(new ResponseHead(200, "", Fields.of("content-length", value))
                        .contentLength()
                        .orElse(-1))
                .isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({"100, true", "103, true", "199, true", "200, false", "204, true", "205, false", "304, true"})
    void someStatusesNeverHaveABody(int status, boolean bodiless) {
        assertThat(new ResponseHead(status, "", Fields.EMPTY).isBodiless()).isEqualTo(bodiless);
    }

    @Test
    void targetIsUriAndQuery() {
        assertThat(new RequestHead("GET", "/a", "", Fields.EMPTY).target()).isEqualTo("/a");
        assertThat(new RequestHead("GET", "/a", "b=1", Fields.EMPTY).target()).isEqualTo("/a?b=1");
    }

    @Test
    void nodeNamesItselfAsCloudFrontDoes() {
        NodeIdentity node = new NodeIdentity("LHR-1", "LHR");

        assertThat(node.popLabel()).isEqualTo("LHR50-C1");
        assertThat(node.via("1.1")).matches("1\\.1 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)");
        assertThat(node.viaHost()).isNotEqualTo(new NodeIdentity("LHR-2", "LHR").viaHost());
    }

    private static String written(StoredHead head) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        head.writeTo(out::write);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String encoded(ResponseHead head) {
        return new String(HeadEncoder.encode(head), StandardCharsets.ISO_8859_1);
    }
}
