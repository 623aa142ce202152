package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "HTTP/1.1 200 OK, 0",
        "HTTP/1.1 200, 0",
        "HTTP/1.0 404 Not Found, 0",
        "HTTP/1.1 503 Service Unavailable, 1",
        "SSH-2.0-OpenSSH, 1",
        "'', 1",
    })
    void theStatusDecides(String statusLine, int exitCode) throws Exception {
        Thread answering = Thread.ofVirtual().start(() -> answer(statusLine));

        assertThat(check("http://127.0.0.1:" + server.getLocalPort() + "/_nearside/health"))
                .isEqualTo(exitCode);
        assertThat(err.toString(StandardCharsets.UTF_8).isEmpty()).isEqualTo(exitCode == 0);
        answering.join();
    }

    @Test
    void nobodyThereIsUnwell() throws IOException {
        int port = server.getLocalPort();
        server.close();

        assertThat(check("http://127.0.0.1:" + port + "/")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("http://127.0.0.1:" + port, "refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1:80", "https://127.0.0.1:80/", "http://127.0.0.1/", "http://:80/", "::"})
    void anAddressThatMakesNoSenseIsNamed(String address) {
        assertThat(check(address)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("expected http://HOST:PORT/PATH")
                .hasLineCount(1);
    }

    private int check(String address) {
        return HealthCheck.run(new String[] {address}, new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private void answer(String statusLine) {
        try (Socket socket = server.accept()) {
            byte[] head = new byte[1_000];
            int length = socket.getInputStream().read(head);
            assertThat(new String(head, 0, length, StandardCharsets.US_ASCII))
                    .startsWith("GET /_nearside/health HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n");
            socket.getOutputStream().write((statusLine + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
