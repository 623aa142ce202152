package dev.nearside.edge.listener;

import dev.nearside.edge.framing.FrameBudget;
import dev.nearside.edge.framing.FrameGuard;
import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.http.Viewer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** From bytes to requests: what stands in a viewer's connection for each version of HTTP, behind TLS if there is any. */
final class ViewerPipeline {

    /** Above what {@code FramingGuard} lets pass, so that its names for what is too long are the ones that count. */
    private static final int MAX_DECODED_LINE_BYTES = 32_768;

    /** Frames that carry nothing, and streams reset by the node, in that time. */
    private static final int MAX_EMPTY_FRAMES = 400;

    private static final long FLOOD_SPAN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private ViewerPipeline() {}

    /** The version of HTTP that was agreed on by ALPN (RFC 7301), for a channel that is active already. */
    static void agreed(
            ChannelHandlerContext ctx, ViewerChannel.Service service, @Nullable String protocol, Viewer.Tls tls) {
        if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
            http2(ctx.pipeline(), service, tls);
        } else {
            http1(ctx.pipeline(), service);
            ctx.fireChannelActive();
            ctx.fireUserEventTriggered(tls);
        }
    }

    /** Bytes are checked, then decoded, then served. */
    static void http1(ChannelPipeline pipeline, ViewerChannel.Service service) {
        FramingGuard guard = FramingGuard.onRequests();
        pipeline.addLast(guard)
                .addLast(new HttpRequestDecoder(new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_DECODED_LINE_BYTES)
                        .setMaxHeaderSize(MAX_DECODED_LINE_BYTES)))
                .addLast(new ViewerConnection(service, guard));
    }

    /** The same for frames; each stream is a channel of its own. */
    static void http2(ChannelPipeline pipeline, ViewerChannel.Service service, Viewer.@Nullable Tls tls) {
        FrameGuard guard = new FrameGuard(budget(service));
        Viewer viewer = pipeline.channel().remoteAddress() instanceof InetSocketAddress from
                ? RequestReader.viewer(from.getAddress().getHostAddress(), "", "2.0", tls)
                        .withClientPort(from.getPort())
                : RequestReader.viewer("127.0.0.1", "", "2.0", tls);
        ViewerStreams streams = new ViewerStreams(service, viewer, guard);
        pipeline.addLast(guard)
                .addLast(StreamCodec.create(budget(service), streams::onResetFlood))
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new ViewerStream(streams));
                    }
                }))
                .addLast(streams);
    }

    private static FrameBudget budget(ViewerChannel.Service service) {
        return new FrameBudget(
                MAX_EMPTY_FRAMES, FLOOD_SPAN_NANOS, service.exchanges().time()::nanos);
    }
}
