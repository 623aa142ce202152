package dev.nearside.kit.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the other side sent and the application has not got yet: under way, or waiting to be asked for. */
final class InboundPath {

    /** Something that comes out of the socket, in its place in the order. */
    sealed interface Item {
        record Bytes(Object message, long bytes) implements Item {}

        record Event(Object event) implements Item {}

        record Failure(Throwable cause) implements Item {}
    }

    private final TcpSender sender;
    private final DelayLine<Item> line;
    private long heldBytes;
    private boolean open;
    private boolean ended;
    private boolean socketEnded;
    private boolean readWanted;
    private boolean delivering;
    private boolean applicationHalfCloses;

    InboundPath(LinkProfile profile, RandomGenerator random) {
        sender = new TcpSender(profile);
        long halfTripNanos = profile.roundTripNanos() - profile.roundTripNanos() / 2;
        line = new DelayLine<>(halfTripNanos, profile.jitterNanos(), random);
    }

    /** Lets items out, as the connection is established now. */
    void open() {
        open = true;
    }

    /** Whether the application goes on writing after the other side's FIN; otherwise the channel closes then. */
    void applicationHalfCloses(boolean halfCloses) {
        applicationHalfCloses = halfCloses;
    }

    /** Drops what is held and all that follows. */
    void end() {
        ended = true;
        line.stopTimer();
        for (Item item = line.poll(); item != null; item = line.poll()) {
            release(item);
        }
        heldBytes = 0;
    }

    /** Takes what the socket read. */
    void take(ChannelHandlerContext ctx, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        long now = LinkHandler.now(ctx);
        long size = LinkHandler.size(message);
        heldBytes += size;
        if (message instanceof ByteBuf buffer && size > 0) {
            sender.send(now, size, (bytes, leaves) -> {
                Object piece = bytes == buffer.readableBytes() ? buffer : buffer.readRetainedSlice(bytes);
                line.add(new Item.Bytes(piece, bytes), leaves);
            });
        } else {
            line.add(new Item.Bytes(message, size), sender.readyNanos(now));
        }
    }

    /** Takes an event or a failure of the socket, which travels behind the bytes. */
    void take(ChannelHandlerContext ctx, Item item) {
        socketEnded |= item instanceof Item.Event(Object event) && event == ChannelInputShutdownEvent.INSTANCE;
        if (!ended) {
            line.add(item, sender.readyNanos(LinkHandler.now(ctx)));
            deliver(ctx);
        }
    }

    /** The application asks for more; with autoRead it always does. */
    void ask(ChannelHandlerContext ctx) {
        readWanted = !ctx.channel().config().isAutoRead();
        deliver(ctx);
    }

    /**
     * Whether the socket should be read: one window and a backlog are held at most. Never after its end, where Netty's
     * epoll transport answers a further read by closing the channel.
     */
    boolean hasRoom(ChannelHandlerContext ctx) {
        return open
                && !ended
                && !socketEnded
                && heldBytes < sender.windowBytes(LinkHandler.now(ctx)) + LinkHandler.BACKLOG_BYTES;
    }

    /** Hands over what has arrived, as much as the application asked for. */
    void deliver(ChannelHandlerContext ctx) {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (isDeliverable(ctx, line.peekArrived(LinkHandler.now(ctx)))) {
                deliverBatch(ctx);
            }
        } finally {
            delivering = false;
        }
        // What has arrived and was not asked for needs no timer: a read will fetch it. All else does, even what has
        // arrived since the loop looked.
        Item next = line.peekArrived(LinkHandler.now(ctx));
        if (!ended && (next == null || isDeliverable(ctx, next))) {
            line.wakeAtNextArrival(ctx.executor(), () -> deliver(ctx));
        }
    }

    /** Hands over what is held before its time, because the pipeline will be gone by then. */
    void deliverEarly(ChannelHandlerContext ctx) {
        boolean read = false;
        for (Item item = line.poll(); item != null; item = line.poll()) {
            if (isDeliverable(ctx, item)) {
                read |= handOver(ctx, item);
            } else {
                release(item);
            }
        }
        if (read) {
            ctx.fireChannelReadComplete();
        }
    }

    private void deliverBatch(ChannelHandlerContext ctx) {
        boolean read = false;
        while (isDeliverable(ctx, line.peekArrived(LinkHandler.now(ctx)))) {
            read |= handOver(ctx, line.poll());
        }
        if (read) {
            ctx.fireChannelReadComplete();
            LinkHandler.readIfAutomatic(ctx);
        }
    }

    private boolean isDeliverable(ChannelHandlerContext ctx, @Nullable Item item) {
        return switch (item) {
            case null -> false;
            case Item.Bytes _ ->
                open && !ended && (readWanted || ctx.channel().config().isAutoRead());
            case Item.Event _, Item.Failure _ -> open && !ended;
        };
    }

    /** Passes one item on; true if the application got bytes. */
    private boolean handOver(ChannelHandlerContext ctx, @Nullable Item item) {
        switch (item) {
            case Item.Bytes(Object message, long bytes) -> {
                readWanted = false;
                heldBytes -= bytes;
                ctx.fireChannelRead(message);
                return true;
            }
            case Item.Event(Object event) -> {
                if (applicationHalfCloses) {
                    ctx.fireUserEventTriggered(event);
                } else if (event == ChannelInputShutdownEvent.INSTANCE) {
                    ended = true;
                    var _ = ctx.close();
                }
            }
            case Item.Failure(Throwable cause) -> ctx.fireExceptionCaught(cause);
            case null -> {}
        }
        return false;
    }

    private static void release(Item item) {
        if (item instanceof Item.Bytes bytes) {
            ReferenceCountUtil.release(bytes.message());
        }
    }
}
