package dev.nearside.simulator.devloop;

import dev.nearside.edge.functions.EventCodec;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EventType;
import java.util.List;

/** One plain event of each type, as a node would make it of a GET from a browser. */
public final class SampleEvents {

    private static final String VIEWER = "198.51.100.7";

    private SampleEvents() {}

    /** The event as JSON, members in AWS's order. */
    public static byte[] json(EventType type) {
        return EventCodec.encode(of(type));
    }

    /** The event. */
    public static EdgeEvent of(EventType type) {
        boolean viewer = type.isViewer();
        EdgeHeaders headers = viewer
                ? EdgeHeaders.empty()
                        .with("Host", "d111111abcdef8.cloudfront.net")
                        .with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
                        .with("Accept", "text/html,application/xhtml+xml")
                        .with("Accept-Language", "en")
                : EdgeHeaders.empty()
                        .with("X-Forwarded-For", VIEWER)
                        .with("User-Agent", "Amazon CloudFront")
                        .with("Via", "2.0 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)")
                        .with("Host", "example.org")
                        .with("Cache-Control", "no-cache");
        EdgeOrigin origin = viewer
                ? null
                : new EdgeOrigin.Custom(
                        "example.org", "", EdgeHeaders.empty(), 443, "https", 30, 5, List.of("TLSv1.2"));
        EdgeRequest request = new EdgeRequest(VIEWER, "GET", "/articles/1.html", "page=2", headers, null, origin);
        EdgeResponse response = type.isRequest()
                ? null
                : new EdgeResponse(
                        200,
                        "OK",
                        EdgeHeaders.empty()
                                .with("Content-Type", "text/html; charset=utf-8")
                                .with("Content-Length", "9593")
                                .with("Date", "Mon, 13 Jan 2025 20:12:38 GMT")
                                .with("ETag", "\"23f8-58fcdd8b0c3a7\"")
                                .with("Server", "Apache"),
                        null,
                        "text");
        return new EdgeEvent(
                new EdgeEvent.Config(
                        "d111111abcdef8.cloudfront.net",
                        "EDFDVBD6EXAMPLE",
                        type,
                        "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="),
                request,
                response);
    }
}
