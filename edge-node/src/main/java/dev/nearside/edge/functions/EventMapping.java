package dev.nearside.edge.functions;

import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution;
import org.jspecify.annotations.Nullable;

/** Between the node's heads and what events show of them; pure, the same for all four events. */
public final class EventMapping {

    private EventMapping() {}

    public static EdgeEvent event(
            Distribution distribution,
            EventType eventType,
            String requestId,
            EdgeRequest request,
            @Nullable EdgeResponse response) {
        return new EdgeEvent(
                new EdgeEvent.Config(distribution.domainName(), distribution.id(), eventType, requestId),
                request,
                response);
    }

    /**
     * A request as a function sees it.
     *
     * @param preview the beginning of its body, if the association asks for it
     * @param origin where it is about to go, in origin events
     */
    public static EdgeRequest shown(
            Viewer viewer, RequestHead request, EdgeRequest.@Nullable Body preview, @Nullable EdgeOrigin origin) {
        return new EdgeRequest(
                viewer.clientIp(),
                request.method(),
                EventHeaders.textOf(request.uri()),
                EventHeaders.textOf(request.querystring()),
                EventHeaders.shown(request.headers()),
                preview,
                origin);
    }

    /** A response as a function sees it: never its body. */
    public static EdgeResponse shown(ResponseHead response) {
        return new EdgeResponse(
                response.status(), response.reason(), EventHeaders.shown(response.headers()), null, "text");
    }

    /** The request after a function: what it left alone stays byte for byte; a body it replaced has a new length. */
    public static RequestHead applied(RequestHead before, EdgeRequest answer) {
        Fields headers = EventHeaders.merged(before.headers(), answer.headers());
        byte[] replaced = FunctionStage.bodyBytes(answer);
        return new RequestHead(
                before.method(),
                EventHeaders.wireOf(answer.uri(), before.uri()),
                EventHeaders.wireOf(answer.querystring(), before.querystring()),
                replaced == null
                        ? headers
                        : ContentFields.ofReplacedBody(before.headers(), headers)
                                .with("Content-Length", Integer.toString(replaced.length)));
    }

    /**
     * The response after a function. A function may write any Content-Length, but a body that it does not replace stays
     * as long as it is (RFC 9112 §6.3).
     */
    public static ResponseHead applied(ResponseHead before, EdgeResponse answer) {
        byte[] replaced = FunctionStage.bodyBytes(answer);
        Fields merged = EventHeaders.merged(before.headers(), answer.headers());
        Fields.Builder headers = Fields.builder()
                .addAll((replaced == null ? merged : ContentFields.ofReplacedBody(before.headers(), merged))
                        .without("content-length"));
        if (replaced == null) {
            before.headers().all("content-length").forEach(length -> headers.add("Content-Length", length));
        } else {
            headers.add("Content-Length", Integer.toString(replaced.length));
        }
        return new ResponseHead(
                answer.status(), answer.status() == before.status() ? before.reason() : "", headers.build());
    }

    /** The head of a response that a function made. */
    public static ResponseHead generated(EdgeResponse answer) {
        byte[] body = FunctionStage.bodyBytes(answer);
        return new ResponseHead(
                answer.status(),
                EventHeaders.wireOf(answer.statusDescription()),
                EventHeaders.fields(answer.headers())
                        .with("Content-Length", Integer.toString(body == null ? 0 : body.length)));
    }
}
