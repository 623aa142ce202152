package dev.nearside.edge.listener;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.exchange.EdgeError;
import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.exchange.ViewerExchange;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The viewer's side of one exchange at a time, whatever the version of HTTP: on an HTTP/1.1 connection one after the
 * other, on an HTTP/2 stream a single one. Confined to the channel's event loop.
 */
abstract class ViewerChannel extends ChannelInboundHandlerAdapter implements ViewerSide {

    /**
     * What all viewers of a listener are served with.
     *
     * @param lines the fields that the node adds to responses
     */
    record Service(Exchanges exchanges, NodeLines lines, ViewerListener.Limits limits) {}

    private final Service service;
    private final BodyPace bodyPace;
    private final WireBytes wire = new WireBytes();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ViewerExchange exchange;
    private @Nullable Upload upload;
    private @Nullable ResponseWriter writer;
    private boolean busy;
    private boolean unreadable;
    private boolean busyWithRefusal;
    private long takenAtLastLook = -1;

    ViewerChannel(Service service) {
        this.service = service;
        this.bodyPace = new BodyPace(service.limits(), this::onSlowBody);
    }

    // ---- what the version of HTTP decides ----

    /** More of the request's body may be wanted than before. */
    abstract void onDemand();

    /** Who would be answered with an error if what came cannot be read. */
    abstract Viewer unknownViewer();

    /** What follows what cannot be read is not to be served. */
    abstract void onUnreadable();

    /** Ends the channel so that the viewer takes nothing as whole that is not. */
    abstract void breakOff();

    abstract ResponseWriter newWriter(ViewerResponse response, Consumer<Written> whenDone);

    /** The exchange is over and its response sent, or not possible any more. */
    abstract void onExchangeEnd();

    // ---- state ----

    final Service service() {
        return service;
    }

    final ViewerListener.Limits limits() {
        return service.limits();
    }

    /** Whether an exchange is under way. */
    final boolean isBusy() {
        return busy;
    }

    /** The body of the request under way, or of the last one; null before the first. */
    final @Nullable Upload upload() {
        return upload;
    }

    /** Whether a response has begun. */
    final boolean isAnswering() {
        return writer != null;
    }

    /** Whether there may be bytes of a request that are not read. */
    final boolean hasUnreadBody() {
        Upload body = upload;
        return unreadable || (body != null && !body.isEnded());
    }

    final BodyPace bodyPace() {
        return bodyPace;
    }

    final void opened(ChannelHandlerContext ctx) {
        context = ctx;
    }

    final ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the channel is not open yet");
        }
        return context;
    }

    @Override
    public final WireBytes wire() {
        return wire;
    }

    @Override
    public final EventLoop loop() {
        return context().channel().eventLoop();
    }

    // ---- an exchange ----

    final void begin(Viewer viewer, RequestHead head) {
        busy = true;
        Upload body = head.announcesBody() ? new Upload(this::onDemand) : Upload.none();
        upload = body;
        exchange = service.exchanges().start(this, viewer, head, body, this::onExchangeOver);
        if (!busy) {
            exchange = null;
        }
    }

    /** Answers what cannot be read or served with an error, and counts it. */
    final void refuse(Fault fault, String message) {
        service.exchanges().refusals().countViewers(fault);
        busy = true;
        unreadable = true;
        onUnreadable();
        service.exchanges()
                .refuse(
                        this,
                        unknownViewer(),
                        new RequestHead("GET", "/", "", Fields.EMPTY),
                        EdgeError.of(fault.status(), fault.kind(), message),
                        this::onExchangeOver);
    }

    /**
     * The rest of a body will not come, or not be understood: the exchange that waits for it ends, so that the origin
     * never sees a whole request, and the viewer hears why unless its response has begun.
     */
    final void giveUpBody(Fault fault, String message) {
        ViewerExchange waitingForBody = exchange;
        boolean answered = writer != null || waitingForBody == null;
        unreadable = true;
        onUnreadable();
        if (waitingForBody != null && !answered) {
            busyWithRefusal = true;
            waitingForBody.requestBroken(EdgeError.of(fault.status(), fault.kind(), message));
            busyWithRefusal = false;
            refuse(fault, message);
        } else {
            service.exchanges().refusals().countViewers(fault);
            breakOff();
        }
    }

    /** Takes over a part of the body. */
    final void deliver(ByteBuf bytes, boolean last) {
        Upload receiving = upload;
        if (receiving == null) {
            bytes.release();
            return;
        }
        bodyPace.arrived(bytes.readableBytes());
        wire.addReceived(bytes.readableBytes());
        receiving.offer(bytes);
        if (last) {
            receiving.end();
        }
    }

    private void onSlowBody(long bytes) {
        if (busy) {
            giveUpBody(
                    Fault.SLOW_BODY,
                    "The request's body brought " + bytes + " bytes in "
                            + limits().bodyTimeoutMillis() + " ms, expected at least "
                            + limits().minBodyBytes() + ".");
        }
    }

    private void onExchangeOver() {
        if (writer != null && !writer.isDone()) {
            // A fault of ours: what comes next must not pass for the rest of this response.
            writer.cut();
        }
        exchange = null;
        writer = null;
        busy = false;
        if (!busyWithRefusal) {
            onExchangeEnd();
        }
    }

    /** Nobody is there any more: what runs ends. */
    final void left() {
        bodyPace.cancel();
        if (writer != null) {
            writer.viewerLeft();
        }
        if (exchange != null) {
            exchange.viewerLeft();
        }
    }

    /** Whether all of a response has been handed over and only needs to be sent. */
    final boolean isOnlySending() {
        return writer != null && writer.isDone();
    }

    // ---- a response ----

    @Override
    public final void respond(ViewerResponse response, ExchangeRecord record, Consumer<Written> whenDone) {
        ResponseWriter starting = newWriter(response, whenDone);
        writer = starting;
        starting.start(service.lines(), record);
    }

    @Override
    public final void bodyNews() {
        if (writer != null) {
            writer.pump();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (writer != null && ctx.channel().isWritable()) {
            writer.pump();
        }
    }

    /** Whether a response waits for a viewer who has hardly taken any of it since the last look. */
    final boolean isStalled() {
        ResponseWriter writing = writer;
        if (writing == null || !writing.waitsForViewer()) {
            takenAtLastLook = -1;
            return false;
        }
        long taken = writing.progress();
        boolean stalled = takenAtLastLook >= 0 && taken - takenAtLastLook < limits().minReadBytes();
        takenAtLastLook = Math.max(0, taken);
        return stalled;
    }
}
