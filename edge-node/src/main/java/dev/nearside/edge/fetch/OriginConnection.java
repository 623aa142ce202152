package dev.nearside.edge.fetch;

import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.framing.Refusals;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an origin: a request out, a response in, one at a time. Confined to its event loop. Netty's buffers
 * end here: what goes on is copied once.
 */
final class OriginConnection extends ChannelInboundHandlerAdapter {

    /** Hears of one response. After {@code failed} or {@code ended} nothing more comes. */
    interface Listener {
        /** A 1xx response; any number of them come before the head. */
        void interim(ResponseHead head);

        void head(ResponseHead head);

        void body(byte[] bytes);

        void ended();

        /**
         * The response will not come, or not whole.
         *
         * @param answered whether any byte of a response had come
         */
        void failed(String kind, String message, boolean answered);
    }

    /** The kind of failure that the viewer brings about by leaving before its request is whole. */
    static final String REQUEST_CUT = "viewer-left-upload";

    private enum State {
        IDLE,
        AWAITING_HEAD,
        IN_INTERIM,
        IN_BODY,
        CLOSED
    }

    private final OriginTarget target;
    private final Refusals refusals;
    private final FramingGuard guard = FramingGuard.onResponses();
    private @Nullable Channel channel;
    private State state = State.IDLE;
    private @Nullable Listener listener;
    private @Nullable Upload upload;
    private boolean requestSent;
    private boolean partUnderWay;
    private boolean reusable;
    private boolean surplus;
    private boolean answered;
    private boolean endsWithConnection;
    private boolean endTold;
    private int servedRequests;
    private @Nullable ReadDeadline readDeadline;

    OriginConnection(OriginTarget target, Refusals refusals) {
        this.target = target;
        this.refusals = refusals;
    }

    /** What must stand before the decoder. */
    FramingGuard guard() {
        return guard;
    }

    OriginTarget target() {
        return target;
    }

    /** Whether it has served a request before: it may then have died of idleness without fault of the origin. */
    boolean isReused() {
        return servedRequests > 0;
    }

    boolean isUsable() {
        return state == State.IDLE && channel != null && channel.isActive();
    }

    /** Whether the last exchange left it fit for another. */
    boolean isReusable() {
        return isUsable() && reusable;
    }

    Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("the connection to " + target + " has no channel yet");
        }
        return channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    /**
     * Sends a request.
     *
     * @param body the viewer's body, or one that is ended at once
     * @param readTimeoutSeconds longest wait for the head, and between two parts of the body
     */
    void send(RequestHead head, Upload body, int readTimeoutSeconds, Listener theListener) {
        listener = theListener;
        upload = body;
        requestSent = false;
        partUnderWay = false;
        answered = false;
        reusable = true;
        surplus = false;
        state = State.AWAITING_HEAD;
        guard.expectResponse(head.method().equals("HEAD"));
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(head.method()), head.target());
        head.headers().forEach((name, value) -> request.headers().add(name, value));
        channel().write(request);
        body.takenBy(this::sendMore);
        sendMore();
        readDeadline = new ReadDeadline(channel(), readTimeoutSeconds, this::onSilence);
    }

    /**
     * One part of the body is on its way at a time; the next follows when it has left. Taking a part may bring news of
     * the next at once, so the flag goes up first.
     */
    private void sendMore() {
        Upload body = upload;
        if (body == null || requestSent || partUnderWay || state == State.CLOSED) {
            return;
        }
        if (body.isCut()) {
            fail(REQUEST_CUT, "the viewer left before its request's body was whole");
            return;
        }
        partUnderWay = true;
        ByteBuf part = body.poll();
        if (part != null) {
            channel().writeAndFlush(new DefaultHttpContent(part)).addListener((ChannelFutureListener) done -> {
                progressed();
                if (upload == body) {
                    partUnderWay = false;
                    if (done.isSuccess()) {
                        sendMore();
                    }
                }
            });
            return;
        }
        partUnderWay = false;
        if (body.isDrained()) {
            requestSent = true;
            channel().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            channel().flush();
        }
    }

    /** Stops reading until {@link #resume}. */
    void pause() {
        channel().config().setAutoRead(false);
    }

    void resume() {
        progressed();
        channel().config().setAutoRead(true);
    }

    /** Gives up the response and the connection. */
    void abort() {
        listener = null;
        close();
    }

    private void close() {
        state = State.CLOSED;
        cancelReadDeadline();
        upload = null;
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            progressed();
            if (message instanceof FramingGuard.Bad bad) {
                onBad(bad);
            }
            if (message instanceof HttpResponse response) {
                onHead(response);
            }
            if (message instanceof HttpContent content) {
                onContent(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onBad(FramingGuard.Bad bad) {
        refusals.countOrigins(bad.fault());
        if (bad.fault() == Fault.UNEXPECTED_BYTES && state != State.IDLE) {
            // The response is whole by its framing; what came behind it is nobody's answer.
            surplus = true;
        } else {
            answered = true;
            fail(
                    "origin-" + bad.fault().kind(),
                    "the origin " + target + " sent an invalid response: " + bad.message());
        }
    }

    private void onHead(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            refusals.countOrigins(Fault.BAD_REQUEST);
            fail(
                    "origin-invalid-response",
                    "the origin " + target + " sent an invalid response: "
                            + response.decoderResult().cause().getMessage());
            return;
        }
        if (state != State.AWAITING_HEAD) {
            // Bytes that no request asked for: whatever they are, they are nobody's answer.
            fail("origin-unexpected-bytes", "the origin " + target + " sent more than it had announced");
            return;
        }
        answered = true;
        int status = response.status().code();
        if (status < 200) {
            if (status == 101) {
                fail("origin-upgraded", "the origin " + target + " switched protocols without being asked");
            } else {
                state = State.IN_INTERIM;
                relayInterim(response);
            }
            return;
        }
        state = State.IN_BODY;
        reusable = HttpUtil.isKeepAlive(response);
        endsWithConnection = !HttpUtil.isTransferEncodingChunked(response) && !HttpUtil.isContentLengthSet(response);
        if (listener != null) {
            listener.head(ReceivedHeads.of(response));
        }
    }

    /** The answer to Expect is this connection's own affair; other interim responses are the viewer's. */
    private void relayInterim(HttpResponse response) {
        if (listener != null && !response.status().equals(HttpResponseStatus.CONTINUE)) {
            listener.interim(ReceivedHeads.of(response));
        }
    }

    private void onContent(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refusals.countOrigins(Fault.BAD_REQUEST);
            fail(
                    "origin-invalid-body",
                    "the origin " + target + " sent an invalid body: "
                            + content.decoderResult().cause().getMessage());
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (state == State.IN_INTERIM) {
            state = last ? State.AWAITING_HEAD : state;
            return;
        }
        if (state != State.IN_BODY) {
            return;
        }
        ByteBuf bytes = content.content();
        if (bytes.isReadable() && listener != null) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            listener.body(copy);
        }
        if (last && state == State.IN_BODY) {
            if (isCutUnderTls()) {
                fail("origin-body-cut", "the connection to the origin " + target + " was cut within its response");
            } else {
                end();
            }
        }
    }

    /**
     * Whether a body that lasts as long as the connection ended without TLS saying so: anybody on the way could have
     * done that (RFC 9112 §9.8).
     */
    private boolean isCutUnderTls() {
        return endsWithConnection
                && !endTold
                && !channel().isActive()
                && channel().pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            // The origin will send nothing more, so this connection serves no further request.
            endTold = true;
            ctx.close();
        }
    }

    private void end() {
        cancelReadDeadline();
        // An answer before the end of the request leaves bytes on the way that would start the next one.
        reusable = reusable && requestSent && !surplus;
        state = State.IDLE;
        servedRequests++;
        upload = null;
        Listener finished = listener;
        listener = null;
        if (!reusable) {
            close();
        } else {
            channel().config().setAutoRead(true);
        }
        if (finished != null) {
            finished.ended();
        }
    }

    private void fail(String kind, String message) {
        Listener failed = listener;
        listener = null;
        boolean hadAnswer = answered;
        close();
        if (failed != null) {
            failed.failed(kind, message, hadAnswer);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.IDLE) {
            state = State.CLOSED;
        } else if (state != State.CLOSED) {
            fail(
                    answered ? "origin-body-cut" : "origin-closed",
                    answered
                            ? "the origin " + target + " closed the connection before the end of its response"
                            : "the origin " + target + " closed the connection without an answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail("origin-connection-broken", "the connection to the origin " + target + " broke: " + cause.getMessage());
    }

    private void progressed() {
        if (readDeadline != null) {
            readDeadline.progressed();
        }
    }

    private void onSilence(int seconds) {
        if (state != State.CLOSED && state != State.IDLE) {
            fail("origin-timeout", "the origin " + target + " sent nothing for " + seconds + " seconds");
        }
    }

    private void cancelReadDeadline() {
        if (readDeadline != null) {
            readDeadline.cancel();
            readDeadline = null;
        }
    }
}
