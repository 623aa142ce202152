package dev.nearside.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsyncMapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handshakes that come to nothing, in the channel's own time. */
class ViewerHandshakeTest {

    private static final long TIMEOUT_MILLIS = 10_000;

    private final LongAdder failures = new LongAdder();
    private final List<Object> heard = new ArrayList<>();
    private final AsyncMapping<String, SslContext> noCertificates =
            (_, promise) -> promise.setFailure(new IllegalStateException("no certificate today"));
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        channel.freezeTime();
        channel.pipeline()
                .addLast(ViewerHandshake.byName(noCertificates, TIMEOUT_MILLIS))
                .addLast(new ViewerHandshake((_, _, tls) -> heard.add(tls), failures))
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        heard.add(message);
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        heard.add(cause);
                    }
                });
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void assertGivenUpOnce() {
        assertThat(channel.isOpen()).isFalse();
        assertThat(failures.sum()).isEqualTo(1);
        assertThat(heard).as("those behind hear nothing of it").isEmpty();
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        channel.runPendingTasks();
    }

    @Test
    void bytesThatAreNotTlsEndTheConnection() {
        send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertGivenUpOnce();
    }

    @Test
    void viewerThatNeverSpeaksIsClosedAfterTheTimeout() {
        channel.advanceTimeBy(TIMEOUT_MILLIS - 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertGivenUpOnce();
    }

    @Test
    void certificateThatCannotBeMadeEndsTheConnection() {
        send(clientHello());
        assertGivenUpOnce();
    }

    /** A ClientHello without extensions, which so names nobody (RFC 5246 §7.4.1.2). */
    private static byte[] clientHello() {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = (byte) (hello.length - 5);
        hello[5] = 1;
        hello[8] = (byte) (hello.length - 9);
        hello[9] = 3;
        hello[10] = 3;
        int suites = 9 + 2 + 32 + 1;
        hello[suites + 1] = 2;
        hello[suites + 2] = (byte) 0xc0;
        hello[suites + 3] = 0x2b;
        hello[suites + 4] = 1;
        return hello;
    }

    @Test
    void partOfAClientHelloDoesNotExtendTheTimeout() {
        channel.advanceTimeBy(TIMEOUT_MILLIS - 1, TimeUnit.MILLISECONDS);
        send(new byte[] {22, 3, 1, 2, 0, 1});
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertGivenUpOnce();
    }
}
