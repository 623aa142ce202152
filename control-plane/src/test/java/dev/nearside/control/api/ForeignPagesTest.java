package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a web page of somebody else can make a browser send to this machine. */
class ForeignPagesTest {

    private static final List<String> PATHS =
            List.of("/_nearside/nodes", "/_nearside/health", "/2020-05-31/distribution", "/2015-03-31/functions", "/");

    private static final int SOCKET_TIMEOUT_MILLIS = 10_000;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "with keys: {0}")
    @ValueSource(booleans = {false, true})
    void requestsThatAPageSendsAreRefusedEverywhere(boolean keys) throws IOException {
        try (TestPlane aws = new TestPlane(config(keys))) {
            int port = aws.plane.apiAddress().getPort();
            String own = "Host: localhost:" + port + "\r\n";
            for (String path : PATHS) {
                for (String request : List.of(
                        // fetch, and fetch in no-cors mode with the types that need no preflight
                        "GET %s HTTP/1.1\r\n" + own + "Origin: http://evil.test\r\n",
                        "POST %s HTTP/1.1\r\n" + own + "Origin: http://evil.test\r\nContent-Type: text/plain\r\n",
                        "POST %s HTTP/1.1\r\n" + own
                                + "Origin: http://evil.test\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                        "POST %s HTTP/1.1\r\n" + own
                                + "Origin: https://evil.test\r\nContent-Type: multipart/form-data; boundary=x\r\n",
                        // a sandboxed frame, a file, a redirect across origins
                        "POST %s HTTP/1.1\r\n" + own + "Origin: null\r\nContent-Type: text/plain\r\n",
                        // another port of this machine, and the right name under another scheme
                        "POST %s HTTP/1.1\r\n" + own + "Origin: http://localhost:1\r\n",
                        "POST %s HTTP/1.1\r\n" + own + "Origin: https://localhost:" + port + "\r\n",
                        // an image or a script, for which browsers send no Origin
                        "GET %s HTTP/1.1\r\n" + own + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
                        "GET %s HTTP/1.1\r\n" + own + "Sec-Fetch-Site: same-site\r\n",
                        // what a page asks before a request with other headers or methods
                        "OPTIONS %s HTTP/1.1\r\n" + own
                                + "Origin: http://evil.test\r\nAccess-Control-Request-Method: PUT\r\n",
                        // a name that was made to lead here after the page was loaded
                        "GET %s HTTP/1.1\r\nHost: evil.test:" + port + "\r\n",
                        "POST %s HTTP/1.1\r\nHost: evil.test:" + port + "\r\nOrigin: http://evil.test:" + port + "\r\n",
                        "GET %s HTTP/1.1\r\nHost: evil.test\r\n")) {
                    String answer = send(port, request.formatted(path) + "Content-Length: 0\r\n");
                    assertThat(answer).as("%s %s", path, request).startsWith("HTTP/1.1 403");
                    assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("access-control-allow");
                    assertThat(answer)
                            .as("refused as a page's")
                            .containsAnyOf("the Host '", "the Origin '", "Sec-Fetch-Site");
                }
            }
            assertThat(send(port, "GET /_nearside/health HTTP/1.1\r\n" + own)).startsWith("HTTP/1.1 200");
            assertThat(send(
                            port,
                            "GET /_nearside/health HTTP/1.1\r\n" + own + "Origin: http://localhost:" + port
                                    + "\r\nSec-Fetch-Site: same-origin\r\n"))
                    .as("our own page")
                    .startsWith("HTTP/1.1 200");
        }
    }

    private ControlPlaneConfig config(boolean keys) throws IOException {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        if (!keys) {
            return config;
        }
        Path file = Files.writeString(
                folder.resolve("keys.json"),
                "{\"keys\": [{\"access-key-id\": \"AKIA\", \"secret-access-key\": \"0123456789abcdef\"}]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return config.withAuth(file.toString());
    }

    /** Java's own client would not send a foreign Host. */
    private static String send(int port, String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            int length = 0;
            String line;
            while ((line = in.readLine()) != null && !line.isEmpty()) {
                answer.append(line).append('\n');
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip());
                }
            }
            char[] body = new char[length];
            int read = 0;
            while (read < length) {
                read += in.read(body, read, length - read);
            }
            return answer.append(body).toString();
        }
    }
}
