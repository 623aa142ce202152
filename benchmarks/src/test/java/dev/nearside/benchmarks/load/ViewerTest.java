package dev.nearside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.ManualTime;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewerTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String NOT_OK = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    private final ManualTime time = new ManualTime(0);
    private final List<String> outcomes = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseDecoder());
    private final Viewer viewer =
            new Viewer(channel, Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(new byte[] {'?'})), time, recorder());

    ViewerTest() {
        channel.pipeline().addLast(viewer);
    }

    private Viewer.Outcomes recorder() {
        return new Viewer.Outcomes() {
            @Override
            public void answered(long dueNanos, long sentNanos, long endNanos) {
                outcomes.add((endNanos - dueNanos) + " since due, " + (sentNanos - dueNanos) + " until sent");
            }

            @Override
            public void failed() {
                outcomes.add("failed");
            }
        };
    }

    private void receive(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    }

    @Test
    void timeWaitedBehindASlowAnswerCounts() {
        long start = time.nanos();
        viewer.ask(start);
        viewer.ask(start + 10);
        time.advance(Duration.ofNanos(100));
        assertThat(channel.outboundMessages()).hasSize(1);

        receive(OK);
        assertThat(channel.outboundMessages()).hasSize(2);
        time.advance(Duration.ofNanos(5));
        receive(OK);

        assertThat(outcomes).containsExactly("100 since due, 0 until sent", "95 since due, 90 until sent");
        channel.finishAndReleaseAll();
    }

    @Test
    void anotherStatusIsAFailure() {
        viewer.ask(time.nanos());
        receive(NOT_OK);

        assertThat(outcomes).containsExactly("failed");
        channel.finishAndReleaseAll();
    }

    @Test
    void whatWaitsWhenTheConnectionEndsHasFailed() {
        viewer.ask(time.nanos());
        viewer.ask(time.nanos());
        channel.finishAndReleaseAll();
        viewer.ask(time.nanos());

        assertThat(outcomes).containsExactly("failed", "failed", "failed");
    }
}
