package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of stored responses, of responses under way, and of the origin (RFC 9110 §14, RFC 9111 §3.4). */
class RangeRequestsTest {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";
    private static final String KEEP = "Cache-Control: max-age=60";

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder, time);
        bed.origin.plays(RangeRequestsTest::answerRanges);
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
    }

    /** An origin that knows ranges of the alphabet, whose tag is {@code "az"}. */
    private static void answerRanges(ScriptedOrigin.Asked asked, ScriptedOrigin.Stage stage) throws Exception {
        String range = asked.field("Range");
        String ifRange = asked.field("If-Range");
        if (range == null || (ifRange != null && !ifRange.equals("\"az\""))) {
            stage.write(ScriptedOrigin.response("200 OK", ALPHABET, "ETag: \"az\"", KEEP));
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int first = ends[0].isEmpty() ? 26 - Integer.parseInt(ends[1]) : Integer.parseInt(ends[0]);
        int last = ends[0].isEmpty() || ends[1].isEmpty() ? 25 : Math.min(25, Integer.parseInt(ends[1]));
        if (first > 25) {
            stage.write(ScriptedOrigin.response("416 Range Not Satisfiable", "", "Content-Range: bytes */26", KEEP));
            return;
        }
        stage.write(ScriptedOrigin.response(
                "206 Partial Content",
                ALPHABET.substring(first, last + 1),
                "ETag: \"az\"",
                "Content-Range: bytes " + first + "-" + last + "/26",
                KEEP));
    }

    // ---- stored whole ----

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        bytes=0-4       | 206 | abcde | bytes 0-4/26
        bytes=23-       | 206 | xyz   | bytes 23-25/26
        bytes=23-99     | 206 | xyz   | bytes 23-25/26
        bytes=-2        | 206 | yz    | bytes 24-25/26
        bytes=-99       | 206 | abcdefghijklmnopqrstuvwxyz | bytes 0-25/26
        bytes=26-       | 416 | -     | bytes */26
        bytes=-0        | 416 | -     | bytes */26
        bytes=5-4       | 200 | abcdefghijklmnopqrstuvwxyz | -
        lines=1-2       | 200 | abcdefghijklmnopqrstuvwxyz | -
        bytes=a-b       | 200 | abcdefghijklmnopqrstuvwxyz | -
        bytes=0-3,2-5   | 200 | abcdefghijklmnopqrstuvwxyz | -
        bytes=0-3,99-   | 206 | abcd  | bytes 0-3/26
        """)
    void cutsWhatIsStored(String range, int status, String body, String contentRange) throws Exception {
        bed.get("/a");

        RawViewer.Response answer = bed.get("/a", "Range: " + range);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(body == null ? "" : body);
        assertThat(answer.field("content-range")).isEqualTo(contentRange);
        assertThat(answer.field("x-cache")).startsWith("Hit");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void severalRangesMakeOneMultipartBody() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("200 OK", ALPHABET, "ETag: \"az\"", KEEP, "Content-Type: text/plain")));
        bed.get("/a");

        RawViewer.Response answer = bed.get("/a", "Range: bytes=0-1, 24-, -26");
        assertThat(answer.status()).as("ranges that overlap are not worth it").isEqualTo(200);
        answer = bed.get("/a", "Range: bytes=0-1, 24-");

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("content-range")).isNull();
        String type = answer.field("content-type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        assertThat(answer.text())
                .isEqualTo("\r\n--" + boundary + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/26\r\n\r\nab"
                        + "\r\n--" + boundary
                        + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 24-25/26\r\n\r\nyz"
                        + "\r\n--" + boundary + "--\r\n");
    }

    @ParameterizedTest(name = "If-Range: {0}")
    @CsvSource(
            delimiter = '|',
            value = {"\"az\" | 206", "\"other\" | 200", "W/\"az\" | 200", "Sun, 06 Nov 1994 08:49:37 GMT | 200"})
    void rangeHoldsOnlyForTheVersionThatIfRangeNames(String ifRange, int status) throws Exception {
        bed.get("/a");

        assertThat(bed.get("/a", "Range: bytes=0-1", "If-Range: " + ifRange).status())
                .isEqualTo(status);
    }

    @Test
    void headIgnoresRanges() throws Exception {
        bed.get("/a");
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response head = viewer.request("HEAD", "/a", "Range: bytes=0-1");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.field("content-length")).isEqualTo("26");
            assertThat(viewer.get("/a", "Range: bytes=1-1").text()).isEqualTo("b");
        }
    }

    @Test
    void slowReaderOfALargeRangeGetsEveryByte() throws Exception {
        byte[] large = new byte[8 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + (i >> 8));
        }
        bed.origin.plays((asked, stage) -> stage.write(
                        "HTTP/1.1 200 OK\r\n" + KEEP + "\r\nContent-Length: " + large.length + "\r\n\r\n")
                .write(large));
        assertThat(bed.get("/a").body()).hasSize(large.length);

        try (RawViewer slow = bed.viewer()) {
            slow.send("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=1000-8000000\r\n\r\n");
            // Other viewers are served while this one does not read.
            assertThat(bed.get("/a", "Range: bytes=5-6").body()).containsExactly(large[5], large[6]);
            assertThat(slow.read().body()).isEqualTo(Arrays.copyOfRange(large, 1000, 8_000_001));
            slow.send("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=0-3000000,4000000-7000000\r\n\r\n");
            byte[] parts = slow.read().body();
            byte[] second = Arrays.copyOfRange(large, 4_000_000, 7_000_001);
            String text = new String(parts, StandardCharsets.ISO_8859_1);
            int at = text.indexOf("\r\n\r\n", text.indexOf("bytes 4000000-7000000")) + 4;
            assertThat(Arrays.copyOfRange(parts, at, at + second.length)).isEqualTo(second);
        }
    }

    // ---- under way ----

    @Test
    void rangeOfAResponseUnderWayIsCutFromItsStream() throws Exception {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\n" + KEEP + "\r\nContent-Length: 26\r\n\r\n" + ALPHABET.substring(0, 13));
            mayGoOn.await(20, TimeUnit.SECONDS);
            stage.write(ALPHABET.substring(13));
        });
        try (RawViewer first = bed.viewer();
                RawViewer second = bed.viewer();
                RawViewer third = bed.viewer()) {
            first.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(new String(first.readBytes(8), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1");
            second.send("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=2-4\r\n\r\n");
            RawViewer.Response early = second.read();
            assertThat(early.status()).isEqualTo(206);
            assertThat(early.text()).isEqualTo("cde");
            assertThat(early.field("content-range")).isEqualTo("bytes 2-4/26");
            third.send("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=12-14\r\n\r\n");
            mayGoOn.countDown();
            assertThat(third.read().text()).isEqualTo("mno");
            assertThat(second.get("/a", "Range: bytes=-1").text()).isEqualTo("z");
            assertThat(first.readRest("HTTP/1.1").text()).isEqualTo(ALPHABET);
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void aViewerWhoLeavesInMidRangeHarmsNobody() throws Exception {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\n" + KEEP + "\r\nContent-Length: 26\r\n\r\n" + ALPHABET.substring(0, 13));
            mayGoOn.await(20, TimeUnit.SECONDS);
            stage.write(ALPHABET.substring(13));
        });
        try (RawViewer first = bed.viewer();
                RawViewer leaving = bed.viewer()) {
            first.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            first.readBytes(8);
            leaving.send("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=2-20\r\n\r\n");
            leaving.readBytes(8);
            leaving.reset();
            Waiting.until("it has left", () -> bed.node().viewerConnections() == 1);
            mayGoOn.countDown();
            assertThat(first.readRest("HTTP/1.1").text()).isEqualTo(ALPHABET);
        }
        assertThat(bed.get("/a").field("x-cache")).startsWith("Hit");
    }

    // ---- not stored ----

    @Test
    void rangeThatIsNotStoredIsAskedFor() throws Exception {
        RawViewer.Response miss = bed.get("/a", "Range: bytes=2-4");

        assertThat(miss.status()).isEqualTo(206);
        assertThat(miss.text()).isEqualTo("cde");
        assertThat(miss.field("content-range")).isEqualTo("bytes 2-4/26");
        assertThat(miss.field("cache-status")).contains("fwd=partial");
        assertThat(bed.origin.requests().getFirst().field("range")).isEqualTo("bytes=2-4");
        assertThat(bed.get("/a", "Range: bytes=3-4").field("x-cache")).startsWith("Hit");
        assertThat(bed.get("/a", "Range: bytes=3-4").text()).isEqualTo("de");
        assertThat(bed.get("/a", "Range: bytes=3-3,4-4").status()).isEqualTo(206);
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(bed.get("/a", "Range: bytes=3-5").text()).isEqualTo("def");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void originWithoutRangesAnswersWithTheWholeWhichIsCutAndStored() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", ALPHABET, KEEP)));

        assertThat(bed.get("/a", "Range: bytes=2-4").text()).isEqualTo("cde");
        Waiting.until("it is stored", () -> bed.node().cache().store().entries() > 0);

        RawViewer.Response whole = bed.get("/a");
        assertThat(whole.text()).isEqualTo(ALPHABET);
        assertThat(whole.field("x-cache")).startsWith("Hit");
    }

    @Test
    void unsatisfiableRangeSpoilsNothingForOthers() throws Exception {
        RawViewer.Response refused = bed.get("/a", "Range: bytes=99-");

        assertThat(refused.status()).isEqualTo(416);
        assertThat(refused.field("content-range")).isEqualTo("bytes */26");
        RawViewer.Response whole = bed.get("/a");
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.field("cache-status")).contains("stored");
        assertThat(bed.get("/a").field("x-cache")).startsWith("Hit");
    }

    @Test
    void partsAreJoinedToTheWhole() throws Exception {
        assertThat(bed.get("/a", "Range: bytes=0-9").status()).isEqualTo(206);
        assertThat(bed.get("/a", "Range: bytes=8-20").status()).isEqualTo(206);
        RawViewer.Response fromBoth = bed.get("/a", "Range: bytes=5-15");
        assertThat(fromBoth.text()).isEqualTo(ALPHABET.substring(5, 16));
        assertThat(fromBoth.field("x-cache")).startsWith("Hit");
        assertThat(bed.get("/a", "Range: bytes=-5").status()).isEqualTo(206);

        RawViewer.Response whole = bed.get("/a");

        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).isEqualTo(ALPHABET);
        assertThat(whole.field("content-length")).isEqualTo("26");
        assertThat(whole.field("content-range")).isNull();
        assertThat(whole.field("x-cache")).startsWith("Hit");
        assertThat(bed.origin.requests()).hasSize(3);
    }

    @Test
    void theRestOfABegunRepresentationIsAskedFor() throws Exception {
        bed.get("/a", "Range: bytes=0-9");

        RawViewer.Response whole = bed.get("/a");

        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).isEqualTo(ALPHABET);
        assertThat(bed.origin.requests().get(1).field("range")).isEqualTo("bytes=10-");
        assertThat(bed.origin.requests().get(1).field("if-range")).isEqualTo("\"az\"");
        assertThat(bed.get("/a", "Range: bytes=9-10").text()).isEqualTo("jk");
        assertThat(bed.origin.requests()).hasSize(2);
        assertThat(bed.node().cache().store().entries())
                .as("the part makes room for the whole")
                .isEqualTo(1);
    }

    @Test
    void partOfAnotherVersionIsNotBuiltUpon() throws Exception {
        bed.get("/a", "Range: bytes=0-9");
        bed.origin.plays(
                (asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "changed", "ETag: \"2\"", KEEP)));

        assertThat(bed.get("/a").text()).isEqualTo("changed");
        assertThat(bed.get("/a").text()).isEqualTo("changed");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void restThatDoesNotFitMakesTheWholeBeAskedFor() throws Exception {
        bed.get("/a", "Range: bytes=0-9");
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("Range") == null
                        ? ScriptedOrigin.response("200 OK", "whole", "ETag: \"2\"", KEEP)
                        : ScriptedOrigin.response(
                                "206 Partial Content", "rest", "ETag: \"2\"", "Content-Range: bytes 10-13/14", KEEP)));

        assertThat(bed.get("/a").text()).isEqualTo("whole");
        assertThat(bed.origin.requests()).hasSize(3);
    }

    @Test
    void functionThatAnswersInPlaceOfTheOriginEndsACompletion() throws Exception {
        bed.get("/a", "Range: bytes=0-9");
        bed.with(
                        EventType.ORIGIN_REQUEST,
                        "exports.handler = async () => ({status: '404', statusDescription: 'x', body: 'generated'});")
                .publish();

        RawViewer.Response generated = bed.get("/a");

        assertThat(generated.status()).isEqualTo(404);
        assertThat(generated.text()).isEqualTo("generated");
    }

    @Test
    void stalePartsAreNotUsed() throws Exception {
        bed.get("/a", "Range: bytes=0-9");
        time.advance(Duration.ofSeconds(60));

        assertThat(bed.get("/a", "Range: bytes=0-9").field("x-cache")).startsWith("Miss");
        assertThat(bed.origin.requests()).hasSize(2);
    }
}
