package dev.nearside.edge.functions.process;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a process to Lambda's Runtime API, version 2018-06-01: it asks for the next event, posts the answer
 * or an error, or says that it could not start.
 */
final class RuntimeApi extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeApi.class);
    private static final String TOKEN = "nearside-token";
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final String INVOCATION = RUNTIME + "invocation/";

    /** What the process's environment makes of it. All methods are called on the loop. */
    interface Listener {
        /** Whether a secret is the one that this environment's own process was given. */
        boolean isMine(String token);

        /** The runtime is ready for an event, which goes to {@link RuntimeApi#give}. */
        void next(Channel asking);

        /** The handler's answer; false if that is not the event being handled. */
        boolean response(String requestId, byte[] body);

        /** The handler's failure as JSON; false if that is not the event being handled. */
        boolean error(String requestId, byte[] json);

        /** The code cannot be loaded. */
        void initError(byte[] json);
    }

    private final Listener listener;

    RuntimeApi(Listener listener) {
        this.listener = listener;
    }

    /** Hands an event to the runtime that asked. */
    static void give(Channel asking, ServedEvent event, String functionArn) {
        FullHttpResponse response = answer(
                HttpResponseStatus.OK, Unpooled.wrappedBuffer(event.invocation().event()));
        response.headers()
                .set("Lambda-Runtime-Aws-Request-Id", event.invocation().requestId())
                .set("Lambda-Runtime-Deadline-Ms", event.deadlineEpochMillis())
                .set("Lambda-Runtime-Invoked-Function-Arn", functionArn)
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        asking.writeAndFlush(response);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        String path = request.uri();
        if (!listener.isMine(request.headers().get(TOKEN, ""))) {
            // Another function of this user's may find the socket.
            reply(context, HttpResponseStatus.FORBIDDEN, error("Forbidden", "not this environment's process"));
            return;
        }
        if (request.method().equals(HttpMethod.GET) && path.equals(INVOCATION + "next")) {
            listener.next(context.channel());
        } else if (request.method().equals(HttpMethod.POST) && path.equals(RUNTIME + "init/error")) {
            listener.initError(bytes(request));
            reply(context, HttpResponseStatus.ACCEPTED, "{\"status\":\"OK\"}");
        } else if (request.method().equals(HttpMethod.POST) && path.startsWith(INVOCATION)) {
            answered(context, path.substring(INVOCATION.length()), bytes(request));
        } else {
            reply(context, HttpResponseStatus.NOT_FOUND, error("NotFound", "no such resource: " + request.method()));
        }
    }

    private void answered(ChannelHandlerContext context, String idAndKind, byte[] body) {
        int slash = idAndKind.indexOf('/');
        String id = slash < 0 ? idAndKind : idAndKind.substring(0, slash);
        boolean taken = switch (slash < 0 ? "" : idAndKind.substring(slash + 1)) {
            case "response" -> listener.response(id, body);
            case "error" -> listener.error(id, body);
            default -> false;
        };
        if (taken) {
            reply(context, HttpResponseStatus.ACCEPTED, "{\"status\":\"OK\"}");
        } else {
            reply(
                    context,
                    HttpResponseStatus.BAD_REQUEST,
                    error("InvalidRequestID", "the event being handled has another request id"));
        }
    }

    private static String error(String type, String message) {
        return "{\"errorType\":\"" + type + "\",\"errorMessage\":\"" + message + "\"}";
    }

    private static byte[] bytes(FullHttpRequest request) {
        return ByteBufUtil.getBytes(request.content());
    }

    private static void reply(ChannelHandlerContext context, HttpResponseStatus status, String json) {
        context.writeAndFlush(answer(status, Unpooled.copiedBuffer(json, StandardCharsets.UTF_8)));
    }

    private static FullHttpResponse answer(HttpResponseStatus status, ByteBuf body) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        return response;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a function's connection to the Runtime API broke", cause);
        context.close();
    }
}
