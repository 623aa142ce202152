package dev.nearside.edge.exchange;

import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Targets;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.function.EdgeResponse;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import org.jspecify.annotations.Nullable;

/** What this node makes of responses by itself: those that no origin made, other than errors, and changed heads. */
final class OwnResponses {

    private static final int HTTPS_DEFAULT_PORT = 443;

    private OwnResponses() {}

    /** What a viewer-request function answered with. */
    static ViewerResponse ofFunction(EdgeResponse answer, long epochMillis) {
        byte[] body = FunctionStage.bodyBytes(answer);
        return generated(
                EventMapping.generated(answer),
                body == null ? new byte[0] : body,
                "LambdaGeneratedResponse",
                epochMillis);
    }

    /** What a CloudFront Function answered a viewer's request with. */
    static ViewerResponse ofCloudFrontFunction(ResponseHead head, byte[] body, long epochMillis) {
        return generated(head, body, "FunctionGeneratedResponse", epochMillis);
    }

    private static ViewerResponse generated(ResponseHead head, byte[] body, String result, long epochMillis) {
        Fields headers = head.headers();
        if (!headers.has("date")) {
            headers = headers.plus("Date", HttpDates.format(epochMillis));
        }
        if (!headers.has("server")) {
            headers = headers.plus("Server", "CloudFront");
        }
        return ViewerResponse.whole(head.withHeaders(headers), result, body);
    }

    /**
     * A response as a viewer-response function wants it.
     *
     * @param body in place of the response's own; null keeps that
     * @param cache which is told that the response's own body is wanted no more
     */
    static ViewerResponse changed(
            ViewerResponse response, ResponseHead head, byte @Nullable [] body, CacheStage cache) {
        boolean loses = head.isBodiless() && !response.head().isBodiless();
        if (body == null && !loses) {
            return response.withHead(head);
        }
        cache.leave(true);
        Fields headers = head.isBodiless() ? head.headers().without("content-length") : head.headers();
        return response.with(
                head.withHeaders(headers), new ViewerResponse.Body.Whole(body == null ? new byte[0] : body));
    }

    /**
     * Where a viewer that came without TLS must go: 301 for safe methods, 307 for the others, as CloudFront does.
     *
     * @param httpsPort of this node; 0 if it has none, and then the viewer is sent to the scheme's own, like with 443
     */
    static ViewerResponse redirectToHttps(Viewer viewer, RequestHead request, int httpsPort, long epochMillis) {
        boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
        Fields headers = Fields.of(
                "Server",
                "CloudFront",
                "Date",
                HttpDates.format(epochMillis),
                "Location",
                "https://" + httpsAuthority(viewer, httpsPort) + request.target());
        return ViewerResponse.whole(new ResponseHead(safe ? 301 : 307, "", headers), "Redirect", new byte[0]);
    }

    /** The response as the behavior's response headers policy has it; the very same if the behavior has none. */
    static ViewerResponse withPolicy(
            ViewerResponse response,
            @Nullable Route route,
            RequestHead request,
            ExchangeRecord record,
            Exchanges node) {
        ResponseHeadersPolicy policy = route == null ? null : route.responseHeadersPolicy();
        if (policy == null) {
            return response;
        }
        String timing = ServerTiming.isWanted(policy.serverTimingSamplingRate(), request, node.random())
                ? ServerTiming.of(
                        response.result(),
                        node.identity().popLabel(),
                        record.id(),
                        record.timeline(),
                        node.time().nanos())
                : null;
        Fields headers = ResponseHeaderRules.apply(
                policy, request, response.head(), timing, response.result().equals("Hit"));
        return response.withHead(response.head()
                .withHeaders(ResponseHeaderRules.completed(
                        policy, headers, node.time().epochMillis())));
    }

    /** The host that the viewer named, with the port where this node answers HTTPS. */
    private static String httpsAuthority(Viewer viewer, int httpsPort) {
        String host = Targets.withoutPort(viewer.host());
        return httpsPort == 0 || httpsPort == HTTPS_DEFAULT_PORT ? host : host + ':' + httpsPort;
    }
}
