package dev.nearside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final String NO_FAILURE = " 0";
    private final HttpServer server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);

    LoadTest() throws IOException {}

    @BeforeEach
    void serve() {
        server.createContext("/", exchange -> {
            byte[] body = "ok".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/bad") ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    @Test
    void fixedRateAsksAsOftenAsPlannedAndLeavesTheWarmUpOut() throws IOException, InterruptedException {
        FixedRate.Result result = FixedRate.run(new FixedRate.Plan(port(), "/", 3, 100, 1, 1), Time.system());

        assertThat(result.latencies().count()).isEqualTo(100);
        assertThat(result.line()).endsWith(NO_FAILURE);
    }

    @Test
    void wrongAnswersAreFailures() throws IOException, InterruptedException {
        FixedRate.Result result = FixedRate.run(new FixedRate.Plan(port(), "/bad", 3, 100, 0, 1), Time.system());

        assertThat(result.latencies().count()).isZero();
        assertThat(result.failed()).isEqualTo(100);
    }

    @Test
    void allAtOnceGetTheirAnswer() throws IOException, InterruptedException {
        assertThat(AllAtOnce.run(port(), "/", 120, Time.system())).endsWith(NO_FAILURE);
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        int port = port();
        server.stop(0);

        assertThatThrownBy(() -> AllAtOnce.run(port, "/", 1, Time.system()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("viewer 1 of 1 cannot connect")
                .hasMessageContaining(String.valueOf(port));
    }
}
