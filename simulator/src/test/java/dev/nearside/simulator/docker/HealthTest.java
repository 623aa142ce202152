package dev.nearside.simulator.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker/health}, which containers are asked with. */
class HealthTest {

    private ServerSocket server;
    private String said = "";

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
        "HTTP/1.1 2000 What, 1",
        "SSH-2.0-OpenSSH, 1",
        "'', 1",
    })
    void theStatusDecides(String statusLine, int exitCode) throws Exception {
        Thread answering = Thread.ofVirtual().start(() -> answer(statusLine));

        assertThat(ask("http://127.0.0.1:" + server.getLocalPort() + "/_nearside/health"))
                .isEqualTo(exitCode);
        assertThat(said.lines().count()).isEqualTo(exitCode);
        answering.join();
    }

    @Test
    void nobodyThereIsUnwell() throws Exception {
        int port = server.getLocalPort();
        server.close();

        assertThat(ask("http://127.0.0.1:" + port + "/")).isEqualTo(1);
        assertThat(said).isEqualTo("health: nobody listens on 127.0.0.1:" + port + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "127.0.0.1:80", "https://127.0.0.1:80/", "http://127.0.0.1/", "http://:80/", "http://h:80"})
    void anAddressThatMakesNoSenseIsNamed(String address) throws Exception {
        assertThat(ask(address)).isEqualTo(1);
        assertThat(said).isEqualTo("health: '" + address + "', expected http://HOST:PORT/PATH\n");
    }

    private int ask(String address) throws Exception {
        Process process = new ProcessBuilder(
                        "bash", Path.of("..", "docker", "health").toString(), address)
                .redirectErrorStream(true)
                .start();
        said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    private void answer(String statusLine) {
        try (Socket socket = server.accept()) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            assertThat(head.toString())
                    .startsWith("GET /_nearside/health HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n");
            socket.getOutputStream().write((statusLine + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
