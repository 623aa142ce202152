package dev.nearside.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.framing.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection against a node whose cache is warm and whose function answers when the test says so. */
class ViewerConnectionTest {

    private final WarmNode node = new WarmNode();
    private final WarmNode.HeldFunction function = node.function;
    private final Refusals refusals = node.refusals;
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        ViewerPipeline.http1(channel.pipeline(), node.service);
        channel.pipeline().fireChannelActive();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        node.close();
    }

    @Test
    void hitIsAnsweredWithItsLengthAndTheNodesFields() {
        send("GET /small HTTP/1.1~Host: h~~");

        assertThat(received())
                .startsWith("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 5\r\nAge: 0\r\n"
                        + "Cache-Status: Nearside-LHR-1; hit; ttl=60\r\nX-Cache: Hit from cloudfront\r\n")
                .contains("X-Amz-Cf-Pop: LHR50-C1\r\n", "X-Nearside-Revision: 7\r\n")
                .doesNotContain("Connection:")
                .endsWith("\r\n\r\nxxxxx");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void headHasTheLengthAndNoBody() {
        send("HEAD /small HTTP/1.1~Host: h~~GET /small HTTP/1.1~Host: h~~");

        String both = received();
        assertThat(both.split("Content-Length: 5\r\n", -1)).hasSize(3);
        assertThat(both).containsOnlyOnce("xxxxx").endsWith("xxxxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /small HTTP/1.0~Host: h~~", "GET /small HTTP/1.1~Host: h~Connection: close~~"})
    void connectionThatIsNotKeptIsClosed(String request) {
        send(request);

        assertThat(received()).contains("Connection: close\r\n").endsWith("xxxxx");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void http10ViewerMayKeepItsConnection() {
        send("GET /small HTTP/1.0~Host: h~Connection: keep-alive~~");

        assertThat(received()).contains("Connection: keep-alive\r\n");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        send("GET /f/1 HTTP/1.1~Host: h~~GET /small HTTP/1.1~Host: h~~GET /f/2 HTTP/1.1~Host: h~~");
        assertThat(received()).isEmpty();

        function.answer("{'status':201,'body':'one'}");
        runTasks();
        String first = received();
        assertThat(first).startsWith("HTTP/1.1 201 ").contains("one").endsWith("xxxxx");
        function.answer("{'status':202,'body':'two'}");
        runTasks();

        assertThat(received()).startsWith("HTTP/1.1 202 ").endsWith("two");
    }

    @Test
    void nothingIsServedAfterAResponseThatSaidClose() {
        send("GET /small HTTP/1.1~Host: h~Connection: close~~GET /f/1 HTTP/1.1~Host: h~~");

        assertThat(received()).containsOnlyOnce("HTTP/1.1 ");
        assertThat(function.waiting).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void largeBodyIsWrittenWhole() {
        send("GET /large HTTP/1.1~Host: h~~");

        assertThat(received()).contains("Content-Length: 300000\r\n").hasSizeGreaterThan(300_000);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void malformedRequestIsRefusedAndTheConnectionClosed() {
        send("GET / HTTP/1.1~Host : h~~GET /small HTTP/1.1~Host: h~~");

        assertThat(received()).startsWith("HTTP/1.1 400 Bad Request\r\n").containsOnlyOnce("HTTP/1.1 ");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void expectationIsMetWhileTheBodyIsWanted() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 4~Expect: 100-continue~~");
        assertThat(received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

        send("body");
        function.answer("{'status':200,'body':'ok'}");
        runTasks();

        assertThat(received()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void expectationIsNotMetOnceTheAnswerIsThere() {
        send("GET /large HTTP/1.1~Host: h~Content-Length: 4~Expect: 100-continue~~");

        assertThat(received()).doesNotContain("100 Continue");
    }

    @Test
    void connectionWithoutExchangesIsClosedAfterTheIdleTimeout() {
        send("GET /small HTTP/1.1~Host: h~~");
        pass(60);
        assertThat(channel.isOpen()).isTrue();
        pass(60);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatNeverSendsItsBodyIsGivenUp() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 4~~");
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void headThatTricklesIs408AfterItsTime() {
        send("GET /small HTTP/1.1~");
        for (int i = 0; i < 9; i++) {
            pass(1);
            send("X");
        }
        assertThat(received()).isEmpty();
        pass(1);
        assertThat(received()).startsWith("HTTP/1.1 408 ").contains("Connection: close\r\n");
        assertThat(channel.isOpen()).isFalse();
        assertThat(refusals.counts()).containsEntry("slow-head", 1L);
    }

    @Test
    void everyHeadHasItsOwnTime() {
        send("GET /small HTTP/1.1~Host: h~");
        pass(9);
        send("~GET /small HTTP/1.1~Host: h~");
        pass(9);
        send("~");
        assertThat(received().split("HTTP/1.1 200 OK", -1)).hasSize(3);
        pass(9);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void slowHeadBehindAnExchangeWaitsForThatOnesAnswer() {
        send("GET /f/1 HTTP/1.1~Host: h~~GET /small");
        pass(10);
        assertThat(channel.isOpen()).isTrue();
        function.answer("{'status':200,'body':'ok'}");
        runTasks();
        assertThat(received())
                .startsWith("HTTP/1.1 200 ")
                .contains("Connection: close")
                .endsWith("ok");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatSentNothingIsClosedWithoutAWord() {
        pass(60);
        assertThat(received()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void bodyThatTricklesIs408() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 100000~~");
        for (int i = 0; i < 19; i++) {
            pass(1);
            send("x".repeat(100));
        }
        pass(1);
        assertThat(received()).startsWith("HTTP/1.1 408 ").contains("1900 bytes");
        assertThat(channel.isOpen()).isFalse();
        assertThat(refusals.counts()).containsEntry("slow-body", 1L);
    }

    @Test
    void bodyAtTheLeastPaceIsTaken() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 20000~~");
        for (int i = 0; i < 10; i++) {
            pass(19);
            send("x".repeat(2_000));
        }
        function.answer("{'status':200,'body':'ok'}");
        runTasks();
        assertThat(received()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void bodyThatTheNodeDoesNotReadIsNotSlow() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 100000~~" + "x".repeat(70_000));
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void pipelinedRequestsAreNotReadOnceTooManyBytesWait() {
        String request = "GET /small HTTP/1.1~Host: h~X: " + "x".repeat(10_000) + "~~";
        send("GET /f/1 HTTP/1.1~Host: h~~" + request.repeat(6));
        assertThat(channel.config().isAutoRead()).isTrue();
        send(request);
        assertThat(channel.config().isAutoRead()).isFalse();

        function.answer("{'status':200,'body':'ok'}");
        runTasks();
        assertThat(received().split("HTTP/1.1 200 OK", -1)).hasSize(9);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void badChunkIs400WhileTheExchangeWaits() {
        send("POST /f/1 HTTP/1.1~Host: h~Transfer-Encoding: chunked~~3~abc~");
        send("zz~");
        assertThat(received()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
        assertThat(channel.isOpen()).isFalse();
        function.answer("{'status':200,'body':'late'}");
        runTasks();
        assertThat(received()).isEmpty();
    }

    @Test
    void viewerThatWaitsForAFunctionIsNotGivenUp() {
        send("GET /f/1 HTTP/1.1~Host: h~~");
        pass(60);
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isTrue();
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void refusedUploadIsReleasedAndTheConnectionClosed() {
        send("POST /small HTTP/1.1~Host: unknown~Content-Length: 8~~half");

        assertThat(received()).startsWith("HTTP/1.1 403 Forbidden\r\n").contains("Connection: close\r\n");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatLeavesEndsItsExchange() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 8~~half");
        channel.close();
        function.answer("{'status':200,'body':'late'}");
        runTasks();

        assertThat(received()).isEmpty();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.wrappedBuffer(text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        runTasks();
    }

    private void runTasks() {
        channel.runPendingTasks();
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return text.toString();
    }
}
