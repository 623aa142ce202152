package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RFC 9530 on a whole node: what a viewer can check is true, whatever the edge did to the response. */
class ContentDigestTest {

    private static final String TEXT = "A page of this line.\n".repeat(100);

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.origin.plays((asked, stage) -> {
            String range = asked.field("Range");
            if (range == null) {
                stage.write(response("200 OK", TEXT));
                return;
            }
            String[] ends = range.substring("bytes=".length()).split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int end = ends[1].isEmpty() ? TEXT.length() : Integer.parseInt(ends[1]) + 1;
            stage.write(response(
                    "206 Partial Content",
                    TEXT.substring(first, end),
                    "Content-Range: bytes " + first + "-" + (end - 1) + "/" + TEXT.length()));
        });
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void wishesAndDigestsPassThrough() throws Exception {
        RawViewer.Response miss = bed.get("/a", "Want-Content-Digest: sha-256=9", "Want-Repr-Digest: sha-256=9");
        RawViewer.Response hit = bed.get("/a");

        assertThat(bed.origin.requests().getFirst().field("Want-Content-Digest"))
                .isEqualTo("sha-256=9");
        assertThat(bed.origin.requests().getFirst().field("Want-Repr-Digest")).isEqualTo("sha-256=9");
        for (RawViewer.Response response : new RawViewer.Response[] {miss, hit}) {
            assertDigestIsTrue(response);
            assertThat(response.field("Content-Digest")).isNotNull();
            assertThat(response.field("Repr-Digest")).isEqualTo(digest(TEXT));
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void rangeOfWhatIsStoredHasTheDigestOfTheWholeOnly() throws Exception {
        bed.get("/a");
        RawViewer.Response one = bed.get("/a", "Range: bytes=3-9");
        RawViewer.Response two = bed.get("/a", "Range: bytes=0-1,5-6");

        assertThat(one.status()).isEqualTo(206);
        assertThat(two.status()).isEqualTo(206);
        assertThat(one.field("Content-Digest")).isNull();
        assertThat(two.field("Content-Digest")).isNull();
        assertThat(one.field("Repr-Digest")).isEqualTo(digest(TEXT));
        assertThat(two.field("Repr-Digest")).isEqualTo(digest(TEXT));
    }

    @Test
    void partOfTheOriginKeepsItsDigestUntilItIsJoined() throws Exception {
        RawViewer.Response first = bed.get("/a", "Range: bytes=0-99");
        RawViewer.Response same = bed.get("/a", "Range: bytes=0-99");
        assertDigestIsTrue(first);
        assertDigestIsTrue(same);
        assertThat(first.field("Content-Digest")).isNotNull();
        assertThat(same.field("Content-Digest")).isNotNull();

        bed.get("/a", "Range: bytes=100-");
        RawViewer.Response whole = bed.get("/a");

        assertThat(whole.field("x-cache")).startsWith("Hit");
        assertThat(whole.text()).isEqualTo(TEXT);
        assertDigestIsTrue(whole);
        assertThat(whole.field("Repr-Digest")).isEqualTo(digest(TEXT));
    }

    @Test
    void compressedBodyHasNoDigestOfThePlainOne() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).withCompression().publish();

        RawViewer.Response encoded = bed.get("/a", "Accept-Encoding: gzip");

        assertThat(encoded.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(encoded.field("Content-Digest")).isNull();
        assertThat(encoded.field("Repr-Digest")).isNull();
    }

    @Test
    void bodyOfAFunctionHasNoDigestOfTheOrigins() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.body = 'another';
                    return response;
                };
                """).publish();

        RawViewer.Response replaced = bed.get("/a");

        assertThat(replaced.text()).isEqualTo("another");
        assertThat(replaced.field("Content-Digest")).isNull();
        assertThat(replaced.field("Repr-Digest")).isNull();
    }

    /** RFC 9530 §2: if there is one, it is of these very bytes. */
    private static void assertDigestIsTrue(RawViewer.Response response) throws Exception {
        String said = response.field("Content-Digest");
        if (said != null) {
            assertThat(said).isEqualTo(digest(response.text()));
        }
    }

    private static String response(String status, String body, String... more) throws Exception {
        String[] fields = new String[5 + more.length];
        fields[0] = "Cache-Control: max-age=60";
        fields[1] = "ETag: \"1\"";
        fields[2] = "Content-Type: text/plain";
        fields[3] = "Content-Digest: " + digest(body);
        fields[4] = "Repr-Digest: " + digest(TEXT);
        System.arraycopy(more, 0, fields, 5, more.length);
        return ScriptedOrigin.response(status, body, fields);
    }

    private static String digest(String content) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.US_ASCII));
        return "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
    }
}
