package dev.nearside.edge.functions;

import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.Reasons;
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

    private static final byte[] NO_BODY = new byte[0];

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

    /** A response as a function sees it: never its body. Some protocols have no reason phrase; events always do. */
    public static EdgeResponse shown(ResponseHead response) {
        String reason = response.reason().isEmpty() ? Reasons.of(response.status()) : response.reason();
        return new EdgeResponse(response.status(), reason, EventHeaders.shown(response.headers()), null, "text");
    }

    /** The request after a function: what it left alone stays byte for byte; a body it replaced has a new length. */
    public static RequestHead applied(RequestHead before, EdgeRequest answer) {
        Fields headers = EventHeaders.merged(before.headers(), answer.headers());
        byte[] replaced = FunctionStage.bodyBytes(answer);
        return new RequestHead(
                before.method(),
                // A question mark in a path is data; left as it is, it would begin the query (RFC 3986 §3.3).
                EventHeaders.wireOf(answer.uri(), before.uri()).replace("?", "%3F"),
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
        byte[] replaced = replacedBody(before, answer);
        Fields merged = EventHeaders.merged(before.headers(), answer.headers());
        Fields.Builder headers = Fields.builder()
                .addAll((replaced == null ? merged : ContentFields.ofReplacedBody(before.headers(), merged))
                        .without("content-length"));
        if (replaced == null) {
            before.headers().all("content-length").forEach(length -> headers.add("Content-Length", length));
        } else {
            headers.add("Content-Length", Integer.toString(replaced.length));
        }
        return new ResponseHead(answer.status(), reason(before, answer), headers.build());
    }

    /** The same in a viewer-response event, whose function has no say in the status and its phrase. */
    public static ResponseHead appliedForViewer(ResponseHead before, EdgeResponse answer) {
        return before.withHeaders(applied(before, answer).headers());
    }

    /**
     * The bytes in place of the origin's; null keeps them. Statuses without content end the origin's body also where the
     * function leaves it alone (RFC 9110 §15.3.5, §15.4.5).
     */
    public static byte @Nullable [] replacedBody(ResponseHead before, EdgeResponse answer) {
        byte[] replaced = FunctionStage.bodyBytes(answer);
        boolean losesBody = replaced == null && !before.isBodiless() && ResponseHead.isBodiless(answer.status());
        return losesBody ? NO_BODY : replaced;
    }

    /** The function's phrase if it wrote one; one that it left with another status would be a lie. */
    private static String reason(ResponseHead before, EdgeResponse answer) {
        if (!answer.statusDescription().equals(shown(before).statusDescription())) {
            return EventHeaders.wireOf(answer.statusDescription());
        }
        return answer.status() == before.status() ? before.reason() : "";
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
