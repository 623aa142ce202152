package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.testing.DeadPort;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Origins that are down, slow, cut or lying, and viewers that leave: nothing half is kept, nothing leaks. */
class OriginFaultsTest {

    private static final String KEEP = "Cache-Control: max-age=60\r\n";

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(
                folder,
                NodeSettings.DEFAULTS.with(new EdgeNodeConfig.Limits(64 << 20, 1 << 20, 4 << 20, 0, 0, 0, 0, 0)));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void anOriginThatIsDownIs502WithItsAddress() throws Exception {
        try (DeadPort dead = new DeadPort()) {
            bed.withOriginPort(dead.number()).publish();
            RawViewer.Response response = bed.get("/a");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
            assertThat(response.text())
                    .contains("http://localhost:" + dead.number())
                    .contains("2 attempts");
        }
    }

    @Test
    void anOriginThatNeverAnswersIs504() throws Exception {
        bed.withReadTimeoutSeconds(1).publish();
        CountDownLatch end = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> end.await());
        RawViewer.Response response = bed.get("/a");
        end.countDown();
        assertThat(response.status()).isEqualTo(504);
        assertThat(response.text()).contains("sent nothing for 1 seconds");
    }

    @Test
    void anOriginThatClosesWithoutAnswerIs502() throws Exception {
        bed.origin.plays((asked, stage) -> stage.close());
        assertThat(bed.get("/a").status()).isEqualTo(502);
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void nonsenseFromTheOriginIs502() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
        assertThat(bed.get("/a").status()).isEqualTo(502);
    }

    @Test
    void aBodyThatIsResetBreaksOffAndIsNotKept() throws Exception {
        AtomicInteger plays = new AtomicInteger();
        bed.origin.plays((asked, stage) -> {
            if (plays.getAndIncrement() == 0) {
                stage.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n" + KEEP + "\r\nabc");
                stage.reset();
            } else {
                stage.write(ScriptedOrigin.ok("0123456789"));
            }
        });
        RawViewer.Response broken = bed.get("/a");
        assertThat(broken.whole()).isFalse();
        RawViewer.Response next = bed.get("/a");
        assertThat(next.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(next.text()).isEqualTo("0123456789");
    }

    @Test
    void aBodyShorterThanDeclaredIsNotKept() throws Exception {
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n" + KEEP + "\r\nabc");
            stage.close();
        });
        assertThat(bed.get("/a").whole()).isFalse();
        assertThat(bed.get("/a").whole()).isFalse();
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void bytesBeyondTheDeclaredLengthAreNobodysAnswer() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
                + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"));
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 5; i++) {
                assertThat(viewer.get("/a" + i).text()).isEqualTo("abc");
            }
        }
        assertThat(bed.origin.connections()).isEqualTo(5);
    }

    @Test
    void aChunkedBodyWithoutItsEndIsNotKept() throws Exception {
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + KEEP + "\r\n3\r\nabc\r\n");
            stage.close();
        });
        assertThat(bed.get("/a").whole()).isFalse();
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsKept() throws Exception {
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\n" + KEEP + "\r\nuntil the end");
            stage.close();
        });
        assertThat(bed.get("/a").text()).isEqualTo("until the end");
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void aDeadIdleConnectionIsReplacedWithoutTheViewerNoticing() throws Exception {
        AtomicInteger plays = new AtomicInteger();
        bed.origin.plays((asked, stage) -> {
            // The second request comes on the first's connection, which then ends without an answer.
            if (plays.getAndIncrement() == 1) {
                stage.close();
            } else {
                stage.write(ScriptedOrigin.response("200 OK", "alive", "Cache-Control: no-store"));
            }
        });
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.get("/a").text()).isEqualTo("alive");
            assertThat(viewer.get("/a").text()).isEqualTo("alive");
        }
        assertThat(bed.origin.connections()).isEqualTo(2);
    }

    @Test
    void aPostIsNeverSentTwice() throws Exception {
        AtomicInteger plays = new AtomicInteger();
        bed.origin.plays((asked, stage) -> {
            if (plays.getAndIncrement() == 1) {
                stage.close();
            } else {
                stage.write(ScriptedOrigin.response("200 OK", "done"));
            }
        });
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("POST", "/a").status()).isEqualTo(200);
            assertThat(viewer.request("POST", "/a").status()).isEqualTo(502);
        }
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void aViewerThatLeavesDoesNotEndTheFillOfOthers() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n" + KEEP + "\r\nab");
            goOn.await();
            stage.write("cdef");
        });
        try (RawViewer leader = bed.viewer();
                RawViewer follower = bed.viewer()) {
            leader.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            leader.readBytes(1);
            follower.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            follower.readBytes(1);
            leader.reset();
            goOn.countDown();
            assertThat(follower.readRest("H").text()).isEqualTo("abcdef");
        }
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void aSlowViewerHoldsTheOriginBackAndNotTheHeap() throws Exception {
        long size = 256L << 20;
        CountDownLatch blocked = new CountDownLatch(1);
        long[] written = new long[1];
        bed.origin.plays((asked, stage) -> {
            if (asked.line().contains("/small")) {
                stage.write(ScriptedOrigin.ok("small"));
                return;
            }
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\nCache-Control: no-store\r\n\r\n");
            byte[] part = new byte[1 << 20];
            for (long at = 0; at < size; at += part.length) {
                stage.write(part);
                written[0] = at;
                if (at >= 2 << 20) {
                    blocked.countDown();
                }
            }
        });
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /huge HTTP/1.1\r\nHost: site.test\r\n\r\n");
            viewer.readBytes(1);
            assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(bed.get("/small").text()).isEqualTo("small");
            assertThat(written[0])
                    .as("bytes that the origin could send while nobody read")
                    .isLessThan(size / 2);
        }
    }

    @Test
    void anObjectBeyondTheLimitIsStreamedAndNotKept() throws Exception {
        String big = "x".repeat(3 << 20);
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + KEEP
                + "\r\n" + Integer.toHexString(big.length()) + "\r\n" + big + "\r\n0\r\n\r\n"));
        assertThat(bed.get("/big").body()).hasSize(big.length());
        assertThat(bed.get("/big").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.node().cache().bytesInFlight()).isZero();
    }
}
