package dev.nearside.edge.framing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Stands before Netty's HTTP/2 decoder and follows the headers of frames (RFC 9113 §4.1): checks how a connection
 * begins, keeps away what nobody behind needs (PRIORITY, unknown types), and ends floods of frames that carry nothing.
 * After a fault it drops whatever else comes, so that nothing is answered any more.
 */
public final class FrameGuard extends ChannelInboundHandlerAdapter implements HeadProgress {

    /** What viewers may send at most in one frame: the least that RFC 9113 §4.2 allows. */
    private static final int MAX_FRAME_BYTES = 16_384;

    /** Enough for a head of the greatest size in frames of the greatest size, and for some smaller ones. */
    private static final int MAX_CONTINUATIONS = 16;

    private static final int HEADER_BYTES = 9;
    private static final int INCREMENT_BYTES = 4;

    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A connection error of which this guard knows the name. */
    public static final class Refused extends Http2Exception {
        private final Fault fault;

        Refused(Http2Error error, Fault fault) {
            super(error, fault.meaning());
            this.fault = fault;
        }

        public Fault fault() {
            return fault;
        }
    }

    private final FrameBudget budget;
    private final byte[] header = new byte[HEADER_BYTES];
    private final byte[] increment = new byte[INCREMENT_BYTES];
    private int prefaceRead;
    private int headerRead;
    private int payloadLeft;
    private int payloadRead;
    private boolean passing;
    private boolean begun;
    private boolean inBlock;
    private int blockStream;
    private int continuations;
    private int headsBegun;
    private boolean refused;
    private @Nullable Fault fault;

    /** Lets frames that carry nothing pass as long as that budget lasts. */
    public FrameGuard(FrameBudget budget) {
        this.budget = budget;
    }

    @Override
    public boolean isInHead() {
        return !refused
                && (inBlock
                        || (payloadLeft > 0
                                && (type() == Http2FrameTypes.HEADERS || type() == Http2FrameTypes.CONTINUATION)));
    }

    @Override
    public int headsBegun() {
        return headsBegun;
    }

    /** Lets nothing pass any more. */
    public void refuseAll() {
        refused = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
        } else if (refused) {
            in.release();
        } else {
            scan(ctx, in);
        }
    }

    /** Passes on the bytes in as few pieces as go. */
    private void scan(ChannelHandlerContext ctx, ByteBuf in) {
        int to = in.writerIndex();
        int at = preface(in, in.readerIndex(), to);
        int from = in.readerIndex();
        ByteBuf kept = Unpooled.EMPTY_BUFFER;
        while (at < to && fault == null) {
            if (payloadLeft == 0) {
                int frameStart = at;
                boolean split = headerRead > 0;
                while (at < to && headerRead < HEADER_BYTES) {
                    header[headerRead++] = in.getByte(at++);
                }
                if (headerRead < HEADER_BYTES) {
                    kept = joined(kept, in, from, split ? from : frameStart);
                    from = to;
                    break;
                }
                passing = begin();
                if (split) {
                    kept = passing ? joined(kept, Unpooled.copiedBuffer(header)) : kept;
                    from = at;
                } else if (!passing) {
                    kept = joined(kept, in, from, frameStart);
                    from = at;
                }
            }
            int count = Math.min(payloadLeft, to - at);
            payload(in, at, count);
            at += count;
            payloadLeft -= count;
            if (!passing) {
                from = at;
            }
            if (payloadLeft == 0) {
                headerRead = 0;
            }
        }
        if (fault != null) {
            kept.release();
            in.release();
            refuse(ctx, fault);
            return;
        }
        pass(ctx, in, from, kept);
    }

    private static void pass(ChannelHandlerContext ctx, ByteBuf in, int from, ByteBuf kept) {
        if (from == in.readerIndex() && !kept.isReadable()) {
            ctx.fireChannelRead(in);
            return;
        }
        ByteBuf all = joined(kept, in, from, in.writerIndex());
        in.release();
        if (all.isReadable()) {
            ctx.fireChannelRead(all);
        }
    }

    private static ByteBuf joined(ByteBuf before, ByteBuf in, int from, int to) {
        return from < to ? joined(before, in.retainedSlice(from, to - from)) : before;
    }

    private static ByteBuf joined(ByteBuf before, ByteBuf more) {
        return before.isReadable() ? Unpooled.wrappedBuffer(before, more) : more;
    }

    private int preface(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && prefaceRead < PREFACE.length && fault == null) {
            if (in.getByte(at++) != PREFACE[prefaceRead++]) {
                fault = Fault.FIRST_FRAME;
            }
        }
        return at;
    }

    private int type() {
        return header[3];
    }

    private int streamId() {
        return (header[5] & 0x7f) << 24 | (header[6] & 0xff) << 16 | (header[7] & 0xff) << 8 | (header[8] & 0xff);
    }

    private boolean has(int flag) {
        return (header[4] & flag) != 0;
    }

    /** Looks at a frame's header; whether the frame is to be passed on. */
    private boolean begin() {
        payloadLeft = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
        payloadRead = 0;
        if (!begun && (type() != Http2FrameTypes.SETTINGS || has(ACK))) {
            fault = Fault.FIRST_FRAME;
        } else if (payloadLeft > MAX_FRAME_BYTES || inBlock != (type() == Http2FrameTypes.CONTINUATION)) {
            fault = Fault.FRAME;
        } else if (inBlock) {
            continued();
        }
        begun = true;
        return fault == null && isKnown();
    }

    /** RFC 9113 §6.10: nothing may come between the frames of one block of fields. */
    private void continued() {
        if (streamId() != blockStream) {
            fault = Fault.FRAME;
        } else if (++continuations > MAX_CONTINUATIONS) {
            fault = Fault.FRAME_FLOOD;
        }
        inBlock = !has(END_HEADERS);
    }

    private boolean isKnown() {
        switch (type()) {
            case Http2FrameTypes.HEADERS -> {
                inBlock = !has(END_HEADERS);
                blockStream = streamId();
                continuations = 0;
                headsBegun++;
            }
            case Http2FrameTypes.DATA -> {
                if (payloadLeft == 0 && !has(END_STREAM)) {
                    spend();
                }
            }
            case Http2FrameTypes.SETTINGS, Http2FrameTypes.PING, Http2FrameTypes.RST_STREAM, Http2FrameTypes.GO_AWAY ->
                spend();
            case Http2FrameTypes.CONTINUATION, Http2FrameTypes.WINDOW_UPDATE, Http2FrameTypes.PUSH_PROMISE -> {}
            default -> {
                // RFC 9113 §5.3.2 does away with priorities, §5.5 with types that nobody knows.
                spend();
                return false;
            }
        }
        return true;
    }

    /** A window that is given back in parts below 256 bytes is no sound reader's. */
    private void payload(ByteBuf in, int at, int count) {
        if (type() == Http2FrameTypes.WINDOW_UPDATE) {
            for (int i = 0; i < count && payloadRead < INCREMENT_BYTES; i++) {
                increment[payloadRead++] = in.getByte(at + i);
            }
            boolean small = increment[0] == 0 && increment[1] == 0 && increment[2] == 0;
            if (count > 0 && payloadRead == INCREMENT_BYTES && small) {
                spend();
            }
        }
    }

    private void spend() {
        if (!budget.spend()) {
            fault = Fault.FRAME_FLOOD;
        }
    }

    private void refuse(ChannelHandlerContext ctx, Fault what) {
        refused = true;
        Http2Error error = what == Fault.FRAME_FLOOD ? Http2Error.ENHANCE_YOUR_CALM : Http2Error.PROTOCOL_ERROR;
        ctx.fireExceptionCaught(new Refused(error, what));
    }
}
