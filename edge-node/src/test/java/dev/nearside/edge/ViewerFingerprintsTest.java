package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Tls;
import dev.nearside.edge.tls.Fingerprints;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an origin is told of a viewer's handshake and network, with the JDK's own handshake against a whole node. */
class ViewerFingerprintsTest {

    private static final int RECORD_AND_MESSAGE_HEAD = 5 + 4;

    @TempDir
    Path folder;

    private TestBed bed;
    private SSLContext trusting;

    /** A connection that remembers the first bytes that went out. */
    private static final class RecordedSocket extends Socket {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        RecordedSocket(TestBed bed) throws IOException {
            super();
            connect(bed.node().secureAddress().orElseThrow());
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    sent.write(bytes, offset, length);
                    out.write(bytes, offset, length);
                }
            };
        }

        /** The body of the ClientHello, which the JDK sends as one record. */
        byte[] clientHello() {
            byte[] all = sent.toByteArray();
            int recordBytes = (all[3] & 0xff) << 8 | (all[4] & 0xff);
            return Arrays.copyOfRange(all, RECORD_AND_MESSAGE_HEAD, 5 + recordBytes);
        }
    }

    @BeforeEach
    void startNode() throws Exception {
        Path authority = folder.resolve("tls");
        trusting = Tls.trusting(LocalAuthority.openOrMake(authority, Time.system(), Randomness.secret())
                .certificate());
        bed = TestBed.start(
                folder.resolve("node"), NodeSettings.DEFAULTS.with(new EdgeNodeConfig.ViewerTls(authority, 0)));
        bed.with(new OriginRequestPolicy(
                        "viewer",
                        "viewer",
                        Selection.ALL,
                        Selection.only(
                                "CloudFront-Viewer-JA3-Fingerprint",
                                "CloudFront-Viewer-JA4-Fingerprint",
                                "CloudFront-Viewer-ASN"),
                        Selection.NONE,
                        Selection.NONE))
                .publish();
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void originIsToldTheFingerprintsOfTheRealHandshake() throws Exception {
        RecordedSocket below = new RecordedSocket(bed);
        try (SSLSocket socket =
                (SSLSocket) trusting.getSocketFactory().createSocket(below, "site.test", below.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("site.test")));
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            socket.setSSLParameters(parameters);
            socket.getOutputStream()
                    .write("GET /a HTTP/1.1\r\nHost: site.test\r\nCloudFront-Viewer-JA4-Fingerprint: forged\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
        }
        Fingerprints expected = Fingerprints.of(below.clientHello());
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();

        assertThat(expected.ja3()).hasSize(32);
        assertThat(asked.field("CloudFront-Viewer-JA3-Fingerprint")).isEqualTo(expected.ja3());
        assertThat(asked.field("CloudFront-Viewer-JA4-Fingerprint"))
                .isEqualTo(expected.ja4())
                .startsWith("t13d")
                .matches("t13d[0-9]{4}h1_[0-9a-f]{12}_[0-9a-f]{12}");
    }

    @Test
    void viewerWithoutTlsHasNoFingerprint() throws Exception {
        bed.get("/a", "CloudFront-Viewer-JA3-Fingerprint: forged");
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();

        assertThat(asked.field("CloudFront-Viewer-JA3-Fingerprint")).isNull();
        assertThat(asked.field("CloudFront-Viewer-JA4-Fingerprint")).isNull();
        assertThat(asked.field("CloudFront-Viewer-ASN")).as("in no range").isNull();
    }

    @Test
    void originIsToldTheNetworkOfTheViewersAddress() throws Exception {
        bed.getFrom("127.64.1.9", "/a");
        bed.getFrom("127.64.2.9", "/b");

        assertThat(bed.origin.requests().get(0).field("CloudFront-Viewer-ASN")).isEqualTo("64501");
        assertThat(bed.origin.requests().get(1).field("CloudFront-Viewer-ASN"))
                .as("a range without a network")
                .isNull();
    }
}
