package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.disk.DiskCounts;
import dev.nearside.edge.cache.disk.TieredStore;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole node on real sockets whose memory takes objects of up to 100,000 bytes and whose disk takes the rest. */
@Timeout(60)
class DiskCacheTest {

    private static final int LARGE = 1_500_000;
    private static final String CONTENT = "0123456789abcdef".repeat(LARGE / 16);

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(
                folder,
                NodeSettings.DEFAULTS.with(
                        new EdgeNodeConfig.Limits(8 << 20, 100_000, 4 << 20, 0, 0, 0, 50L << 20, 0)));
        store().loaded().join();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", CONTENT, "Cache-Control: max-age=3600")));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void objectLargerThanMemoryAllowsIsAHitFromDisk() throws Exception {
        fetchToDisk("/film");
        RawViewer.Response hit = bed.get("/film");

        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.whole()).isTrue();
        assertThat(hit.text()).isEqualTo(CONTENT);
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void bodyOfUnknownLengthGoesToDiskWhenItOutgrowsMemory() throws Exception {
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int at = 0; at < CONTENT.length(); at += 50_000) {
                String part = CONTENT.substring(at, Math.min(CONTENT.length(), at + 50_000));
                stage.write(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
            }
            stage.write("0\r\n\r\n");
        });
        fetchToDisk("/stream");

        assertThat(bed.get("/stream").text()).isEqualTo(CONTENT);
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(bed.node().cache().bytesInFlight()).isZero();
    }

    @Test
    void manyViewersReadOneFileAtOnce() throws Exception {
        fetchToDisk("/film");
        try (RawViewer one = bed.viewer();
                RawViewer other = bed.viewer()) {
            String request = "GET /film HTTP/1.1\r\nHost: site.test\r\n\r\n";
            one.send(request + request);
            other.send(request);

            assertThat(other.read().text()).isEqualTo(CONTENT);
            assertThat(one.read().text()).isEqualTo(CONTENT);
            assertThat(one.read().text()).isEqualTo(CONTENT);
        }
    }

    @Test
    void viewerWhoLeavesInTheMiddleDisturbsNobody() throws Exception {
        fetchToDisk("/film");
        try (RawViewer leaving = bed.viewer()) {
            leaving.send("GET /film HTTP/1.1\r\nHost: site.test\r\n\r\n").readBytes(10_000);
            leaving.reset();
        }

        assertThat(bed.get("/film").text()).isEqualTo(CONTENT);
    }

    @Test
    void restartedNodeServesFromItsDisk() throws Exception {
        fetchToDisk("/film");
        restart();

        RawViewer.Response hit = bed.get("/film");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.text()).isEqualTo(CONTENT);
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void invalidatedObjectDoesNotComeBackWithARestartAndOthersDo() throws Exception {
        fetchToDisk("/a");
        fetchToDisk("/b");
        bed.invalidate("/a").publish();
        restart();

        assertThat(bed.get("/b").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
        awaitEntries(2);
        restart();

        assertThat(bed.get("/a").field("x-cache"))
                .as("younger than the invalidation that the snapshot still holds")
                .isEqualTo("Hit from cloudfront");
    }

    @Test
    void invalidationWhileTheNodeIsAwayHolds() throws Exception {
        fetchToDisk("/a");
        bed.restartNodeAfter(() -> bed.invalidate("/a").publishUnheard());
        store().loaded().join();
        bed.controlPlane.awaitAcknowledgement();

        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
    }

    @Test
    void withoutItsSnapshotANodeDoesNotTrustItsDisk() throws Exception {
        fetchToDisk("/a");
        bed.restartNodeAfter(() -> Files.delete(folder.resolve("snapshot.json")));
        store().loaded().join();
        bed.controlPlane.awaitAcknowledgement();

        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
    }

    @Test
    void damagedFileBreaksTheExchangeOffAndIsFetchedAnew() throws Exception {
        fetchToDisk("/film");
        Path file = onlyFile();
        byte[] bytes = Files.readAllBytes(file);
        bytes[LARGE / 2] ^= 1;
        Files.write(file, bytes);

        RawViewer.Response broken = bed.get("/film");
        assertThat(broken.whole()).isFalse();
        assertThat(CONTENT).startsWith(broken.text());
        assertThat(counts().corrupt()).isEqualTo(1);
        assertThat(bed.get("/film").text()).isEqualTo(CONTENT);
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"Accept: */*, 200", "Range: bytes=0-99, 206", "Range: bytes=0-99;1000000-1000099, 200"})
    void fileThatIsGoneSinceTheLookupIsAMissBeforeTheHead(String field, int status) throws Exception {
        fetchToDisk("/film");
        Files.delete(onlyFile());
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /film HTTP/1.1\r\nHost: site.test\r\n" + field.replace(';', ',') + "\r\n\r\n");
            RawViewer.Response answer = viewer.read();

            assertThat(answer.whole()).isTrue();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("x-cache")).isEqualTo("Miss from cloudfront");
            assertThat(bed.origin.requests()).hasSize(2);
        }
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.filter(each -> each.toString().endsWith(".object"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void fetchToDisk(String path) throws IOException {
        long before = counts().entries();
        assertThat(bed.get(path).whole()).isTrue();
        awaitEntries(before + 1);
    }

    private void awaitEntries(long entries) {
        while (counts().entries() < entries) {
            Thread.onSpinWait();
        }
    }

    private void restart() throws IOException {
        bed.restartNode();
        store().loaded().join();
    }

    private TieredStore store() {
        return (TieredStore) bed.node().cache().store();
    }

    private DiskCounts counts() {
        return store().diskCounts();
    }
}
