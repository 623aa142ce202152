package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.Eventually;
import dev.nearside.control.TestPlane;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyBudgetTest {

    private static final int FREE = BodyBudget.FREE_BYTES;
    private static final int CHUNK = 1024 * 1024;

    /** Below what the route of packages takes. */
    private static final int BODY_CHUNKS = 60;

    @Test
    void bodiesShareOneLimitBeyondTheirBeginnings() {
        BodyBudget budget = new BodyBudget(100);
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        assertThat(one.take(FREE - 10)).isTrue();
        assertThat(one.take(70)).isTrue();
        assertThat(other.take(FREE + 40)).isTrue();
        assertThat(other.take(1)).as("60 and 40 are all").isFalse();
        assertThat(other.isRefused()).isTrue();
        BodyBudget.Share small = budget.share();
        assertThat(small.take(FREE)).isTrue();
        one.release();
        one.release();
        assertThat(other.take(1)).as("what was refused stays so").isFalse();
        assertThat(small.take(60)).isTrue();
        assertThat(small.take(1)).isFalse();
    }

    @Test
    void whatArrivesAfterTheEndTakesNothing() {
        BodyBudget budget = new BodyBudget(10);
        BodyBudget.Share ended = budget.share();
        ended.release();
        assertThat(ended.take(FREE + 10)).isFalse();
        assertThat(ended.isRefused()).isFalse();
        assertThat(budget.share().take(FREE + 10)).isTrue();
    }

    @Test
    void unfinishedUploadsLeaveNoRoomForOthersAndSmallCallsDoNotNotice(@TempDir Path data) throws Exception {
        List<Socket> uploads = new ArrayList<>();
        try (TestPlane aws = new TestPlane(data)) {
            InetSocketAddress api = aws.plane.apiAddress();
            try {
                long most = Runtime.getRuntime().maxMemory() / 8 / CHUNK / BODY_CHUNKS + 1;
                for (int i = 0; i < most; i++) {
                    uploads.add(unfinished(api));
                }
                Eventually.until("there is no room", () -> uploaded(api).statusCode() == 503);
                HttpResponse<String> refused = uploaded(api);
                assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
                assertThat(refused.headers().firstValue("x-amzn-errortype")).hasValue("ServiceUnavailable");
                assertThat(refused.body()).contains("too many bytes of other requests are on their way");
                assertThat(aws.lambda.listFunctions().functions()).isEmpty();
            } finally {
                for (Socket upload : uploads) {
                    upload.close();
                }
            }
            Eventually.until("there is room again", () -> uploaded(api).statusCode() == 400);
        }
    }

    /** Sends all of a package but its end. */
    private static Socket unfinished(InetSocketAddress api) throws IOException {
        Socket socket = new Socket(api.getAddress(), api.getPort());
        socket.getOutputStream()
                .write(("POST /2015-03-31/functions HTTP/1.1\r\nHost: 127.0.0.1:" + api.getPort()
                                + "\r\nContent-Type: application/json\r\nContent-Length: " + (BODY_CHUNKS * CHUNK + 1)
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < BODY_CHUNKS; i++) {
            socket.getOutputStream().write(new byte[CHUNK]);
        }
        return socket;
    }

    /** A whole one that is no function. */
    private static HttpResponse<String> uploaded(InetSocketAddress api) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + api.getPort() + "/2015-03-31/functions");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofByteArray(new byte[4 * CHUNK]))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
