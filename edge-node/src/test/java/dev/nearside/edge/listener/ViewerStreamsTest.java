package dev.nearside.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.FrameViewer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One HTTP/2 connection in the channel's own time: what is slow, what is idle, and what is not taken. */
class ViewerStreamsTest {

    private static final int INITIAL_WINDOW_SIZE = 4;

    private final WarmNode node = new WarmNode();
    /** Netty takes a channel without a listening parent for a client's. */
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new LocalServerChannel(), DefaultChannelId.newInstance(), true, false);

    /** Bytes of a body on stream 1 that the node has let the viewer send. */
    private int granted = 65_535;

    private int grantedToAll;

    @BeforeEach
    void open() {
        channel.freezeTime();
        ViewerPipeline.http2(channel.pipeline(), node.service, null);
        send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        node.close();
    }

    private void begin(byte... settings) {
        send(FrameViewer.frame(FrameViewer.SETTINGS, 0, 0, settings));
        received();
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        channel.runPendingTasks();
    }

    private void send(int type, int flags, int stream, byte... payload) {
        send(FrameViewer.frame(type, flags, stream, payload));
    }

    private void request(int stream, int flags, String method, String path, String... more) {
        send(
                FrameViewer.HEADERS,
                FrameViewer.END_HEADERS | flags,
                stream,
                FrameViewer.block(FrameViewer.request(method, path, more)));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** Types and streams of the frames that the node sent, for example {@code 3@1} for a reset of stream 1. */
    private List<String> received() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            part.release();
            all.writeBytes(bytes);
        }
        ByteBuf frames = Unpooled.wrappedBuffer(all.toByteArray());
        List<String> seen = new ArrayList<>();
        while (frames.isReadable()) {
            int length = frames.readMedium();
            int type = frames.readByte();
            frames.skipBytes(1);
            int stream = frames.readInt();
            seen.add(type + "@" + stream);
            if (type == FrameViewer.WINDOW_UPDATE) {
                int increment = frames.getInt(frames.readerIndex());
                granted += stream == 1 ? increment : 0;
                grantedToAll += stream == 0 ? increment : 0;
            }
            frames.skipBytes(length);
        }
        return seen;
    }

    @Test
    void connectionBeginsWithSettingsAndAWindowForAllStreams() {
        assertThat(received()).containsExactly("4@0", "8@0");
        assertThat(grantedToAll).isEqualTo((16 << 20) - 65_535);
    }

    @Test
    void hitIsHeadersAndOneFrameOfData() {
        begin();
        request(1, FrameViewer.END_STREAM, "GET", "/small");
        assertThat(received()).containsExactly("1@1", "0@1");
    }

    @Test
    void connectionWithoutStreamsSaysGoawayAfterTheIdleTimeout() {
        begin();
        request(1, FrameViewer.END_STREAM, "GET", "/small");
        received();
        pass(60);
        assertThat(channel.isOpen()).isTrue();
        send(FrameViewer.PING, 0, 0, new byte[8]);
        pass(60);
        assertThat(received()).contains("7@0");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void streamThatWaitsForAFunctionKeepsTheConnection() {
        begin();
        request(1, FrameViewer.END_STREAM, "GET", "/f/1");
        pass(60);
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void blockOfFieldsThatTricklesEndsTheConnection() {
        begin();
        send(FrameViewer.HEADERS, 0, 1, FrameViewer.block(":method", "GET"));
        for (int i = 0; i < 9; i++) {
            pass(1);
            send(FrameViewer.CONTINUATION, 0, 1, FrameViewer.block("a", "b"));
        }
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(received()).contains("7@0");
        assertThat(channel.isOpen()).isFalse();
        assertThat(node.refusals.counts()).containsEntry("slow-head", 1L);
    }

    @Test
    void bodyThatTricklesIs408AndOnlyItsStreamEnds() {
        begin();
        request(1, 0, "POST", "/f/1", "content-length", "100000");
        for (int i = 0; i < 19; i++) {
            pass(1);
            send(FrameViewer.DATA, 0, 1, new byte[100]);
        }
        received();
        pass(1);
        assertThat(received()).contains("1@1", "3@1");
        assertThat(node.refusals.counts()).containsEntry("slow-body", 1L);
        request(3, FrameViewer.END_STREAM, "GET", "/small");
        assertThat(received()).containsExactly("1@3", "0@3");
    }

    @Test
    void responseThatNobodyTakesIsResetHoweverSmall() {
        begin((byte) 0, (byte) INITIAL_WINDOW_SIZE, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
        request(1, FrameViewer.END_STREAM, "GET", "/small");
        assertThat(received()).containsExactly("1@1");
        pass(60);
        assertThat(received()).isEmpty();
        pass(60);
        assertThat(received()).containsExactly("3@1");
    }

    @Test
    void uploadIsTakenNoFasterThanItIsWanted() {
        begin();
        request(1, 0, "POST", "/f/1");
        int sent = 0;
        while (sent < 1_000_000 && granted - sent >= 16_000) {
            send(FrameViewer.DATA, 0, 1, new byte[16_000]);
            sent += 16_000;
            received();
        }
        assertThat(sent).as("one window waits in the node, one in the codec").isBetween(65_536, 200_000);
        node.function.answer("{'status':200,'body':'ok'}");
        channel.runPendingTasks();
        assertThat(received()).contains("1@1", "0@1", "3@1");
    }

    @Test
    void viewerThatResetsAnUploadThatWaitsIsGoneAtOnce() {
        begin();
        request(1, 0, "POST", "/f/1");
        for (int i = 0; i < 8; i++) {
            send(FrameViewer.DATA, 0, 1, new byte[16_000]);
        }
        send(FrameViewer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
        received();

        node.function.answer("{'status':200,'body':'too late'}");
        channel.runPendingTasks();

        assertThat(received()).as("nobody is there to be answered").isEmpty();
        request(3, FrameViewer.END_STREAM, "GET", "/small");
        assertThat(received()).containsExactly("1@3", "0@3");
    }

    @Test
    void whatWasOnItsWayWhenAStreamWasResetIsNotAnswered() {
        begin();
        request(1, 0, "POST", "/f/1");
        node.function.answer("{'status':403,'body':'no'}");
        channel.runPendingTasks();
        assertThat(received()).contains("3@1");

        for (int i = 0; i < 3; i++) {
            send(FrameViewer.DATA, 0, 1, new byte[16_000]);
        }

        assertThat(received()).doesNotContain("3@1", "7@0");
    }

    @Test
    void errorOfAStreamHasItsOwnCode() {
        begin();
        request(1, 0, "POST", "/f/1", "content-length", "5");
        send(FrameViewer.DATA, FrameViewer.END_STREAM, 1, new byte[5]);
        received();
        send(FrameViewer.DATA, 0, 1, new byte[5]);

        assertThat(lastResetCode()).as("STREAM_CLOSED").isEqualTo(5);
    }

    /** The error code of the last RST_STREAM among the frames that the node sent. */
    private long lastResetCode() {
        long code = -1;
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            int type = part.readableBytes() < 13 ? -1 : part.getByte(part.readerIndex() + 3);
            if (type == FrameViewer.RST_STREAM) {
                code = part.getUnsignedInt(part.readerIndex() + 9);
            }
            part.release();
        }
        return code;
    }
}
