package dev.nearside.kit.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.Randomness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkHandlerTest {

    private static final LinkProfile HUNDRED_MILLIS = LinkProfile.ofRoundTrip(TimeUnit.MILLISECONDS.toNanos(100), 0);
    private static final InetSocketAddress ANYWHERE = InetSocketAddress.createUnresolved("far.example", 80);

    private final MockTicker clock = Ticker.newMockTicker();
    private final List<String> seen = new ArrayList<>();

    /** Request there, response back: half a round trip and one for each further burst, each way. */
    @ParameterizedTest(name = "{0} bytes over {1} ms take {2} ms")
    @CsvSource({
        "100,       10,    5",
        "14600,     10,    5",
        "14601,     10,   15",
        "14601,    200,  300",
        "102200,   200,  500",
        "1048576,  100,  650",
        "1048576,  200, 1300",
        "10485760,  50,  475",
    })
    void transferTimeFollowsSizeAndDistance(int bytes, long roundTripMillis, long expectedMillis) {
        LinkProfile profile = LinkProfile.ofRoundTrip(TimeUnit.MILLISECONDS.toNanos(roundTripMillis), 0);
        EmbeddedChannel inward = channel(profile);
        fromSocket(inward, Unpooled.wrappedBuffer(new byte[bytes]));
        assertThat(millisUntil(inward, () -> receivedBytes(inward) == bytes)).isEqualTo(expectedMillis);
        end(inward);

        EmbeddedChannel outward = channel(profile);
        ChannelFuture written = outward.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes]));
        assertThat(millisUntil(outward, written::isSuccess)).isEqualTo(expectedMillis);
        end(outward);
    }

    @Test
    void connectingTakesOneRoundTrip() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ChannelFuture connected = channel.connect(ANYWHERE);
        advance(channel, 99);
        assertThat(connected.isDone()).isFalse();
        advance(channel, 1);
        assertThat(connected.isSuccess()).isTrue();
        end(channel);
    }

    @Test
    void nothingMovesBeforeItsTime() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ChannelFuture written = channel.writeAndFlush(text("ping"));
        fromSocket(channel, text("pong"));
        advance(channel, 49);
        assertThat(channel.outboundMessages()).isEmpty();
        assertThat(channel.inboundMessages()).isEmpty();
        assertThat(written.isDone()).isFalse();
        advance(channel, 1);
        assertThat(textOf(channel.readOutbound())).isEqualTo("ping");
        assertThat(textOf(channel.readInbound())).isEqualTo("pong");
        assertThat(written.isSuccess()).isTrue();
        end(channel);
    }

    @Test
    void unflushedBytesStayHere() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ChannelFuture written = channel.write(text("later"));
        advance(channel, 1_000);
        assertThat(channel.outboundMessages()).isEmpty();
        channel.flush();
        advance(channel, 50);
        assertThat(textOf(channel.readOutbound())).isEqualTo("later");
        assertThat(written.isSuccess()).isTrue();
        end(channel);
    }

    @Test
    void jitterDelaysButNeverReorders() {
        LinkProfile profile =
                LinkProfile.ofRoundTrip(TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.MILLISECONDS.toNanos(50));
        EmbeddedChannel channel = channel(profile);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            fromSocket(channel, text(i + ","));
            expected.append(i).append(',');
            advance(channel, 1);
        }
        advance(channel, 60);
        StringBuilder received = new StringBuilder();
        for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
            received.append(textOf(piece));
        }
        assertThat(received).hasToString(expected.toString());
        end(channel);
    }

    @Test
    void applicationThatDoesNotReadGetsNothing() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        channel.config().setAutoRead(false);
        fromSocket(channel, text("one"));
        fromSocket(channel, text("two"));
        advance(channel, 500);
        assertThat(channel.inboundMessages()).isEmpty();
        channel.read();
        assertThat(textOf(channel.readInbound())).isEqualTo("one");
        assertThat(channel.inboundMessages()).isEmpty();
        channel.config().setAutoRead(true);
        assertThat(textOf(channel.readInbound())).isEqualTo("two");
        end(channel);
    }

    @Test
    void readAheadOfArrivalIsServedOnArrival() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        channel.config().setAutoRead(false);
        channel.read();
        fromSocket(channel, text("one"));
        fromSocket(channel, text("two"));
        advance(channel, 50);
        assertThat(textOf(channel.readInbound())).isEqualTo("one");
        assertThat(channel.inboundMessages()).isEmpty();
        end(channel);
    }

    @Test
    void heldWritesMakeTheChannelUnwritable() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        List<ChannelFuture> writes = new ArrayList<>();
        while (channel.isWritable() && writes.size() < 1_000) {
            writes.add(channel.write(Unpooled.wrappedBuffer(new byte[1_000])));
        }
        assertThat(writes).hasSizeBetween(70, 90);
        channel.flush();
        assertThat(millisUntil(channel, channel::isWritable)).isPositive();
        assertThat(millisUntil(channel, () -> writes.stream().allMatch(ChannelFuture::isSuccess)))
                .isPositive();
        end(channel);
    }

    @Test
    void endOfStreamArrivesBehindItsBytesAndClosesTheChannel() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        fromSocket(channel, text("last words"));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        advance(channel, 49);
        assertThat(channel.isOpen()).isTrue();
        advance(channel, 1);
        assertThat(textOf(channel.readInbound())).isEqualTo("last words");
        assertThat(channel.isOpen()).isFalse();
        assertThat(seen).containsExactly("active", "inactive");
    }

    @Test
    void failureArrivesBehindTheBytesBeforeIt() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        fromSocket(channel, text("half a resp"));
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(seen).containsExactly("active");
        advance(channel, 50);
        assertThat(textOf(channel.readInbound())).isEqualTo("half a resp");
        assertThat(seen).containsExactly("active", "failed: Connection reset by peer");
        end(channel);
    }

    @Test
    void closingSendsWhatWasFlushedFirst() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ChannelFuture written = channel.writeAndFlush(text("bye"));
        ChannelFuture unflushed = channel.write(text("never"));
        ChannelFuture closed = channel.pipeline().close();
        assertThat(unflushed.cause()).isInstanceOf(ClosedChannelException.class);
        advance(channel, 49);
        assertThat(closed.isDone()).isFalse();
        advance(channel, 1);
        assertThat(written.isSuccess()).isTrue();
        assertThat(closed.isSuccess()).isTrue();
        assertThat(textOf(channel.readOutbound())).isEqualTo("bye");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void closedChannelIsDeafToWhatIsStillUnderWay() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ByteBuf late = text("late");
        fromSocket(channel, late);
        ChannelFuture first = channel.pipeline().close();
        ChannelFuture second = channel.pipeline().close();
        ByteBuf later = text("later");
        fromSocket(channel, later);
        ChannelFuture write = channel.writeAndFlush(text("too late"));
        advance(channel, 50);
        assertThat(late.refCnt()).isZero();
        assertThat(later.refCnt()).isZero();
        assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(first.isSuccess()).isTrue();
        assertThat(second.isSuccess()).isTrue();
        assertThat(channel.inboundMessages()).isEmpty();
    }

    @Test
    void tornDownChannelHandsOverWhatCameInAndFailsWhatWasToGo() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ByteBuf outgoing = text("request");
        ChannelFuture written = channel.writeAndFlush(outgoing);
        fromSocket(channel, text("early answer"));
        channel.unsafe().close(channel.newPromise());
        channel.runPendingTasks();
        assertThat(textOf(channel.readInbound())).isEqualTo("early answer");
        assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(outgoing.refCnt()).isZero();
        assertThat(seen).containsExactly("active", "inactive");
    }

    @Test
    void removedHandlerKeepsNothing() {
        EmbeddedChannel channel = channel(HUNDRED_MILLIS);
        ByteBuf outgoing = text("request");
        ByteBuf incoming = text("response");
        ChannelFuture written = channel.writeAndFlush(outgoing);
        fromSocket(channel, incoming);
        channel.pipeline().remove(LinkHandler.class);
        assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(outgoing.refCnt()).isZero();
        assertThat(incoming.refCnt()).isZero();
        end(channel);
    }

    @Test
    void clockThatMovesBetweenTwoLooksStrandsNothing() {
        LinkProfile narrow = new LinkProfile(1_000_000, 0, 2_000_000, 14_600, 14_600);
        for (long step = 10_000; step <= 1_000_000; step += 10_000) {
            EmbeddedChannel channel = channel(narrow, new RestlessTicker(step));
            fromSocket(channel, Unpooled.wrappedBuffer(new byte[100_000]));
            for (int i = 0; i < 10_000 && receivedBytes(channel) < 100_000; i++) {
                channel.runPendingTasks();
            }
            assertThat(receivedBytes(channel)).as("by %d ns a look", step).isEqualTo(100_000);
            end(channel);
        }
    }

    @Test
    void withoutDistanceEverythingPassesAtOnce() {
        EmbeddedChannel channel = channel(LinkProfile.none());
        var _ = channel.writeAndFlush(text("ping"));
        fromSocket(channel, text("pong"));
        assertThat(textOf(channel.readOutbound())).isEqualTo("ping");
        assertThat(textOf(channel.readInbound())).isEqualTo("pong");
        var _ = channel.pipeline().close();
        assertThat(channel.isOpen()).isFalse();
    }

    private EmbeddedChannel channel(LinkProfile profile) {
        return channel(profile, clock);
    }

    private EmbeddedChannel channel(LinkProfile profile, Ticker ticker) {
        return EmbeddedChannel.builder()
                .ticker(ticker)
                .handlers(new ChannelHandler[] {new LinkHandler(profile, Randomness.seeded(1)), new Witness()})
                .build();
    }

    private static void fromSocket(EmbeddedChannel channel, ByteBuf bytes) {
        channel.pipeline().fireChannelRead(bytes);
        channel.pipeline().fireChannelReadComplete();
    }

    private void advance(EmbeddedChannel channel, long millis) {
        clock.advanceMillis(millis);
        channel.runPendingTasks();
    }

    private long millisUntil(EmbeddedChannel channel, java.util.function.BooleanSupplier reached) {
        for (long millis = 0; millis < 10_000; millis++) {
            if (reached.getAsBoolean()) {
                return millis;
            }
            advance(channel, 1);
        }
        throw new AssertionError("not reached within ten virtual seconds");
    }

    private static void end(EmbeddedChannel channel) {
        channel.unsafe().close(channel.newPromise());
        channel.runPendingTasks();
        channel.releaseInbound();
        channel.releaseOutbound();
    }

    private static int receivedBytes(EmbeddedChannel channel) {
        return channel.inboundMessages().stream()
                .mapToInt(message -> ((ByteBuf) message).readableBytes())
                .sum();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String textOf(ByteBuf buffer) {
        try {
            return buffer.toString(StandardCharsets.US_ASCII);
        } finally {
            buffer.release();
        }
    }

    /** Moves whenever somebody looks. */
    private static final class RestlessTicker implements Ticker {
        private final long stepNanos;
        private long nanos;

        RestlessTicker(long stepNanos) {
            this.stepNanos = stepNanos;
        }

        @Override
        public long initialNanoTime() {
            return 0;
        }

        @Override
        public long nanoTime() {
            nanos += stepNanos;
            return nanos;
        }

        @Override
        public void sleep(long delay, TimeUnit unit) {
            nanos += unit.toNanos(delay);
        }
    }

    private final class Witness extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            seen.add("active");
            ctx.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            seen.add("inactive");
            ctx.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            seen.add("failed: " + cause.getMessage());
        }
    }
}
