package dev.nearside.edge.functions;

import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events for tests, one of each type. */
final class Events {

    static final EdgeHeaders REQUEST_HEADERS =
            EdgeHeaders.empty().plus("Host", "shop.test").plus("X-Twice", "1").plus("x-twice", "2");

    static final EdgeOrigin.Custom CUSTOM_ORIGIN = new EdgeOrigin.Custom(
            "origin.test",
            "/site",
            EdgeHeaders.empty().with("X-Secret", "s"),
            8443,
            "https",
            30,
            5,
            List.of("TLSv1.2", "TLSv1.1"));

    static final EdgeOrigin.S3 S3_ORIGIN = new EdgeOrigin.S3("bucket.s3.test", "", EdgeHeaders.empty(), "none", "", 30);

    private Events() {}

    static EdgeEvent of(EventType type) {
        return of(type, REQUEST_HEADERS, EdgeHeaders.empty().with("ETag", "\"x\""));
    }

    static EdgeEvent of(EventType type, EdgeHeaders requestHeaders, EdgeHeaders responseHeaders) {
        EdgeOrigin origin =
                type == EventType.VIEWER_REQUEST || type == EventType.VIEWER_RESPONSE ? null : CUSTOM_ORIGIN;
        return with(
                type,
                new EdgeRequest("198.51.100.7", "GET", "/a", "b=1", requestHeaders, null, origin),
                type.isRequest() ? null : new EdgeResponse(200, "OK", responseHeaders, null, "text"));
    }

    static EdgeEvent with(EventType type, EdgeRequest request, @Nullable EdgeResponse response) {
        return new EdgeEvent(new EdgeEvent.Config("e1.cdn.localhost", "E1", type, "id=="), request, response);
    }

    /** What an event is answered with, read and checked as the node does it; single quotes stand for double ones. */
    static EdgeResult judged(EdgeEvent event, String json) throws InvalidResultException {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        EdgeResult result = ResultReader.read(event.config().eventType(), bytes, event.request());
        ResultRules.check(event, result);
        return result;
    }
}
