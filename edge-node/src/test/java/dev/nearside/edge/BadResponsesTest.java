package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Responses that two readers could take for different ones: the viewer gets 502, nothing is stored, and the connection
 * is not used again. In the tables {@code ~} is CRLF, {@code ^} a bare CR, {@code $} a bare LF and {@code !} a NUL.
 */
class BadResponsesTest {

    @TempDir
    static Path folder;

    private static final AtomicInteger PATHS = new AtomicInteger();
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
        §6.3 length and coding        | HTTP/1.1 200 OK~Content-Length: 3~Transfer-Encoding: chunked~Cache-Control: max-age=60~~3~abc~0~~ | length-and-coding
        §6.3 equal lengths            | HTTP/1.1 200 OK~Content-Length: 3~Content-Length: 3~Cache-Control: max-age=60~~abc | content-length-repeated
        §6.3 different lengths        | HTTP/1.1 200 OK~Content-Length: 3~Content-Length: 0~Cache-Control: max-age=60~~abc | content-length-repeated
        §6.3 list of lengths          | HTTP/1.1 200 OK~Content-Length: 3, 3~Cache-Control: max-age=60~~abc | content-length-repeated
        §6.3 two lengths in HTTP/1.0  | HTTP/1.0 200 OK~Content-Length: 3~Content-Length: 1~~abc | content-length-repeated
        §6.2 negative length          | HTTP/1.1 200 OK~Content-Length: -3~~abc       | content-length-invalid
        §6.2 length that overflows    | HTTP/1.1 200 OK~Content-Length: 18446744073709551619~~abc | content-length-overflow
        §6.1 unknown coding           | HTTP/1.1 200 OK~Transfer-Encoding: gzip~~abc  | transfer-coding
        §6.1 chunked twice            | HTTP/1.1 200 OK~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~ | coding-repeated
        §6.1 coding in HTTP/1.0       | HTTP/1.0 200 OK~Transfer-Encoding: chunked~~0~~ | coding-in-http10
        §5.2 folded field             | HTTP/1.1 200 OK~A: b~ Set-Cookie: c~Content-Length: 3~~abc | obs-fold
        §5.1 space before the colon   | HTTP/1.1 200 OK~Content-Length : 3~~abc       | space-before-colon
        §5.1 words before the colon   | HTTP/1.1 200 OK~Content-Length x: 3~~abc      | space-before-colon
        §5.1 no colon                 | HTTP/1.1 200 OK~abc~Content-Length: 3~~abc    | no-colon
        §5.1 empty name               | HTTP/1.1 200 OK~: b~Content-Length: 3~~abc    | field-name
        §2.2 bare CR in a value       | HTTP/1.1 200 OK~A: b^Set-Cookie: c~Content-Length: 3~~abc | bare-cr
        §2.2 bare LF in a value       | HTTP/1.1 200 OK~A: b$Set-Cookie: c~Content-Length: 3~~abc | bare-lf
        §2.2 bare LF at the end       | HTTP/1.1 200 OK~Content-Length: 3~$abc        | bare-lf
        RFC 9110 §5.5 NUL in a value  | HTTP/1.1 200 OK~A: b!c~Content-Length: 3~~abc | control-character
        §4 NUL in the reason          | HTTP/1.1 200 O!K~Content-Length: 3~~abc       | control-character
        §4 bare CR in the reason      | HTTP/1.1 200 O^K~Content-Length: 3~~abc       | bare-cr
        §4 no version                 | 200 OK~Content-Length: 3~~abc                 | status-line
        §4 HTTP/2.0                   | HTTP/2.0 200 OK~Content-Length: 3~~abc        | status-line
        §4 version in lower case      | http/1.1 200 OK~Content-Length: 3~~abc        | status-line
        §4 status of two digits       | HTTP/1.1 99 OK~Content-Length: 3~~abc         | status-line
        §4 status of four digits      | HTTP/1.1 2000 OK~Content-Length: 3~~abc       | status-line
        §4 status with a sign         | HTTP/1.1 +20 OK~Content-Length: 3~~abc        | status-line
        §4 status below 100           | HTTP/1.1 099 OK~Content-Length: 3~~abc        | status-line
        §4 two spaces                 | HTTP/1.1  200 OK~Content-Length: 3~~abc       | status-line
        §2.2 an empty line first      | ~HTTP/1.1 200 OK~Content-Length: 3~~abc       | status-line
        §4 another protocol           | SSH-2.0-OpenSSH_9.2~~                         | status-line
        """)
    void isAnsweredWith502AndNothingOfItIsKept(String rule, String text, String kind) throws Exception {
        long counted = count(kind);
        refuses(rule, bytes(text));
        assertThat(count(kind)).as("count of origin-" + kind).isEqualTo(counted + 2);
    }

    @Test
    void headsAreBounded() throws Exception {
        String ok = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n";
        refuses("20,480 bytes", ok + "A: " + "b".repeat(20_480) + "\r\n\r\nabc");
        refuses("256 fields", ok + "A: b\r\n".repeat(256) + "\r\nabc");
        refuses("256 bytes of a name", ok + "a".repeat(257) + ": b\r\n\r\nabc");
        refuses("16 interim responses", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17) + ok + "\r\nabc");
        assertThat(bed.node().refusals().counts())
                .containsKeys(
                        "origin-head-too-long",
                        "origin-too-many-fields",
                        "origin-field-name-too-long",
                        "origin-interim-flood");
    }

    /** Twice, on one viewer connection: a stored answer or a connection used again would show. */
    private static void refuses(String rule, String response) throws Exception {
        String path = "/p" + PATHS.incrementAndGet();
        int connections = bed.origin.connections();
        bed.origin.plays((asked, stage) -> stage.write(response));
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 2; i++) {
                RawViewer.Response answer = viewer.get(path);
                assertThat(answer.status()).as(rule).isEqualTo(502);
                assertThat(answer.field("set-cookie")).isNull();
            }
            bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("sound")));
            assertThat(viewer.get(path).text()).isEqualTo("sound");
        }
        // Only the first request may have come on a connection of before.
        assertThat(bed.origin.connections()).as("connections to the origin").isGreaterThanOrEqualTo(connections + 2);
    }

    @ParameterizedTest(name = "RFC 9112 §7.1 {0}")
    @CsvSource(delimiter = '|', textBlock = """
        size that is no number | 3~abc~xyz~                            | chunk-size
        negative size          | 3~abc~-1~                             | chunk-size
        size that overflows    | 3~abc~fffffffff~                      | chunk-size-overflow
        no CRLF after the data | 3~abcX                                | chunk-end
        bare LF after the size | 3~abc~3$def~0~~                       | bare-lf
        trailer with a length  | 3~abc~0~Content-Length: 9~~           | trailer-framing
        folded trailer         | 3~abc~0~A: b~ c~~                     | obs-fold
        """)
    void aChunkedBodyOfUnclearEndIsBrokenOffAndNotKept(String rule, String body, String kind) throws Exception {
        String path = "/p" + PATHS.incrementAndGet();
        long counted = count(kind);
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                + "Cache-Control: max-age=60\r\n\r\n" + bytes(body)));
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response response = viewer.get(path);
            assertThat(response.whole() && response.status() == 200).as(rule).isFalse();
        }
        assertThat(count(kind)).isEqualTo(counted + 1);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("sound")));
        assertThat(bed.get(path).text()).isEqualTo("sound");
    }

    @Test
    void bytesThatComeWhileNothingIsAskedAreNobodysAnswer() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write(ScriptedOrigin.response("200 OK", "first", "Cache-Control: no-store"));
            late.await();
            // Not even a whole line: a decoder would keep it and put it before the next answer.
            stage.write("HTTP/1.1 200 OK\r\nSet-Cookie: poison");
        });
        long counted = count("unexpected-bytes");
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.get("/first").text()).isEqualTo("first");
            late.countDown();
            while (count("unexpected-bytes") == counted) {
                Thread.onSpinWait();
            }
            bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "second")));
            RawViewer.Response second = viewer.get("/second");
            assertThat(second.text()).isEqualTo("second");
            assertThat(second.field("set-cookie")).isNull();
        }
    }

    @Test
    void halfALineBehindAResponseIsNotTheBeginningOfTheNext() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc" + "HTTP/1.1 200 OK\r\nX-Poison: "));
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 3; i++) {
                RawViewer.Response response = viewer.get("/half" + i);
                assertThat(response.text()).isEqualTo("abc");
                assertThat(response.field("x-poison")).isNull();
            }
        }
    }

    @Test
    void aBodyBehindAnAnswerToHeadIsNobodysAnswer() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"));
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("HEAD", "/head").status()).isEqualTo(200);
            assertThat(viewer.get("/head2").text()).isEqualTo("abc");
        }
    }

    private static long count(String kind) {
        return bed.node().refusals().counts().getOrDefault("origin-" + kind, 0L);
    }

    private static String bytes(String text) {
        return text.replace("~", "\r\n").replace('^', '\r').replace('$', '\n').replace('!', '\0');
    }
}
