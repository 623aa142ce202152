package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Behavior, cache key, functions and origin see one and the same target, so there is no difference that a deceived cache
 * could live on. As CloudFront does, the node never decodes, normalises or reorders it.
 */
class OneTargetForAllTest {

    @TempDir
    static Path folder;

    private static TestBed bed;

    @BeforeAll
    static void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok(asked.line())));
    }

    @AfterAll
    static void stopNode() throws Exception {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%2fb.css",
                "/a%2Fb.css",
                "/a/b.css",
                "/%61/b.css",
                "/account/%2e%2e/a.css",
                "/account/../a.css",
                "//a.css",
                "/./a.css",
                "/a%00.css",
                "/a%zz.css",
                "/a%",
                "/a%c0%ae.css",
                "/a%C0%AE.css",
                "/a\\b.css",
                "/a;b.css",
                "/a;v=1/b.css",
                "/a.css/",
                "/A.css",
                "/a|b",
                "/a\"b",
                "/a{b}",
                "/a<b>",
                "/a^b`c",
                "/a?b=1+2",
                "/a?b=1%202",
                "/a?b=1%2b2",
                "/a?=1",
                "/a?b",
                "/a?b=",
                "/a?b=1&b=2",
                "/a?b=2&b=1",
                "/a?b?c",
                "/a??",
                "/a?&",
                "/a?b=1&&c",
                "/a?%62=1",
                "/a?b=%zz",
                "/a?b=/../c"
            })
    void isForwardedAndKeyedAsSent(String target) throws Exception {
        RawViewer.Response first = bed.get(target);
        assertThat(first.text()).isEqualTo("GET " + target + " HTTP/1.1");
        assertThat(first.field("x-cache")).as("no other target has this key").isEqualTo("Miss from cloudfront");
        RawViewer.Response second = bed.get(target);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void rawBytesBeyondAsciiAndTheirEncodingAreOneTarget() throws Exception {
        assertThat(bed.get("/caf\u00c3\u00a9?\u00c3").text()).isEqualTo("GET /caf%C3%A9?%C3 HTTP/1.1");
        assertThat(bed.get("/caf%C3%A9?%C3").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void anEmptyQueryIsNone() throws Exception {
        assertThat(bed.get("/empty?").text()).isEqualTo("GET /empty HTTP/1.1");
        assertThat(bed.get("/empty").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void absoluteFormIsTheSameTarget() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET http://site.test/absolute?a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().text()).isEqualTo("GET /absolute?a HTTP/1.1");
            assertThat(viewer.get("/absolute?a").field("x-cache")).isEqualTo("Hit from cloudfront");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        /x.css       | true
        /x%2ecss     | false
        /x.css%00    | false
        /a/../x.css  | true
        /x.css/      | false
        /x.css;a     | false
        /x.CSS       | false
        """)
    void aPatternIsMatchedWithTheTargetAsSent(String path, boolean matches) {
        assertThat(dev.nearside.edge.routing.PathPattern.of("*.css").matches(path))
                .isEqualTo(matches);
    }

    static List<String> rangeBombs() {
        return List.of(
                "bytes=" + "0-,".repeat(1_300) + "0-",
                "bytes=" + "0-0,".repeat(600) + "0-0",
                "bytes=" + "5-10,3-8,".repeat(300) + "0-1",
                "bytes=0-18446744073709551616",
                "bytes=9223372036854775807-9223372036854775808",
                "bytes=-99999999999999999999999999",
                "bytes=-0",
                "bytes=5-1",
                "bytes=",
                "bytes",
                "bytes=,,,,",
                "bytes=0-1,garbage",
                "bytes=a-b",
                "bytes=--1",
                "lines=1-2",
                "bytes=0-0, ,1-1,-1",
                "=0-1",
                "bytes = 0 - 1");
    }

    @ParameterizedTest
    @MethodSource("rangeBombs")
    void rangesNeverMakeMoreThanTheBodyAndTheirFraming(String range) throws Exception {
        bed.get("/ranged");
        int whole = bed.get("/ranged").body().length;
        RawViewer.Response response = bed.get("/ranged", "Range: " + range);
        assertThat(response.status()).isIn(200, 206, 416);
        assertThat(response.whole()).isTrue();
        // Framing of multipart/byteranges: a few parts at most, each with a boundary and two fields.
        assertThat(response.body().length).isLessThan(whole + 2_000);
    }
}
