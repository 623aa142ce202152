package dev.nearside.benchmarks.functions;

import dev.nearside.edge.functions.EventCodec;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EventType;

/** A viewer request as browsers send it: about 2 KB as JSON. */
final class SampleEvent {

    private SampleEvent() {}

    static byte[] json() {
        EdgeHeaders headers = EdgeHeaders.empty()
                .plus("Host", "shop.example.com")
                .plus(
                        "User-Agent",
                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0")
                .plus("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8")
                .plus("Accept-Language", "en-GB,en;q=0.9,de;q=0.7")
                .plus("Accept-Encoding", "gzip, deflate, br, zstd")
                .plus("Referer", "https://shop.example.com/catalogue/shoes?page=2&sort=price")
                .plus("Cookie", "session=" + "0123456789abcdef".repeat(16) + "; variant=b; consent=" + "y".repeat(120))
                .plus("Sec-Fetch-Dest", "document")
                .plus("Sec-Fetch-Mode", "navigate")
                .plus("X-Forwarded-For", "198.51.100.7")
                .plus("Via", "2.0 fbfbd73505e39cd8d8a41a9279a44be9.cloudfront.net (CloudFront)");
        return EventCodec.encode(new EdgeEvent(
                new EdgeEvent.Config(
                        "d111111abcdef8.cloudfront.net",
                        "EDFDVBD6EXAMPLE",
                        EventType.VIEWER_REQUEST,
                        "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="),
                new EdgeRequest(
                        "198.51.100.7", "GET", "/catalogue/shoes/4711", "colour=red&size=43", headers, null, null),
                null));
    }
}
