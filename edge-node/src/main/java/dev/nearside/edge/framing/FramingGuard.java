package dev.nearside.edge.framing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a decoder and lets pass only what the strict grammar allows. After a fault it fires one {@link Bad} and
 * drops whatever else comes: nothing behind a message of unknown end can be trusted to be another.
 */
public final class FramingGuard extends ChannelInboundHandlerAdapter implements HeadProgress {

    /** CloudFront's limit for a request's body: 20 GiB. */
    public static final long MAX_BODY_BYTES = 20L << 30;

    /**
     * What was wrong, in its place among the decoded messages.
     *
     * @param message one sentence for people
     * @param inBody whether the head was sound and has passed
     */
    public record Bad(Fault fault, String message, boolean inBody) {}

    private final MessageScanner scanner;
    private final boolean onRequests;
    private boolean expecting;
    private boolean refused;

    private FramingGuard(MessageScanner scanner, boolean onRequests) {
        this.scanner = scanner;
        this.onRequests = onRequests;
        this.expecting = onRequests;
        scanner.next(false);
    }

    public static FramingGuard onRequests() {
        return new FramingGuard(MessageScanner.ofRequests(MAX_BODY_BYTES), true);
    }

    /** Lets no byte of a response pass that {@link #expectResponse} has not announced. */
    public static FramingGuard onResponses() {
        return new FramingGuard(MessageScanner.ofResponses(), false);
    }

    /** The next bytes are one response, after any number of interim ones up to the limit. */
    public void expectResponse(boolean toHead) {
        expecting = true;
        scanner.next(toHead);
    }

    @Override
    public boolean isInHead() {
        return !refused && scanner.isInHead();
    }

    @Override
    public int headsBegun() {
        return scanner.headsBegun();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (refused) {
            in.release();
            return;
        }
        int to = in.writerIndex();
        int at = in.readerIndex();
        int soundTo = at;
        while (at < to && expecting && scanner.fault() == null) {
            at = scanner.scan(in, at, to);
            if (scanner.hasEnded()) {
                soundTo = at;
                expecting = onRequests;
                scanner.next(false);
            }
        }
        Fault fault = at < to && !expecting ? Fault.UNEXPECTED_BYTES : scanner.fault();
        if (fault == null) {
            ctx.fireChannelRead(in);
        } else {
            refuse(ctx, in, fault, fault != Fault.UNEXPECTED_BYTES && scanner.isInBody() ? at : soundTo);
        }
    }

    /** Passes on what is sound, and the fault: first, if the sound part ends a response that must not be the last. */
    private void refuse(ChannelHandlerContext ctx, ByteBuf in, Fault fault, int soundTo) {
        refused = true;
        Bad bad = new Bad(fault, message(fault, scanner.refusedValue()), scanner.isInBody());
        if (fault == Fault.UNEXPECTED_BYTES) {
            ctx.fireChannelRead(bad);
        }
        if (soundTo > in.readerIndex()) {
            ctx.fireChannelRead(in.readRetainedSlice(soundTo - in.readerIndex()));
        }
        in.release();
        if (fault != Fault.UNEXPECTED_BYTES) {
            ctx.fireChannelRead(bad);
        }
    }

    private static String message(Fault fault, @Nullable String value) {
        return value == null ? fault.meaning() : fault.meaning() + ": '" + value + "'";
    }
}
