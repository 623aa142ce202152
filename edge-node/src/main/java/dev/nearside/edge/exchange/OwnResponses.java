package dev.nearside.edge.exchange;

import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.function.EdgeResponse;

/** Responses that no origin made, other than errors. */
final class OwnResponses {

    private OwnResponses() {}

    /** What a viewer-request function answered with. */
    static ViewerResponse ofFunction(EdgeResponse answer, long epochMillis) {
        ResponseHead head = EventMapping.generated(answer);
        Fields headers = head.headers();
        if (!headers.has("date")) {
            headers = headers.plus("Date", HttpDates.format(epochMillis));
        }
        if (!headers.has("server")) {
            headers = headers.plus("Server", "CloudFront");
        }
        byte[] body = FunctionStage.bodyBytes(answer);
        return ViewerResponse.whole(
                head.withHeaders(headers), "LambdaGeneratedResponse", body == null ? new byte[0] : body);
    }

    /** Where a viewer that came without TLS must go: 301 for safe methods, 307 for the others, as CloudFront does. */
    static ViewerResponse redirectToHttps(Viewer viewer, RequestHead request, long epochMillis) {
        boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
        Fields headers = Fields.of(
                "Server",
                "CloudFront",
                "Date",
                HttpDates.format(epochMillis),
                "Location",
                "https://" + withoutPort(viewer.host()) + request.target());
        return ViewerResponse.whole(new ResponseHead(safe ? 301 : 307, "", headers), "Redirect", new byte[0]);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > 0 && host.indexOf(']', colon) < 0 ? host.substring(0, colon) : host;
    }
}
