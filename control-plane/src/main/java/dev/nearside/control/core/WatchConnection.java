package dev.nearside.control.core;

import dev.nearside.control.core.CodeSource.CodeZip;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.DataKeyRequest;
import dev.nearside.kit.watch.WatchRequest;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.stream.ChunkedNioStream;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of an enrolled node: one request at a time, of which a watch may take long. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
final class WatchConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchConnection.class);

    private static final String ANSWERS = "/answers/";
    private static final String CODE = "/code/";
    private static final String DATA_KEYS = "/data-keys";
    private static final int CHUNK_BYTES = 64 * 1024;

    private final NodeWatch nodes;
    private final NodeSources sources;
    private @Nullable HeldWatch held;
    private boolean busy;

    WatchConnection(NodeWatch nodes, NodeSources sources) {
        this.nodes = nodes;
        this.sources = sources;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (busy) {
            // Answers would leave in the wrong order; no node sends a request before the last one is answered.
            context.close();
            return;
        }
        busy = true;
        if (request.decoderResult().isFailure()) {
            respond(context, HttpResponseStatus.BAD_REQUEST, "the request is not valid HTTP");
            return;
        }
        try {
            route(context, request);
        } catch (IllegalArgumentException e) {
            respond(context, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void route(ChannelHandlerContext context, FullHttpRequest request) {
        String path = request.uri();
        boolean post = request.method().equals(HttpMethod.POST);
        byte[] body = ByteBufUtil.getBytes(request.content());
        if (post && path.equals("/watch")) {
            watch(context, SnapshotCodec.decode(body, WatchRequest.class));
        } else if (post && path.equals("/acknowledgements")) {
            nodes.acknowledge(SnapshotCodec.decode(body, Acknowledgement.class));
            respond(context, HttpResponseStatus.NO_CONTENT, "");
        } else if (post && path.startsWith(ANSWERS)) {
            nodes.answer(path.substring(ANSWERS.length()), body);
            respond(context, HttpResponseStatus.NO_CONTENT, "");
        } else if (post && path.equals(DATA_KEYS)) {
            openDataKey(context, SnapshotCodec.decode(body, DataKeyRequest.class));
        } else if (request.method().equals(HttpMethod.GET) && path.startsWith(CODE)) {
            sendCode(context, path.substring(CODE.length()));
        } else {
            respond(context, HttpResponseStatus.NOT_FOUND, request.method() + " " + path + " is not part of the watch");
        }
    }

    private void watch(ChannelHandlerContext context, WatchRequest request) {
        if (request.node() == null || request.node().isBlank() || request.pop() == null || request.stateId() == null) {
            throw new IllegalArgumentException("a watch needs node, pop and stateId, got " + request);
        }
        HeldWatch watch = new HeldWatch(
                request,
                json -> {
                    held = null;
                    respond(context, HttpResponseStatus.OK, json);
                },
                reason -> {
                    held = null;
                    respond(context, HttpResponseStatus.CONFLICT, reason);
                });
        held = watch;
        nodes.watch(watch);
    }

    private void openDataKey(ChannelHandlerContext context, DataKeyRequest request) {
        if (request.node() == null || request.versionId() == null || request.dataKey() == null) {
            throw new IllegalArgumentException("a data key request needs node, versionId and dataKey");
        }
        sources.dataKeys()
                .open(request)
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (failure == null) {
                                respond(context, HttpResponseStatus.OK, SnapshotCodec.encode(answer));
                            } else {
                                LOG.error("the data key for {} could not be had", request.versionId(), failure);
                                respond(
                                        context,
                                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                                        "the data key could not be had");
                            }
                        },
                        context.executor());
    }

    private void sendCode(ChannelHandlerContext context, String sha256) {
        Optional<CodeZip> zip = sources.code().zip(sha256);
        if (zip.isEmpty()) {
            respond(context, HttpResponseStatus.NOT_FOUND, "no code has the digest '" + sha256 + "'");
            return;
        }
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/zip")
                .set(HttpHeaderNames.CONTENT_LENGTH, zip.get().length());
        context.write(head);
        context.writeAndFlush(
                        new HttpChunkedInput(new ChunkedNioStream(zip.get().channel(), CHUNK_BYTES)))
                .addListener(sent -> {
                    busy = false;
                    if (!sent.isSuccess()) {
                        context.close();
                    }
                });
    }

    private void respond(ChannelHandlerContext context, HttpResponseStatus status, String text) {
        respond(context, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private void respond(ChannelHandlerContext context, HttpResponseStatus status, byte[] body) {
        busy = false;
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
            String type = status.equals(HttpResponseStatus.OK) ? "application/json" : "text/plain; charset=utf-8";
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        context.writeAndFlush(response);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (held != null) {
            nodes.abandoned(held);
            held = null;
        }
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("a node's connection failed", cause);
        }
        context.close();
    }
}
