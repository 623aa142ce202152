package dev.nearside.edge.exchange;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.nio.charset.StandardCharsets;

/**
 * What a node says of itself to whoever watches over its process: that it serves, and which revision. It answers on hosts
 * that no distribution has, so that no distribution loses a path, and leaves no trace among those of viewers.
 */
final class NodeHealth {

    static final String PATH = "/_nearside/health";

    private NodeHealth() {}

    static boolean isAsked(RequestHead request) {
        return request.uri().equals(PATH);
    }

    static ViewerResponse answer(long revision, long epochMillis) {
        Fields headers = Fields.of(
                "Content-Type", "application/json", "Date", HttpDates.format(epochMillis), "Cache-Control", "no-store");
        byte[] body = ("{\"status\":\"ok\",\"revision\":" + revision + "}\n").getBytes(StandardCharsets.US_ASCII);
        return ViewerResponse.whole(new ResponseHead(200, "", headers), "LambdaGeneratedResponse", body);
    }
}
