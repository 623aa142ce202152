package dev.nearside.benchmarks.load;

import dev.nearside.kit.time.Time;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Queue;

/** One kept-alive connection that asks one thing at a time; what is due meanwhile waits. On one event loop only. */
final class Viewer extends SimpleChannelInboundHandler<HttpObject> {

    /** Takes what came of each request; called on the event loop. */
    interface Outcomes {

        /** A 200 has come to its end; all three are readings of the clock in nanoseconds. */
        void answered(long dueNanos, long sentNanos, long endNanos);

        /** Another status, or the connection has ended. */
        void failed();
    }

    private final Channel channel;
    private final ByteBuf request;
    private final Time time;
    private final Outcomes outcomes;
    private final Queue<Long> waiting = new ArrayDeque<>();
    private boolean asking;
    private boolean good;
    private long dueNanos;
    private long sentNanos;

    /** The request's bytes stay the caller's. */
    Viewer(Channel channel, ByteBuf request, Time time, Outcomes outcomes) {
        this.channel = channel;
        this.request = request;
        this.time = time;
        this.outcomes = outcomes;
    }

    Channel channel() {
        return channel;
    }

    /** Sends the request, as soon as earlier ones are answered. */
    void ask(long due) {
        if (!channel.isActive()) {
            outcomes.failed();
        } else if (asking) {
            waiting.add(due);
        } else {
            send(due);
        }
    }

    private void send(long due) {
        asking = true;
        good = false;
        dueNanos = due;
        sentNanos = time.nanos();
        channel.writeAndFlush(request.retainedDuplicate(), channel.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (message instanceof HttpResponse response) {
            good = response.status().code() == 200 && response.decoderResult().isSuccess();
        }
        if (message instanceof LastHttpContent && asking) {
            asking = false;
            if (good) {
                outcomes.answered(dueNanos, sentNanos, time.nanos());
            } else {
                outcomes.failed();
            }
            Long next = waiting.poll();
            if (next != null) {
                send(next);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        int lost = waiting.size() + (asking ? 1 : 0);
        waiting.clear();
        asking = false;
        for (int i = 0; i < lost; i++) {
            outcomes.failed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
