package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Tls;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Viewers that come over TLS, with a handshake of the JDK's against a whole node. */
class ViewerTlsTest {

    @TempDir
    Path folder;

    private TestBed bed;
    private SSLContext trusting;

    @BeforeEach
    void startNode() throws Exception {
        Path authority = folder.resolve("tls");
        trusting = Tls.trusting(LocalAuthority.openOrMake(authority, Time.system(), Randomness.secret())
                .certificate());
        bed = TestBed.start(
                folder.resolve("node"), NodeSettings.DEFAULTS.with(new EdgeNodeConfig.ViewerTls(authority, 0)));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private InetSocketAddress secure() {
        return bed.node().secureAddress().orElseThrow();
    }

    private RawViewer viewer(String... protocols) throws Exception {
        return Tls.viewer(Tls.socket(trusting, "site.test", protocols), secure());
    }

    private static List<String> namesOf(SSLSocket socket) throws Exception {
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectAlternativeNames().stream()
                .map(it -> String.valueOf(it.get(1)))
                .collect(Collectors.toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsOfTlsAreAgreedOn(String protocol) throws Exception {
        SSLSocket socket = Tls.socket(trusting, "site.test", protocol);
        try (RawViewer viewer = Tls.viewer(socket, secure())) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(viewer.get("/a").text()).isEqualTo("hello");
        }
    }

    @Test
    void httpClientOfTheJdkIsServed() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + secure().getPort() + "/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("no distribution answers on localhost")
                    .isEqualTo(403);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(response.body()).contains("site.test");
        }
    }

    @Test
    void viewerWithoutThisAuthorityRefusesAndTheNodeCountsIt() throws Exception {
        SSLSocket socket = Tls.socket(SSLContext.getDefault(), "site.test");
        assertThatThrownBy(() -> Tls.viewer(socket, secure())).isInstanceOf(SSLException.class);
        socket.close();
        try (RawViewer viewer = viewer()) {
            assertThat(viewer.get("/a").status()).isEqualTo(200);
        }
        assertThat(bed.node().failedHandshakes()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "site.test, site.test",
        "e1.cdn.localhost, *.cdn.localhost",
        "localhost, localhost",
        "nobody.test, *.cdn.localhost",
    })
    void certificateIsForTheNameAskedFor(String asked, String shown) throws Exception {
        SSLSocket socket = Tls.socket(trusting, asked);
        try (RawViewer _ = Tls.viewer(socket, secure())) {
            assertThat(namesOf(socket)).containsExactly(shown);
        }
    }

    @Test
    void certificateIsForTheAddressWhereNoNameIsAskedFor() throws Exception {
        SSLSocket socket = Tls.socket(trusting, "");
        try (RawViewer _ = Tls.viewer(socket, secure())) {
            assertThat(namesOf(socket)).containsExactly("127.0.0.1", "localhost");
        }
    }

    @Test
    void certificateIsMadeOnceForEachName() throws Exception {
        SSLSocket one = Tls.socket(trusting, "site.test");
        SSLSocket two = Tls.socket(Tls.trusting((X509Certificate) authorityOf(one)), "site.test");
        try (RawViewer _ = Tls.viewer(two, secure())) {
            assertThat(two.getSession().getPeerCertificates()[0])
                    .isEqualTo(one.getSession().getPeerCertificates()[0]);
        }
    }

    private java.security.cert.Certificate authorityOf(SSLSocket socket) throws Exception {
        try (RawViewer _ = Tls.viewer(socket, secure())) {
            return socket.getSession().getPeerCertificates()[1];
        }
    }

    @Test
    void connectionServesOneRequestAfterTheOther() throws Exception {
        try (RawViewer viewer = viewer()) {
            for (int i = 0; i < 5; i++) {
                assertThat(viewer.get("/" + i).text()).isEqualTo("hello");
            }
            assertThat(bed.node().viewerConnections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void largeBodyComesWhole(String protocol) throws Exception {
        byte[] body = new byte[8 << 20];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + (i >> 12));
        }
        bed.origin.plays((asked, stage) -> stage.write(
                        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + body.length + "\r\n\r\n")
                .write(body));
        try (RawViewer viewer = viewer(protocol)) {
            assertThat(Arrays.equals(viewer.get("/big").body(), body)).isTrue();
            assertThat(Arrays.equals(viewer.get("/big").body(), body))
                    .as("the hit")
                    .isTrue();
        }
    }

    @Test
    void closingTellsTheEndUnderTls() throws Exception {
        SSLSocket socket = Tls.socket(trusting, "site.test");
        try (RawViewer viewer = Tls.viewer(socket, secure())) {
            assertThat(viewer.get("/a", "Connection: close").text()).isEqualTo("hello");
            // The JDK throws here if the connection ends without close_notify.
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void responseToAnUnreadBodyArrivesWholeBeforeTheEnd(String protocol) throws Exception {
        bed.with(ViewerProtocolPolicy.HTTPS_ONLY)
                .with(
                        EventType.VIEWER_REQUEST,
                        "exports.handler = async () => ({status: '403', body: 'no uploads here'});")
                .publish();
        SSLSocket socket = Tls.socket(trusting, "site.test", protocol);
        try (RawViewer viewer = Tls.viewer(socket, secure())) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3000000\r\n\r\n");
            viewer.send(new byte[100_000]);
            RawViewer.Response response = viewer.read();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("no uploads here");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void runningExchangeEndsBeforeTheNodeStops() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        bed.origin.plays((request, stage) -> {
            asked.countDown();
            goOn.await();
            stage.write(ScriptedOrigin.ok("late"));
        });
        SSLSocket socket = Tls.socket(trusting, "site.test");
        try (RawViewer viewer = Tls.viewer(socket, secure());
                RawViewer idle = viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            asked.await();
            Thread closing = Thread.ofVirtual().start(() -> bed.node().close());
            assertThat(idle.isAtEnd()).isTrue();
            goOn.countDown();
            assertThat(viewer.read().text()).isEqualTo("late");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            closing.join();
        }
    }

    @Test
    void bytesThatAreNotTlsAreClosedAndCounted() throws Exception {
        try (RawViewer viewer = new RawViewer(secure())) {
            viewer.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
            while (!viewer.isAtEnd()) {
                // an alert may come first
            }
        }
        assertThat(bed.node().failedHandshakes()).isEqualTo(1);
    }

    @Test
    void schemeIsHttpsForFunctionsAndTraces() throws Exception {
        try (RawViewer viewer = viewer()) {
            RawViewer.Response response = viewer.get("/a");
            viewer.get("/the-exchange-before-is-over");
            assertThat(bed.node()
                            .traces()
                            .find(response.field("x-amz-cf-id"))
                            .orElseThrow()
                            .path("viewer")
                            .path("scheme")
                            .asText())
                    .isEqualTo("https");
        }
    }

    @Test
    void httpsOnlyBehaviorAnswersHttpsOnly() throws Exception {
        bed.with(ViewerProtocolPolicy.HTTPS_ONLY).publish();
        assertThat(bed.get("/a").status()).isEqualTo(403);
        try (RawViewer viewer = viewer()) {
            assertThat(viewer.get("/a").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 301", "HEAD, 301", "POST, 307", "DELETE, 307"})
    void redirectLeadsToWhereThisNodeAnswersHttps(String method, int status) throws Exception {
        bed.with(ViewerProtocolPolicy.REDIRECT_TO_HTTPS).publish();
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response response = viewer.request(method, "/a?b=c");
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.field("location")).isEqualTo("https://site.test:" + secure().getPort() + "/a?b=c");
            assertThat(response.field("x-cache")).isEqualTo("Redirect from cloudfront");
        }
        try (RawViewer viewer = viewer()) {
            assertThat(viewer.get("/a").status()).isEqualTo(200);
        }
    }

    @Test
    void viewerBelowHttp11IsNotRedirected() throws Exception {
        bed.with(ViewerProtocolPolicy.REDIRECT_TO_HTTPS).publish();
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.0\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().status()).isEqualTo(403);
        }
    }

    @Test
    void takenPortIsNamed() throws Exception {
        int taken = secure().getPort();
        EdgeNodeConfig.ViewerTls tls = new EdgeNodeConfig.ViewerTls(folder.resolve("tls"), taken);
        assertThatThrownBy(() -> TestBed.start(folder.resolve("second"), NodeSettings.DEFAULTS.with(tls)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + taken);
    }

    @Test
    void bodyThatIsCutNeverEndsAsTlsEndsAWholeOne() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            begun.await();
            stage.reset();
        });
        SSLSocket socket = Tls.socket(trusting, "site.test");
        try (RawViewer viewer = Tls.viewer(socket, secure())) {
            viewer.send("GET /cut HTTP/1.0\r\nHost: site.test\r\n\r\n");
            StringBuilder received = new StringBuilder();
            while (!received.toString().endsWith("half")) {
                received.append((char) socket.getInputStream().read());
            }
            begun.countDown();
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .as("this body has no other end than the connection's")
                    .isInstanceOf(IOException.class);
        }
    }
}
