package dev.nearside.origin.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * The pipeline of an accepted connection. It reads only when {@link OriginConnection} asks: the flow control in front of
 * it hands out one HTTP object per read, so pipelined requests wait their turn and an unread body stops its sender.
 */
public final class OriginChannelSetup extends ChannelInitializer<Channel> {

    private static final int MAX_BODY_PIECE_BYTES = 64 * 1024;

    private final OriginService service;
    private final ChannelGroup open;

    /** Every channel it sets up joins {@code open}. */
    public OriginChannelSetup(OriginService service, ChannelGroup open) {
        this.service = service;
        this.open = open;
    }

    @Override
    protected void initChannel(Channel channel) {
        open.add(channel);
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(service.limits().maxHeaderBytes())
                .setMaxHeaderSize(service.limits().maxHeaderBytes())
                .setMaxChunkSize(MAX_BODY_PIECE_BYTES);
        channel.config().setAutoRead(false);
        channel.pipeline()
                .addLast(new IdleStateHandler(true, 0, 0, service.limits().idleTimeoutMillis(), TimeUnit.MILLISECONDS))
                .addLast(new HttpRequestDecoder(limits))
                .addLast(new HeadAwareEncoder())
                .addLast(new FlowControlHandler())
                .addLast(new OriginConnection(service));
    }

    /** Netty's encoder must be told which replies have no body although their fields speak of one. */
    private static final class HeadAwareEncoder extends HttpResponseEncoder {
        @Override
        protected boolean isContentAlwaysEmpty(HttpResponse response) {
            return (response instanceof ReplyHead head && head.bodiless()) || super.isContentAlwaysEmpty(response);
        }
    }
}
