package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nearside.edge.EdgeNodeConfig.ShieldTable;
import dev.nearside.edge.access.AccessRow;
import dev.nearside.edge.accesslog.Logs;
import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Tls;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.Distribution.Logging;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudFront's standard log on a whole node: what is asked and what then stands in files. */
class StandardLogTest {

    private static final Logging LOGGING = new Logging(true, false, "my-logs.s3.amazonaws.com", "site");
    private static final String IN_1413 = "my-logs/site/E1\\.2023-11-14-22\\.[0-9a-f]{8}";

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder.resolve("node"), time).with(LOGGING);
        bed.publish();
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private Path logs() {
        return folder.resolve("node/logs");
    }

    /** The rows once there are so many, by the fields' names. */
    private List<Map<String, String>> rows(int count) throws Exception {
        return rows(bed.node(), logs(), count);
    }

    private static List<Map<String, String>> rows(EdgeNode node, Path logs, int count) throws Exception {
        Waiting.until(count + " rows are written", () -> node.accessLog().written() >= count);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : Logs.rows(logs)) {
            String[] values = line.split("\t", -1);
            assertThat(values).hasSize(33);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                row.put(AccessRow.FIELDS.get(i), values[i]);
            }
            rows.add(row);
        }
        assertThat(rows).hasSize(count);
        return rows;
    }

    @Test
    void rowTellsWhatWentOverTheWire() throws Exception {
        String request =
                "GET /a%20b?x='1' HTTP/1.1\r\nHost: site.test\r\nUser-Agent: Probe 1\r\nReferer: http://r.test/"
                        + "\r\nCookie: a=1\r\nConnection: close\r\n\r\n";
        bed.origin.plays(
                (asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "hello", "Content-Type: text/plain")));
        int received;
        try (RawViewer viewer = bed.viewer()) {
            received = viewer.send(request).readBytes(1_000_000).length;
        }

        Map<String, String> row = rows(1).getFirst();

        assertThat(row)
                .containsEntry("date", "2023-11-14")
                .containsEntry("time", "22:13:20")
                .containsEntry("x-edge-location", "LHR50-C1")
                .containsEntry("sc-bytes", Integer.toString(received))
                .containsEntry("cs-bytes", Integer.toString(request.length()))
                .containsEntry("c-ip", "127.0.0.1")
                .containsEntry("cs-method", "GET")
                .containsEntry("cs(Host)", "e1.cdn.localhost")
                .containsEntry("x-host-header", "site.test")
                .containsEntry("cs-uri-stem", "/a%2520b")
                .containsEntry("cs-uri-query", "x=%271%27")
                .containsEntry("sc-status", "200")
                .containsEntry("cs(Referer)", "http://r.test/")
                .containsEntry("cs(User-Agent)", "Probe%201")
                .containsEntry("cs(Cookie)", "-")
                .containsEntry("x-edge-result-type", "Miss")
                .containsEntry("cs-protocol", "http")
                .containsEntry("cs-protocol-version", "HTTP/1.1")
                .containsEntry("ssl-protocol", "-")
                .containsEntry("sc-content-type", "text/plain")
                .containsEntry("sc-content-len", "5")
                .containsEntry("time-taken", "0.000");
        assertThat(row.get("c-port")).matches("[1-9][0-9]*");
    }

    @ParameterizedTest
    @CsvSource({"10, 'Content-Length: 10'", "70000, 'Content-Length: 70000'", "70000, 'Transfer-Encoding: chunked'"})
    void everyByteOfABodyIsCounted(int length, String framing) throws Exception {
        String body = "x".repeat(length);
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n" + framing
                + "\r\n\r\n"
                + (framing.startsWith("T") ? Integer.toHexString(length) + "\r\n" + body + "\r\n0\r\n\r\n" : body)));
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (RawViewer viewer = bed.viewer()) {
                viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
                received.add(Integer.toString(viewer.readBytes(1_000_000).length));
            }
        }

        assertThat(rows(2)).extracting(row -> row.get("sc-bytes")).isEqualTo(received);
    }

    @Test
    void bodyOfARequestIsCountedForItsExchangeAlone() throws Exception {
        String head = "POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\n";
        try (RawViewer viewer = bed.viewer()) {
            viewer.send(head + "abc").read();
            viewer.send(head + "def").read();
        }

        assertThat(rows(2)).extracting(row -> row.get("cs-bytes")).containsOnly(Integer.toString(head.length() + 3));
    }

    @Test
    void resultsOfCacheAndOrigin() throws Exception {
        bed.origin.plays((asked, stage) -> {
            if (asked.line().contains("/closes")) {
                stage.close();
            } else if (asked.line().contains("/missing")) {
                stage.write(ScriptedOrigin.response("404 Not Found", "no"));
            } else {
                stage.write(ScriptedOrigin.ok("0123456789"));
            }
        });
        bed.get("/a");
        bed.get("/a");
        bed.get("/a", "Range: bytes=2-4");
        bed.get("/missing");
        bed.get("/closes");

        List<Map<String, String>> rows = rows(5);

        // In any order, for a row is written when the last byte has left, and the viewer may be faster with its next.
        assertThat(rows)
                .extracting(
                        row -> row.get("sc-status"),
                        row -> row.get("x-edge-result-type"),
                        row -> row.get("x-edge-detailed-result-type"),
                        row -> row.get("sc-range-start"),
                        row -> row.get("sc-range-end"))
                .containsExactlyInAnyOrder(
                        tuple("200", "Miss", "Miss", "-", "-"),
                        tuple("200", "Hit", "Hit", "-", "-"),
                        tuple("206", "Hit", "Hit", "2", "4"),
                        tuple("404", "Error", "Error", "-", "-"),
                        tuple("502", "Error", "OriginReadError", "-", "-"));
        assertThat(rows)
                .filteredOn(row -> "206".equals(row.get("sc-status")))
                .extracting(row -> row.get("sc-content-len"))
                .containsExactly("3");
    }

    @Test
    void redirectIsOne() throws Exception {
        bed.with(ViewerProtocolPolicy.REDIRECT_TO_HTTPS).publish();
        bed.get("/a");

        assertThat(rows(1).getFirst())
                .containsEntry("sc-status", "301")
                .containsEntry("x-edge-result-type", "Redirect")
                .containsEntry("x-edge-detailed-result-type", "Redirect");
    }

    @Test
    void functionsThatFailAndThatAnswer() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async event => {
                    const request = event.Records[0].cf.request;
                    if (request.uri === '/throws') { throw new Error('no'); }
                    return request.uri === '/answers' ? { status: '200', body: 'hi' } : request;
                };""")
                .with(EventType.ORIGIN_REQUEST, "exports.handler = async () => ({ status: '200', body: 'ho' });");
        bed.publish();
        bed.get("/throws");
        bed.get("/answers");
        bed.get("/other");

        List<Map<String, String>> rows = rows(3);

        assertThat(rows)
                .extracting(row -> row.get("x-edge-result-type"))
                .containsExactlyInAnyOrder("LambdaExecutionError", "LambdaGeneratedResponse", "Miss");
        assertThat(rows)
                .extracting(row -> row.get("x-edge-detailed-result-type"))
                .containsExactlyInAnyOrder("LambdaExecutionError", "LambdaGeneratedResponse", "MissGeneratedResponse");
    }

    @Test
    void viewerThatLeavesBeforeAnAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        bed.origin.plays((_, _) -> {
            asked.countDown();
            end.await();
        });
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            asked.await();
            viewer.reset();
        }
        Map<String, String> row = rows(1).getFirst();
        end.countDown();

        assertThat(row)
                .containsEntry("sc-status", "000")
                .containsEntry("sc-bytes", "0")
                .containsEntry("x-edge-result-type", "Error")
                .containsEntry("x-edge-detailed-result-type", "ClientCommError");
    }

    @Test
    void viewerThatLeavesWithinItsRequest() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 10\r\n\r\nabc");
            Waiting.until("the origin is asked", () -> bed.origin.connections() == 1);
            viewer.reset();
        }

        assertThat(rows(1).getFirst())
                .containsEntry("sc-status", "000")
                .containsEntry("x-edge-detailed-result-type", "ClientHungUpRequest");
    }

    @Test
    void viewerThatLeavesWithinTheAnswer() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        bed.origin.plays((_, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            end.await();
        });
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            viewer.readBytes(1);
            viewer.reset();
        }
        Map<String, String> row = rows(1).getFirst();
        end.countDown();

        assertThat(row)
                .containsEntry("sc-status", "200")
                .containsEntry("x-edge-response-result-type", "Miss")
                .containsEntry("x-edge-result-type", "Error")
                .containsEntry("x-edge-detailed-result-type", "ClientCommError");
    }

    @Test
    void originThatBreaksOff() throws Exception {
        bed.origin.plays((_, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            stage.close();
        });
        bed.get("/a");

        assertThat(rows(1).getFirst())
                .containsEntry("sc-status", "200")
                .containsEntry("x-edge-response-result-type", "Miss")
                .containsEntry("x-edge-detailed-result-type", "OriginReadError");
    }

    @Test
    void bodyThatIsNoHttpIsLoggedWithItsStatus() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
            assertThat(viewer.read().status()).isEqualTo(400);
        }

        assertThat(rows(1).getFirst())
                .containsEntry("sc-status", "400")
                .containsEntry("cs-method", "POST")
                .containsEntry("x-edge-result-type", "Error")
                .containsEntry("x-edge-detailed-result-type", "InvalidRequest");
    }

    @Test
    void requestWithoutADistributionIsInNoLog() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n").read();
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n").read();
        }

        assertThat(rows(1).getFirst()).containsEntry("cs-uri-stem", "/a");
    }

    @Test
    void withoutLoggingThereIsNothingOnDisk() throws Exception {
        bed.with(Logging.OFF).publish();
        bed.get("/a");
        bed.restartNode();

        assertThat(logs()).doesNotExist();
    }

    @Test
    void cookiesAreLoggedIfTheDistributionSaysSo() throws Exception {
        bed.with(new Logging(true, true, LOGGING.bucket(), LOGGING.prefix())).publish();
        bed.get("/a", "Cookie: a=1; b=2");
        bed.get("/a");

        assertThat(rows(2)).extracting(row -> row.get("cs(Cookie)")).containsExactlyInAnyOrder("a=1;%20b=2", "-");
    }

    @Test
    void fileIsReadableInItsHourAndCompressedAfterIt() throws Exception {
        bed.get("/a");
        rows(1);
        String open = Logs.files(logs()).getFirst();
        assertThat(open).matches(IN_1413 + "\\.log");

        time.advance(Duration.ofHours(1));
        bed.get("/b");
        Path closed = logs().resolve(open.replaceFirst("\\.log$", ".gz"));
        Waiting.until(
                "the hour's file is compressed", () -> Files.exists(closed) && !Files.exists(logs().resolve(open)));

        rows(2);
        assertThat(Logs.files(logs()))
                .hasSize(2)
                .anyMatch(file -> file.matches(IN_1413 + "\\.gz"))
                .anyMatch(file -> file.matches("my-logs/site/E1\\.2023-11-14-23\\.[0-9a-f]{8}\\.log"));
    }

    @Test
    void restartInTheSameHourBeginsAnotherFile() throws Exception {
        bed.get("/a");
        bed.restartNode();
        bed.get("/b");
        bed.restartNode();

        assertThat(Logs.files(logs())).hasSize(2).allMatch(file -> file.matches(IN_1413 + "\\.gz"));
        assertThat(Logs.rows(logs())).extracting(row -> row.split("\t", -1)[7]).containsExactlyInAnyOrder("/a", "/b");
    }

    @Test
    void prefixAndBucketNeverLeadOut() throws Exception {
        bed.with(new Logging(true, false, LOGGING.bucket(), "../../../out")).publish();
        bed.get("/a");
        rows(1);
        bed.with(new Logging(true, false, "../../out.s3.amazonaws.com", "")).publish();
        bed.get("/a");
        Waiting.until("the row is lost", () -> bed.node().accessLog().failed() == 1);

        assertThat(Logs.files(folder))
                .noneMatch(file -> file.contains("out") && !file.startsWith("node/logs/my-logs/"));
        assertThat(Logs.files(logs())).singleElement().asString().startsWith("my-logs/%2E%2E/%2E%2E/%2E%2E/out/E1.");
    }

    @Test
    void diskThatTakesNothingDoesNotKeepViewersFromTheirAnswers() throws Exception {
        bed.restartNodeAfter(() -> {
            Files.createDirectories(logs());
            Files.writeString(logs().resolve("my-logs"), "in the way");
        });
        for (int i = 1; i <= 3; i++) {
            assertThat(bed.get("/a").status()).isEqualTo(200);
        }

        Waiting.until("the rows are lost", () -> bed.node().accessLog().failed() == 3);
        assertThat(bed.node().accessLog().written()).isZero();
    }

    @Test
    void stagingDistributionHasItsOwnRows() throws Exception {
        bed.with(
                        new ContinuousDeploymentPolicy(
                                "cd", true, "E2", new SingleHeader("aws-cf-cd-stage", "on"), null),
                        "/next")
                .publish();
        bed.get("/a");
        bed.get("/a", "aws-cf-cd-stage: on");

        assertThat(rows(2))
                .extracting(row -> row.get("cs(Host)"))
                .containsExactly("e1.cdn.localhost", "e2.cdn.localhost");
        assertThat(Logs.files(logs()))
                .anyMatch(file -> file.startsWith("my-logs/site/E1."))
                .anyMatch(file -> file.startsWith("my-logs/site/E2."));
    }

    @Test
    void exchangeOfTwoTiersIsLoggedWhereTheViewerIs() throws Exception {
        bed.withShieldRegion("us-east-1").publish();
        EdgeNode shield = bed.addNode("shield-1", new ShieldTable("us-east-1", Map.of()));
        ShieldTable behind = new ShieldTable(
                null,
                Map.of("us-east-1", new Shield("127.0.0.1", shield.address().getPort(), 0, 0)));
        List<String> details = new ArrayList<>();
        for (String name : List.of("edge-1", "edge-2")) {
            EdgeNode edge = bed.addNode(name, behind);
            try (RawViewer viewer = new RawViewer(edge.address())) {
                viewer.get("/a");
            }
            details.add(rows(edge, folder.resolve("node-" + name + "/logs"), 1)
                    .getFirst()
                    .get("x-edge-detailed-result-type"));
        }

        assertThat(details).containsExactly("Miss", "OriginShieldHit");
        assertThat(folder.resolve("node-shield-1/logs")).doesNotExist();
    }

    @Test
    void tlsIsNamedAsOpenSslNamesIt() throws Exception {
        Path authority = folder.resolve("tls");
        SSLContext trusting = Tls.trusting(LocalAuthority.openOrMake(authority, Time.system(), Randomness.secret())
                .certificate());
        bed.close();
        bed = TestBed.start(
                        folder.resolve("node"), NodeSettings.DEFAULTS.with(new EdgeNodeConfig.ViewerTls(authority, 0)))
                .with(LOGGING);
        bed.publish();
        try (RawViewer viewer = Tls.viewer(
                Tls.socket(trusting, "site.test", "TLSv1.2"),
                bed.node().secureAddress().orElseThrow())) {
            viewer.get("/a");
        }

        Map<String, String> row = rows(1).getFirst();
        assertThat(row).containsEntry("cs-protocol", "https").containsEntry("ssl-protocol", "TLSv1.2");
        assertThat(row.get("ssl-cipher")).matches("ECDHE-[A-Z]+-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)");
    }
}
