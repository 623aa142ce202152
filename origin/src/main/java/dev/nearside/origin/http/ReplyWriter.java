package dev.nearside.origin.http;

import dev.nearside.origin.http.Delivery.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends one reply the way its {@link Delivery} says: wait, interim responses, head, body, ending. The body is written
 * only while the channel is writable and, if paced, when its next bytes are due.
 */
// A write that fails takes the channel with it, and the connection then cancels this writer.
@SuppressWarnings("FutureReturnValueIgnored")
final class ReplyWriter {

    /** What becomes of the connection after the reply. */
    enum End {
        KEEP,
        CLOSE,
        RESET,
        SILENCE
    }

    /** What the request demands of the reply's framing. */
    record Framing(boolean headRequest, boolean keepAlive, boolean http10) {
        Framing closing() {
            return new Framing(headRequest, false, http10);
        }
    }

    private enum Step {
        WAIT,
        BODY,
        LAST_FLUSH,
        DONE
    }

    private static final int MAX_PIECE_BYTES = 32 * 1024;
    private static final int PIECES_PER_TURN = 32;
    private static final long PACED_PIECES_PER_SECOND = 20;

    private final ChannelHandlerContext ctx;
    private final Reply reply;
    private final Delivery delivery;
    private final Framing framing;
    private final Consumer<End> onEnd;
    private final boolean bodiless;
    private final long bytesToSend;

    private Step step = Step.WAIT;
    private long sent;
    private long bodyStartNanos;
    private @Nullable Future<?> timer;
    private boolean advancing;

    ReplyWriter(ChannelHandlerContext ctx, Reply reply, Framing framing, Consumer<End> onEnd) {
        this.ctx = ctx;
        this.reply = reply;
        this.framing = framing;
        this.onEnd = onEnd;
        this.bodiless = framing.headRequest || hasNoBody(reply.status());
        this.delivery = bodiless ? reply.delivery().withoutBody() : reply.delivery();
        this.bytesToSend = bodiless
                ? 0
                : switch (delivery.ending()) {
                    case Ending.CloseAfter(long bytes) ->
                        Math.min(bytes, reply.body().length());
                    case Ending.ResetAfter(long bytes) ->
                        Math.min(bytes, reply.body().length());
                    case Ending.Complete _, Ending.CloseUnanswered _, Ending.NoAnswer _ ->
                        reply.body().length();
                };
    }

    /** Begins; everything else follows by timers and writability. */
    void start() {
        if (delivery.delayMillis() > 0) {
            waitFor(TimeUnit.MILLISECONDS.toNanos(delivery.delayMillis()), this::answer);
        } else {
            answer();
        }
    }

    /** Whether nothing moves because the reply wants it so. */
    boolean isWaiting() {
        return timer != null;
    }

    /** The connection is gone: no timer may fire any more. */
    void cancel() {
        step = Step.DONE;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void answer() {
        switch (delivery.ending()) {
            case Ending.NoAnswer _ -> end(End.SILENCE);
            case Ending.CloseUnanswered _ -> end(End.CLOSE);
            case Ending.Complete _, Ending.CloseAfter _, Ending.ResetAfter _ -> {
                if (!framing.http10) {
                    delivery.interimStatuses().forEach(this::writeInterim);
                }
                ctx.write(new ReplyHead(reply.status(), framed(reply.headers()), framing.headRequest));
                bodyStartNanos = ctx.executor().ticker().nanoTime();
                step = Step.BODY;
                advance();
            }
        }
    }

    /** Writes what may be written now; called again when the channel becomes writable or the next bytes are due. */
    void advance() {
        if (advancing || timer != null) {
            return;
        }
        advancing = true;
        try {
            writePieces();
        } finally {
            advancing = false;
        }
        if (step == Step.LAST_FLUSH) {
            ctx.flush();
            // A reader that is behind is waited for, so that pipelined replies cannot pile up. The flush may have
            // made the channel writable and so ended the reply already.
            if (step == Step.LAST_FLUSH && ctx.channel().isWritable()) {
                end(End.KEEP);
            }
        }
    }

    private void writePieces() {
        for (int pieces = 0; step == Step.BODY; pieces++) {
            if (sent == bytesToSend) {
                finishBody();
                return;
            }
            if (!ctx.channel().isWritable()) {
                ctx.flush();
                if (!ctx.channel().isWritable()) {
                    return;
                }
            }
            long waitNanos = nanosUntilDue();
            if (waitNanos > 0) {
                ctx.flush();
                waitFor(waitNanos, this::advance);
                return;
            }
            if (pieces == PIECES_PER_TURN) {
                ctx.flush();
                waitFor(0, this::advance);
                return;
            }
            writePiece();
        }
    }

    private void writePiece() {
        int length = (int) Math.min(pieceBytes(), bytesToSend - sent);
        ByteBuf piece = reply.body().read(sent, length);
        sent += length;
        if (sent == bytesToSend && delivery.ending() instanceof Ending.Complete) {
            ChannelFuture written = ctx.write(new DefaultLastHttpContent(piece));
            afterLast(written);
        } else {
            ctx.write(new DefaultHttpContent(piece));
        }
    }

    private void finishBody() {
        switch (delivery.ending()) {
            case Ending.Complete _ -> afterLast(ctx.write(LastHttpContent.EMPTY_LAST_CONTENT));
            case Ending.ResetAfter _ -> endWhenFlushed(End.RESET);
            case Ending.CloseAfter _ -> endWhenFlushed(End.CLOSE);
            case Ending.NoAnswer _, Ending.CloseUnanswered _ ->
                throw new IllegalStateException("a body was sent for " + delivery.ending());
        }
    }

    private void afterLast(ChannelFuture written) {
        if (keepsAlive()) {
            step = Step.LAST_FLUSH;
        } else {
            step = Step.DONE;
            ctx.flush();
            written.addListener(_ -> onEnd.accept(End.CLOSE));
        }
    }

    private void endWhenFlushed(End end) {
        step = Step.DONE;
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (end == End.RESET) {
                // With a linger time of zero, closing sends a reset.
                ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            }
            onEnd.accept(end);
        });
    }

    private void end(End end) {
        step = Step.DONE;
        onEnd.accept(end);
    }

    private void waitFor(long nanos, Runnable then) {
        timer = ctx.executor()
                .schedule(
                        () -> {
                            timer = null;
                            if (step != Step.DONE) {
                                then.run();
                            }
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    private long pieceBytes() {
        long pace = delivery.bytesPerSecond();
        return pace == 0 ? MAX_PIECE_BYTES : Math.clamp(pace / PACED_PIECES_PER_SECOND, 1, MAX_PIECE_BYTES);
    }

    /** Counted from the body's start, so that late timers do not add up. */
    private long nanosUntilDue() {
        long pace = delivery.bytesPerSecond();
        if (pace == 0) {
            return 0;
        }
        long dueNanos = (long) ((double) sent * TimeUnit.SECONDS.toNanos(1) / pace);
        return dueNanos - (ctx.executor().ticker().nanoTime() - bodyStartNanos);
    }

    private void writeInterim(int status) {
        DefaultFullHttpResponse interim =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        if (status == HttpResponseStatus.EARLY_HINTS.code()) {
            interim.headers().set("link", "</assets/site.css>; rel=preload; as=style");
        }
        ctx.writeAndFlush(interim);
    }

    private HttpHeaders framed(HttpHeaders headers) {
        Long declared = delivery.declaredBytes();
        if (!hasNoBody(reply.status())) {
            if (!delivery.chunked()) {
                headers.set(
                        HttpHeaderNames.CONTENT_LENGTH,
                        declared == null ? reply.body().length() : declared);
            } else if (!framing.http10) {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
        if (!framing.keepAlive || (delivery.chunked() && framing.http10)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (framing.http10) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return headers;
    }

    /** A body that is not delimited, or not as declared, can only end with its connection. */
    private boolean keepsAlive() {
        Long declared = delivery.declaredBytes();
        boolean lies = !bodiless && declared != null && declared != bytesToSend;
        return framing.keepAlive && !lies && !(delivery.chunked() && framing.http10);
    }

    private static boolean hasNoBody(HttpResponseStatus status) {
        return status.equals(HttpResponseStatus.NO_CONTENT)
                || status.equals(HttpResponseStatus.RESET_CONTENT)
                || status.equals(HttpResponseStatus.NOT_MODIFIED);
    }
}
