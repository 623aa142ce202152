package dev.nearside.kit.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/** What the application wrote and the socket has not got yet: not flushed, or under way. */
final class OutboundPath {

    /** A bit of Netty's outbound buffer that neither Netty's handlers nor ours use otherwise. */
    private static final int WRITABILITY_INDEX = 10;

    private sealed interface Item {
        record Bytes(Object message, long bytes, ChannelPromise promise) implements Item {}

        record Fin(ChannelPromise promise) implements Item {}
    }

    private final TcpSender sender;
    private final DelayLine<Item> line;
    private final Deque<Item.Bytes> unflushed = new ArrayDeque<>();
    private long heldBytes;
    private boolean ended;

    OutboundPath(LinkProfile profile, RandomGenerator random) {
        sender = new TcpSender(profile);
        line = new DelayLine<>(profile.roundTripNanos() / 2, profile.jitterNanos(), random);
    }

    void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        Item.Bytes write = new Item.Bytes(message, LinkHandler.size(message), promise.unvoid());
        heldBytes += write.bytes();
        if (ended) {
            fail(write);
        } else {
            unflushed.addLast(write);
            updateWritability(ctx);
        }
    }

    void flush(ChannelHandlerContext ctx) {
        for (Item.Bytes write = unflushed.poll(); write != null; write = unflushed.poll()) {
            depart(ctx, write);
        }
        arrive(ctx);
    }

    /** Takes no more writes, and closes the socket when a FIN sent now would have arrived behind the flushed bytes. */
    void finish(ChannelHandlerContext ctx, ChannelPromise promise) {
        ended = true;
        failUnflushed();
        line.add(new Item.Fin(promise), sender.readyNanos(LinkHandler.now(ctx)));
        arrive(ctx);
    }

    /** Takes no more writes and fails all that are held. */
    void end() {
        ended = true;
        line.stopTimer();
        for (Item item = line.poll(); item != null; item = line.poll()) {
            switch (item) {
                case Item.Bytes write -> fail(write);
                case Item.Fin(ChannelPromise promise) -> promise.trySuccess();
            }
        }
        failUnflushed();
    }

    private void depart(ChannelHandlerContext ctx, Item.Bytes write) {
        long now = LinkHandler.now(ctx);
        if (write.bytes() == 0) {
            line.add(write, sender.readyNanos(now));
        } else if (write.message() instanceof ByteBuf buffer) {
            sender.send(now, write.bytes(), (bytes, leaves) -> {
                boolean last = bytes == buffer.readableBytes();
                Object piece = last ? buffer : buffer.readRetainedSlice(bytes);
                line.add(new Item.Bytes(piece, bytes, last ? write.promise() : ctx.newPromise()), leaves);
            });
        } else {
            // A file region stays whole, and goes when its last byte would.
            long[] leavesAtNanos = {now};
            sender.send(now, write.bytes(), (_, leaves) -> leavesAtNanos[0] = leaves);
            line.add(write, leavesAtNanos[0]);
        }
    }

    /** Gives the socket what has arrived. */
    private void arrive(ChannelHandlerContext ctx) {
        boolean wrote = false;
        while (line.peekArrived(LinkHandler.now(ctx)) != null) {
            switch (line.poll()) {
                case Item.Bytes(Object message, long bytes, ChannelPromise promise) -> {
                    heldBytes -= bytes;
                    var _ = ctx.write(message, promise);
                    wrote = true;
                }
                case Item.Fin(ChannelPromise promise) -> {
                    ctx.flush();
                    var _ = ctx.close(promise);
                    return;
                }
                case null -> {}
            }
        }
        if (wrote) {
            ctx.flush();
            updateWritability(ctx);
        }
        line.wakeAtNextArrival(ctx.executor(), () -> arrive(ctx));
    }

    private void updateWritability(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        if (buffer == null) {
            return;
        }
        long windowBytes = sender.windowBytes(LinkHandler.now(ctx));
        if (heldBytes > windowBytes + LinkHandler.BACKLOG_BYTES) {
            buffer.setUserDefinedWritability(WRITABILITY_INDEX, false);
        } else if (heldBytes <= windowBytes + LinkHandler.BACKLOG_BYTES / 2) {
            buffer.setUserDefinedWritability(WRITABILITY_INDEX, true);
        }
    }

    private void failUnflushed() {
        for (Item.Bytes write = unflushed.poll(); write != null; write = unflushed.poll()) {
            fail(write);
        }
    }

    private void fail(Item.Bytes write) {
        heldBytes -= write.bytes();
        ReferenceCountUtil.release(write.message());
        write.promise().tryFailure(new ClosedChannelException());
    }
}
