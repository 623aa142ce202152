package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests that two readers could take for different ones: refused by name, the connection closed, and not one complete
 * request at the origin. In the tables {@code ~} is CRLF, {@code ^} a bare CR, {@code $} a bare LF, {@code !} a NUL,
 * {@code >} a tab, <code>{</code> a vertical tab and <code>}</code> a DEL.
 */
class BadRequestsTest {

    @TempDir
    static Path folder;

    private static TestBed bed;

    @BeforeAll
    static void startNode() throws Exception {
        bed = TestBed.start(folder);
    }

    @AfterAll
    static void stopNode() throws Exception {
        bed.close();
    }

    @ParameterizedTest(name = "RFC 9112 {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        §6.1 length and coding              | POST / HTTP/1.1~Host: site.test~Content-Length: 4~Transfer-Encoding: chunked~~0~~ | 400 | length-and-coding
        §6.1 coding and length              | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: chunked~Content-Length: 4~~0~~ | 400 | length-and-coding
        §6.3 equal lengths                  | POST / HTTP/1.1~Host: site.test~Content-Length: 3~Content-Length: 3~~abc | 400 | content-length-repeated
        §6.3 different lengths              | POST / HTTP/1.1~Host: site.test~Content-Length: 3~Content-Length: 0~~abc | 400 | content-length-repeated
        §6.3 two lengths in HTTP/1.0        | POST / HTTP/1.0~Host: site.test~Content-Length: 3~Content-Length: 0~~abc | 400 | content-length-repeated
        §6.3 list of equal lengths          | POST / HTTP/1.1~Host: site.test~Content-Length: 3, 3~~abc | 400 | content-length-repeated
        §6.2 length with plus               | POST / HTTP/1.1~Host: site.test~Content-Length: +3~~abc | 400 | content-length-invalid
        §6.2 negative length                | POST / HTTP/1.1~Host: site.test~Content-Length: -1~~    | 400 | content-length-invalid
        §6.2 length in hexadecimal          | POST / HTTP/1.1~Host: site.test~Content-Length: 0x3~~abc | 400 | content-length-invalid
        §6.2 blank in the length            | POST / HTTP/1.1~Host: site.test~Content-Length: 3 0~~abc | 400 | content-length-invalid
        §6.2 empty length                   | POST / HTTP/1.1~Host: site.test~Content-Length:~~abc    | 400 | content-length-invalid
        §6.2 length that may be octal       | POST / HTTP/1.1~Host: site.test~Content-Length: 010~~abc | 400 | content-length-invalid
        §6.2 length as a fraction           | POST / HTTP/1.1~Host: site.test~Content-Length: 3.0~~abc | 400 | content-length-invalid
        §6.2 length beyond 63 bits          | POST / HTTP/1.1~Host: site.test~Content-Length: 9223372036854775808~~abc | 400 | content-length-overflow
        §6.2 length that wraps 64 bits      | POST / HTTP/1.1~Host: site.test~Content-Length: 18446744073709551619~~abc | 400 | content-length-overflow
        CloudFront: body above 20 GB        | POST / HTTP/1.1~Host: site.test~Content-Length: 21474836481~~abc | 413 | body-too-large
        §6.1 unknown coding                 | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: xchunked~~0~~ | 400 | coding-without-end
        §6.1 coding named identity          | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: identity~~0~~ | 400 | coding-without-end
        §6.1 empty coding                   | POST / HTTP/1.1~Host: site.test~Transfer-Encoding:~~0~~ | 400 | coding-without-end
        §6.1 coding with a parameter        | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: chunked;a=b~~0~~ | 400 | coding-without-end
        §6.1 quoted coding                  | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: "chunked"~~0~~ | 400 | coding-without-end
        §6.1 chunked is not the last        | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: chunked, gzip~~0~~ | 400 | coding-without-end
        §6.1 coding under chunked           | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: gzip, chunked~~0~~ | 501 | transfer-coding
        §6.1 empty list member              | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: , chunked~~0~~ | 501 | transfer-coding
        §6.1 chunked twice                  | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: chunked, chunked~~0~~ | 400 | coding-repeated
        §6.1 chunked in two fields          | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~ | 400 | coding-repeated
        §6.1 chunked and another field      | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: chunked~Transfer-Encoding: identity~~0~~ | 400 | coding-repeated
        §6.1 coding in HTTP/1.0             | POST / HTTP/1.0~Host: site.test~Transfer-Encoding: chunked~~0~~ | 400 | coding-in-http10
        §6.1 coding after a vertical tab    | POST / HTTP/1.1~Host: site.test~Transfer-Encoding: {chunked~~0~~ | 400 | control-character
        §5.2 folded line                    | GET / HTTP/1.1~Host: site.test~A: b~ c~~      | 400 | obs-fold
        §5.2 folded with a tab              | GET / HTTP/1.1~Host: site.test~A: b~>c~~      | 400 | obs-fold
        §5.2 folded coding                  | POST / HTTP/1.1~Host: site.test~Transfer-Encoding:~ chunked~~0~~ | 400 | coding-without-end
        §2.2 white space before the fields  | GET / HTTP/1.1~ Host: site.test~~             | 400 | obs-fold
        §2.2 bare CR in the request line    | GET /^ HTTP/1.1~Host: site.test~~             | 400 | no-version
        §2.2 bare LF after the request line | GET / HTTP/1.1$Host: site.test~~              | 400 | bare-lf
        §2.2 bare LF after a field          | GET / HTTP/1.1~Host: site.test$~              | 400 | bare-lf
        §2.2 bare LF at the end             | GET / HTTP/1.1~Host: site.test~$              | 400 | bare-lf
        §2.2 bare CR in a value             | GET / HTTP/1.1~Host: site.test~A: b^c~~       | 400 | bare-cr
        §2.2 CR before CRLF                 | GET / HTTP/1.1~Host: site.test~A: b^~~        | 400 | bare-cr
        §2.2 bare CR at the end             | GET / HTTP/1.1~Host: site.test~^^             | 400 | bare-cr
        RFC 9110 §5.5 NUL in a value        | GET / HTTP/1.1~Host: site.test~A: b!c~~       | 400 | control-character
        RFC 9110 §5.5 DEL in a value        | GET / HTTP/1.1~Host: site.test~A: b}~~   | 400 | control-character
        §5.1 NUL in a name                  | GET / HTTP/1.1~Host: site.test~A!: b~~        | 400 | control-character
        §5.1 space before the colon         | GET / HTTP/1.1~Host: site.test~A : b~~        | 400 | space-before-colon
        §5.1 tab before the colon           | POST / HTTP/1.1~Host: site.test~Content-Length>: 3~~abc | 400 | space-before-colon
        §5.1 empty name                     | GET / HTTP/1.1~Host: site.test~: b~~          | 400 | field-name
        §5.1 name with a bracket            | GET / HTTP/1.1~Host: site.test~A(b): c~~      | 400 | field-name
        §5.1 name beyond ASCII              | GET / HTTP/1.1~Host: site.test~Café: c~~ | 400 | field-name
        §5.1 no colon                       | GET / HTTP/1.1~Host: site.test~abc~~          | 400 | no-colon
        §3 two spaces                       | GET  / HTTP/1.1~Host: site.test~~             | 400 | request-line
        §3 space in the target              | GET /a b HTTP/1.1~Host: site.test~~           | 400 | request-line
        §3 tab as a separator               | GET>/ HTTP/1.1~Host: site.test~~              | 400 | bad-method
        §3 space at the end                 | GET / HTTP/1.1 ~Host: site.test~~             | 400 | request-line
        §3 version in lower case            | GET / http/1.1~Host: site.test~~              | 400 | request-line
        §3 leading space                    | ` GET / HTTP/1.1~Host: site.test~~`           | 400 | bad-method
        §3 leading LF                       | $GET / HTTP/1.1~Host: site.test~~             | 400 | bare-lf
        §2.2 two empty lines first          | ~~GET / HTTP/1.1~Host: site.test~~            | 400 | bad-method
        §3 no version, HTTP/0.9             | GET /~~                                       | 400 | no-version
        RFC 9110 §2.5 HTTP/1.2              | GET / HTTP/1.2~Host: site.test~~              | 505 | http-version
        RFC 9110 §2.5 HTTP/2.0              | GET / HTTP/2.0~Host: site.test~~              | 505 | http-version
        §3.1 method that is no token        | G(T / HTTP/1.1~Host: site.test~~              | 400 | bad-method
        §3.2 NUL in the target              | GET /! HTTP/1.1~Host: site.test~~             | 400 | control-character
        §3.2 fragment in the target         | GET /a#b HTTP/1.1~Host: site.test~~           | 400 | bad-target
        §3.2.4 asterisk form                | OPTIONS * HTTP/1.1~Host: site.test~~          | 400 | bad-target
        §3.2.3 authority form               | CONNECT site.test:443 HTTP/1.1~Host: site.test~~ | 501 | connect
        §3.2.2 another scheme               | GET ftp://site.test/ HTTP/1.1~Host: site.test~~ | 400 | bad-target
        RFC 9110 §4.2.4 user information    | GET http://a:b@site.test/ HTTP/1.1~Host: site.test~~ | 400 | bad-host
        §3.2.2 authority without a host     | GET http:///a HTTP/1.1~Host: site.test~~      | 400 | bad-host
        §3.2.2 authority with a bad port    | GET http://site.test:x/ HTTP/1.1~Host: site.test~~ | 400 | bad-host
        §3.2 absolute form, no Host         | GET http://site.test/ HTTP/1.1~~              | 400 | no-host
        §3.2 no Host                        | GET / HTTP/1.1~~                              | 400 | no-host
        §3.2 empty Host                     | GET / HTTP/1.1~Host:~~                        | 400 | no-host
        §3.2 two Hosts                      | GET / HTTP/1.1~Host: site.test~Host: site.test~~ | 400 | two-hosts
        §3.2 Host with a comma              | GET / HTTP/1.1~Host: site.test,other.test~~   | 400 | bad-host
        §3.2 Host with a space              | GET / HTTP/1.1~Host: site.test other~~        | 400 | bad-host
        §3.2 Host with a slash              | GET / HTTP/1.1~Host: site.test/a~~            | 400 | bad-host
        §3.2 Host with a percent            | GET / HTTP/1.1~Host: site%2etest~~            | 400 | bad-host
        §3.2 Host with an empty port        | GET / HTTP/1.1~Host: site.test:~~             | 400 | bad-host
        §3.2 Host with port 65536           | GET / HTTP/1.1~Host: site.test:65536~~        | 400 | bad-host
        §3.2 Host with port 0               | GET / HTTP/1.1~Host: site.test:0~~            | 400 | bad-host
        §3.2 Host with an open bracket      | GET / HTTP/1.1~Host: [::1~~                   | 400 | bad-host
        """)
    void isRefusedByNameAndNothingReachesTheOrigin(String rule, String text, int status, String kind) throws Exception {
        int before = bed.origin.requests().size();
        long counted = count(kind);
        try (RawViewer viewer = bed.viewer()) {
            viewer.send(bytes(text) + "GET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n");
            RawViewer.Response response = viewer.read();
            assertThat(response.status()).as(rule).isEqualTo(status);
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(viewer.isAtEnd()).as("the connection is closed").isTrue();
        }
        assertThat(bed.origin.requests()).hasSize(before);
        assertThat(count(kind)).as("count of " + kind).isEqualTo(counted + 1);
    }

    @ParameterizedTest(name = "RFC 9112 {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        §7.1 no size                        | ~                        | chunk-size
        §7.1 size that is no number         | xyz~abc~0~~              | chunk-size
        §7.1 negative size                  | -3~abc~0~~               | chunk-size
        §7.1 size with a prefix             | 0x3~abc~0~~              | chunk-size
        §7.1 size with a plus               | +3~abc~0~~               | chunk-size
        §7.1 size of 17 digits              | 00000000000000003~abc~0~~ | chunk-size
        §7.1 size beyond 31 bits            | 80000000~abc~0~~         | chunk-size-overflow
        §7.1 size that wraps 32 bits        | 100000003~abc~0~~        | chunk-size-overflow
        §7.1 size that wraps 64 bits        | ffffffffffffffff~abc~0~~ | chunk-size-overflow
        §7.1 space after the size           | 3 ~abc~0~~               | chunk-size
        §7.1 space before the size          | ` 3~abc~0~~`             | chunk-size
        §7.1 bare LF after the size         | 3$abc~0~~                | bare-lf
        §7.1 bare CR after the size         | 3^abc~0~~                | bare-cr
        §7.1 bare LF after an extension     | 3;a$abc~0~~              | bare-lf
        §7.1.1 NUL in an extension          | 3;a!~abc~0~~             | control-character
        §7.1 no CRLF after the data         | 3~abcX0~~                | chunk-end
        §7.1 bare LF after the data         | 3~abc$0~~                | chunk-end
        §7.1 more data than announced       | 3~abcdef~0~~             | chunk-end
        §7.1.2 trailer with a length        | 3~abc~0~Content-Length: 9~~ | trailer-framing
        §7.1.2 trailer with a coding        | 3~abc~0~Transfer-Encoding: chunked~~ | trailer-framing
        §7.1.2 trailer with a host          | 3~abc~0~Host: other.test~~ | trailer-framing
        §7.1.2 folded trailer               | 3~abc~0~A: b~ c~~        | obs-fold
        §7.1.2 trailer without colon        | 3~abc~0~GET / HTTP/1.1~~ | space-before-colon
        §7.1.2 bare LF after the last chunk | 3~abc~0~$                | bare-lf
        """)
    void chunksOfUnclearEndAreRefused(String rule, String body, String kind) throws Exception {
        refusesChunks(rule, bytes(body), kind, 400);
    }

    @Test
    void chunkExtensionsAndTrailersAreBounded() throws Exception {
        refusesChunks("§7.1.1 extension", "3;" + "a".repeat(300) + "\r\nabc\r\n", "chunk-extensions-too-long", 400);
        refusesChunks(
                "§7.1.1 many extensions",
                ("1;" + "a".repeat(200) + "\r\na\r\n").repeat(100),
                "chunk-extensions-too-long",
                400);
        refusesChunks("§7.1.2 trailers", "0\r\n" + "A: b\r\n".repeat(300), "too-many-fields", 431);
        refusesChunks("§7.1.2 long trailer", "0\r\nA: " + "b".repeat(30_000), "head-too-long", 413);
    }

    private static void refusesChunks(String rule, String body, String kind, int status) throws Exception {
        int before = bed.origin.requests().size();
        long counted = count(kind);
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /upload HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                    + "GET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().status()).as(rule).isEqualTo(status);
            assertThat(viewer.isAtEnd()).as("the connection is closed").isTrue();
        }
        // A body streams, so the origin may have seen its beginning; it must never see its end.
        assertThat(bed.origin.requests()).hasSize(before);
        assertThat(count(kind)).as("count of " + kind).isEqualTo(counted + 1);
    }

    @Test
    void chunkExtensionsAndTrailersAreDropped() throws Exception {
        int before = bed.origin.requests().size();
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /upload HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3;name=value\r\nabc\r\n2 ;x\r\nde\r\n0;last\r\nX-Trailer: t\r\n\r\n");
            assertThat(viewer.read().status()).isEqualTo(200);
        }
        var asked = bed.origin.requests().get(before);
        assertThat(new String(asked.body(), StandardCharsets.US_ASCII)).isEqualTo("abcde");
        assertThat(asked.field("x-trailer")).isNull();
    }

    @Test
    void longHeadsHaveTheirOwnStatus() throws Exception {
        Map<String, String> rows = Map.of(
                "GET /" + "a".repeat(8_192) + " HTTP/1.1\r\nHost: site.test\r\n\r\n", "414 url-too-long",
                "GET / HTTP/1.1\r\nHost: site.test\r\nX: " + "a".repeat(20_480), "413 head-too-long",
                "GET / HTTP/1.1\r\nHost: site.test\r\n" + "A: b\r\n".repeat(256), "431 too-many-fields",
                "GET / HTTP/1.1\r\nHost: site.test\r\n" + "a".repeat(257) + ": b", "431 field-name-too-long");
        for (Map.Entry<String, String> row : rows.entrySet()) {
            String kind = row.getValue().substring(4);
            long counted = count(kind);
            try (RawViewer viewer = bed.viewer()) {
                viewer.send(row.getKey());
                assertThat(viewer.read().status()).as(kind).isEqualTo(Integer.parseInt(row.getValue(), 0, 3, 10));
                assertThat(viewer.isAtEnd()).isTrue();
            }
            assertThat(count(kind)).isEqualTo(counted + 1);
        }
        assertThat(bed.get("/" + "a".repeat(8_191)).status()).isEqualTo(200);
    }

    @Test
    void aFaultBehindAGoodRequestLeavesThatOneItsAnswer() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /good HTTP/1.1\r\nHost: site.test\r\n\r\nGET /bad HTTP/1.1\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().text()).isEqualTo("hello");
            assertThat(viewer.read().status()).isEqualTo(400);
            assertThat(viewer.isAtEnd()).isTrue();
        }
    }

    @Test
    void oneEmptyLineBeforeARequestIsIgnored() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("\r\nGET /good HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().status()).isEqualTo(200);
        }
    }

    private static long count(String kind) {
        return bed.node().refusals().counts().getOrDefault(kind, 0L);
    }

    private static String bytes(String text) {
        return text.replace("~", "\r\n")
                .replace('^', '\r')
                .replace('$', '\n')
                .replace('!', '\0')
                .replace('>', '\t')
                .replace('{', (char) 0x0b)
                .replace('}', (char) 0x7f);
    }
}
