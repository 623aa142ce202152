package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request whose body is not whole: when either side is gone the other hears of it at once and not by a timeout. */
class HalfSentUploadTest {

    private static final int MUCH_LESS_THAN_ANY_TIMEOUT_SECONDS = 15;

    @TempDir
    Path folder;

    private final ServerSocket origin = listen();
    private TestBed bed;

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.withOriginPort(origin.getLocalPort()).withReadTimeoutSeconds(60).publish();
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
        origin.close();
    }

    /** Takes one request's beginning, answers with that, and is done when the edge has closed the connection. */
    private CompletableFuture<Void> originAnswers(String answer) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket socket = origin.accept()) {
                InputStream in = socket.getInputStream();
                StringBuilder received = new StringBuilder();
                int next = in.read();
                while (next >= 0 && !received.append((char) next).toString().endsWith("half")) {
                    next = in.read();
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                while (in.read() >= 0) {}
                closed.complete(null);
            } catch (IOException _) {
                closed.complete(null);
            }
        });
        return closed;
    }

    private static void sendHalf(RawViewer viewer) throws Exception {
        viewer.send("POST /p HTTP/1.1\r\nHost: site.test\r\nContent-Length: 100\r\n\r\nhalf");
    }

    @Test
    void theOriginHearsOfAViewerWhoHasLeftAlthoughItsAnswerIsWorthKeeping() throws Exception {
        CompletableFuture<Void> closed = originAnswers("HTTP/1.1 200 OK\r\nContent-Location: /p\r\n"
                + "Cache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n01234567");
        try (RawViewer viewer = bed.viewer()) {
            sendHalf(viewer);
            assertThat(new String(viewer.readBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
            viewer.reset();
        }

        closed.get(MUCH_LESS_THAN_ANY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void theOriginHearsOfAViewerWhoHasLeftBeforeAnyAnswer() throws Exception {
        CompletableFuture<Void> closed = originAnswers("");
        try (RawViewer viewer = bed.viewer()) {
            sendHalf(viewer);
            viewer.reset();
        }

        closed.get(MUCH_LESS_THAN_ANY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void theViewerHearsOfAnOriginThatHasGone() throws Exception {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = origin.accept()) {
                socket.getInputStream().read();
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (RawViewer viewer = bed.viewer()) {
            sendHalf(viewer);
            RawViewer.Response response = viewer.read();

            assertThat(response.status()).isEqualTo(502);
            assertThat(response.field("connection")).isEqualTo("close");
        }
    }
}
