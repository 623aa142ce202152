package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Tls;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.kit.tls.ServerIdentity;
import dev.nearside.kit.tls.TlsFolderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Origins that are asked over TLS: the JDK's own TLS answers, with certificates that fit or do not. */
class OriginTlsTest {

    private static final String SHOP = "shop.example";

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private LocalAuthority authority;

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private TestBed bed;

    @SuppressWarnings("NullAway.Init")
    private ScriptedOrigin secure;

    @BeforeEach
    void makeAuthority() throws IOException {
        authority = LocalAuthority.openOrMake(folder.resolve("tls"), Time.system(), Randomness.secret());
    }

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private ScriptedOrigin secureOrigin(ServerSocket server) {
        ScriptedOrigin origin = new ScriptedOrigin(server);
        origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("over TLS")));
        open.push(origin);
        return origin;
    }

    private TestBed node(NodeSettings settings) throws IOException {
        TestBed started = TestBed.start(folder.resolve("node"), settings);
        open.push(started);
        return started;
    }

    /** A node that knows the authority, before an origin named {@code host} that listens there. */
    private void start(ServerSocket server, String host, String... protocols) throws Exception {
        secure = secureOrigin(server);
        Map<String, URI> map = Map.of(SHOP, URI.create("https://127.0.0.1:" + server.getLocalPort()));
        bed = node(NodeSettings.DEFAULTS.withOriginCa(LocalAuthority.certificateFile(folder.resolve("tls")), map));
        bed.withSecureOrigin(host, server.getLocalPort(), protocols).publish();
    }

    private void assertFailure(RawViewer.Response response, String sentence) {
        assertThat(response.status()).as(response.text()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
        assertThat(response.text()).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, TLSv1.3, what allows 1.2 is offered 1.3 as CloudFront does",
        "TLSv1.2, TLSv1.2, an origin that has nothing newer",
    })
    void originOfATrustedAuthorityIsAsked(String configured, String agreed, String rule) throws Exception {
        AtomicReference<Tls.Accepted> last = new AtomicReference<>();
        start(Tls.server(authority.issue(List.of("localhost")), last::set, agreed), "localhost", configured);
        assertThat(bed.get("/a").text()).as(rule).isEqualTo("over TLS");
        SSLSession session = last.get().tls().getSession();
        assertThat(session.getProtocol()).as(rule).isEqualTo(agreed);
        assertThat(((ExtendedSSLSession) session).getRequestedServerNames())
                .extracting(SNIServerName::toString)
                .containsExactly("type=host_name (0), value=localhost");
    }

    @Test
    void connectionIsUsedAgain() throws Exception {
        start(Tls.server(authority.issue(List.of("localhost"))), "localhost", "TLSv1.2");
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 5; i++) {
                assertThat(viewer.get("/" + i).text()).isEqualTo("over TLS");
            }
        }
        assertThat(secure.connections()).isEqualTo(1);
    }

    @Test
    void certificateIsCheckedForTheConfiguredNameWhereverTheMapLeads() throws Exception {
        start(Tls.server(authority.issue(List.of(SHOP))), SHOP, "TLSv1.2");
        assertThat(bed.get("/a").text()).isEqualTo("over TLS");
    }

    @Test
    void certificateForTheMappedAddressIsNotEnough() throws Exception {
        start(Tls.server(authority.issue(List.of("127.0.0.1"))), SHOP, "TLSv1.2");
        assertFailure(bed.get("/a"), "shows a certificate that is not for the name 'shop.example'");
        assertThat(secure.requests()).isEmpty();
    }

    @Test
    void unknownIssuerIs502() throws Exception {
        LocalAuthority other = LocalAuthority.openOrMake(folder.resolve("other"), Time.system(), Randomness.secret());
        start(Tls.server(other.issue(List.of("localhost"))), "localhost", "TLSv1.2");
        assertFailure(bed.get("/a"), "shows a certificate of an issuer that is not trusted here");
        assertThat(secure.connections())
                .as("what does not fit will not fit next time")
                .isEqualTo(1);
    }

    @Test
    void expiredCertificateIs502() throws Exception {
        ServerIdentity expired =
                authority.issue(List.of("localhost"), Time.system().now().minus(Duration.ofHours(1)));
        start(Tls.server(expired), "localhost", "TLSv1.2");
        assertFailure(bed.get("/a"), "shows a certificate that has expired");
    }

    @Test
    void noCommonVersionIs502() throws Exception {
        start(Tls.server(authority.issue(List.of("localhost")), "TLSv1.3"), "localhost", "TLSv1.1");
        assertFailure(bed.get("/a"), "agrees on none of the TLS versions TLSv1.1");
    }

    @Test
    void originWithoutTlsIs502() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException _) {
                    // the edge has had enough
                }
            });
            bed = node(NodeSettings.DEFAULTS);
            bed.withSecureOrigin("localhost", plain.getLocalPort(), "TLSv1.2").publish();
            assertFailure(bed.get("/a"), "does not speak TLS on that port");
        }
    }

    @Test
    void handshakeThatIsCutIsTriedAgain() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket plain = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        plain.accept().close();
                        connections.incrementAndGet();
                    }
                } catch (IOException _) {
                    // closed
                }
            });
            bed = node(NodeSettings.DEFAULTS);
            bed.withSecureOrigin("localhost", plain.getLocalPort(), "TLSv1.2").publish();
            assertFailure(bed.get("/a"), "closed the connection during the TLS handshake, after 2 attempts");
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void handshakeCountsIntoTheConnectionTimeoutOfEachAttempt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            bed = node(NodeSettings.DEFAULTS);
            bed.withSecureOrigin("localhost", silent.getLocalPort(), "TLSv1.2")
                    .withConnectTimeoutSeconds(1)
                    .publish();
            RawViewer.Response response = bed.get("/a");
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.text()).contains("timed out after 2 attempts");
        }
    }

    @Test
    void versionsOfAFunctionRule() throws Exception {
        start(Tls.server(authority.issue(List.of("localhost"))), "localhost", "TLSv1.2");
        bed.with(EventType.ORIGIN_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            request.origin.custom.sslProtocols = ['TLSv1.1'];
                            return request;
                        };""").publish();
        assertFailure(bed.get("/a"), "agrees on none of the TLS versions TLSv1.1");
    }

    @Test
    void originThatMatchesTheViewerIsAskedWithTheViewersScheme() throws Exception {
        Path tls = folder.resolve("tls");
        secure = secureOrigin(Tls.server(authority.issue(List.of("localhost"))));
        bed = node(NodeSettings.DEFAULTS
                .with(new EdgeNodeConfig.ViewerTls(tls, 0))
                .withOriginCa(LocalAuthority.certificateFile(tls), Map.of()));
        bed.withSecureOrigin("localhost", secure.port(), "TLSv1.2")
                .with(ProtocolPolicy.MATCH_VIEWER)
                .publish();
        assertThat(bed.get("/plain").text()).isEqualTo("hello");
        SSLSocket socket = Tls.socket(Tls.trusting(authority.certificate()), "site.test");
        try (RawViewer viewer = Tls.viewer(socket, bed.node().secureAddress().orElseThrow())) {
            assertThat(viewer.get("/secure").text()).isEqualTo("over TLS");
        }
    }

    @Test
    void bodyThatEndsWithTheConnectionMustEndUnderTls() throws Exception {
        AtomicReference<Tls.Accepted> last = new AtomicReference<>();
        AtomicInteger plays = new AtomicInteger();
        start(Tls.server(authority.issue(List.of("localhost")), last::set), "localhost", "TLSv1.2");
        secure.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\nhalf of it");
            if (plays.getAndIncrement() > 0) {
                stage.close();
            } else {
                // Ends the connection below TLS, as somebody on the way could.
                last.get().socket().shutdownOutput();
            }
        });
        bed.get("/a");
        RawViewer.Response next = bed.get("/a");
        assertThat(next.field("x-cache"))
                .as("RFC 9112 §9.8: what was cut is not kept")
                .isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void fileOfAuthoritiesThatIsNoneIsNamed() {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() ->
                        TestBed.start(folder.resolve("node"), NodeSettings.DEFAULTS.withOriginCa(missing, Map.of())))
                .isInstanceOf(TlsFolderException.class)
                .hasMessageContaining("missing.pem does not exist");
    }
}
