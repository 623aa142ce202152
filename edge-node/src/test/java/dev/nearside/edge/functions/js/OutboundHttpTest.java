package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.Tls;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboundHttpTest {

    private static final String RESPONSE = "HTTP/1.1 203 Fine\r\ncontent-length: 2\r\n\r\nok";

    @TempDir
    private Path folder;

    private LocalAuthority authority;

    @BeforeEach
    void makeAuthority() throws IOException {
        authority = LocalAuthority.openOrMake(folder, Time.system(), Randomness.secret());
    }

    private SslContext trustingOurs() throws IOException {
        return SslContextBuilder.forClient()
                .endpointIdentificationAlgorithm("HTTPS")
                .trustManager(authority.certificate())
                .build();
    }

    /** What comes of a request to a server that shows a certificate for that name. */
    private OutboundOutcome ask(String certified, @Nullable SslContext trust) throws Exception {
        OutboundLimits limits = OutboundLimits.defaults().withMayCall(Set.of("localhost"));
        try (ServerSocket server = Tls.server(authority.issue(List.of(certified)));
                OutboundHttp http = new OutboundHttp(limits, trust)) {
            Thread.ofVirtual().start(() -> serveOne(server));
            OutboundRequest.Target target =
                    new OutboundRequest.Target(true, "localhost", server.getLocalPort(), 30_000);
            CompletableFuture<OutboundOutcome> outcome = new CompletableFuture<>();
            var _ = http.start(
                    new OutboundRequest(target, "GET", "/", new DefaultHttpHeaders(), new byte[0]), outcome::complete);
            return outcome.get(60, TimeUnit.SECONDS);
        }
    }

    private static void serveOne(ServerSocket server) {
        try (Socket socket = server.accept()) {
            if (socket.getInputStream().read() >= 0) {
                socket.getOutputStream().write(RESPONSE.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            assertThat(e).as("the handshake, which the other side gave up").isNotNull();
        }
    }

    @Test
    void speaksTlsWithAServerThatItTrusts() throws Exception {
        assertThat(ask("localhost", trustingOurs()))
                .isInstanceOfSatisfying(OutboundOutcome.Response.class, response -> {
                    assertThat(response.head().status().code()).isEqualTo(203);
                    assertThat(response.body())
                            .asString(StandardCharsets.US_ASCII)
                            .isEqualTo("ok");
                });
    }

    @Test
    void refusesAServerThatNobodyVouchesFor() throws Exception {
        assertThat(ask("localhost", null))
                .isInstanceOfSatisfying(
                        OutboundOutcome.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo("UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
    }

    @Test
    void refusesAServerOfAnotherName() throws Exception {
        assertThat(ask("other.example", trustingOurs())).isInstanceOf(OutboundOutcome.Failure.class);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "10.1.2.3, true",
        "172.31.0.1, true",
        "192.168.0.1, true",
        "169.254.169.254, true",
        "100.64.0.1, true",
        "198.18.0.1, true",
        "0.0.0.0, true",
        "224.0.0.1, true",
        "255.255.255.255, true",
        "::1, true",
        "fe80::1, true",
        "fd12::1, true",
        "2002:7f00:1::, true",
        "64:ff9b::7f00:1, true",
        "8.8.8.8, false",
        "172.32.0.1, false",
        "100.128.0.1, false",
        "2606:4700::1111, false"
    })
    void knowsAddressesThatAreNear(String address, boolean near) throws Exception {
        assertThat(NearAddresses.isNear(InetAddress.getByName(address))).isEqualTo(near);
    }
}
