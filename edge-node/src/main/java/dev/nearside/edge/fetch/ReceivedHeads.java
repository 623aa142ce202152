package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.routing.Route;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Locale;
import java.util.Map;

/** What a head as the origin sent it means for the cache, and what of it goes on. */
final class ReceivedHeads {

    private ReceivedHeads() {}

    /** In the node's own form. */
    static ResponseHead of(HttpResponse response) {
        Fields.Builder headers = Fields.builder();
        for (Map.Entry<String, String> field : response.headers()) {
            headers.add(field.getKey(), field.getValue());
        }
        return new ResponseHead(response.status().code(), response.status().reasonPhrase(), headers.build());
    }

    /** What is stored and forwarded: end-to-end fields, none of those that this node writes itself, and a Date. */
    static ResponseHead clean(ResponseHead received, Route route, long epochMillis) {
        Fields headers = HopByHop.strip(received.headers()).without(ReceivedHeads::isWrittenByTheNode);
        if (!OriginRequests.forwardsCookies(route)) {
            headers = headers.without("set-cookie");
        }
        headers = ForwardedVary.of(headers, route);
        return received.withHeaders(headers).dated(epochMillis);
    }

    private static boolean isWrittenByTheNode(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("nearside-")
                || lower.equals("x-cache")
                || lower.startsWith("x-amz-cf-")
                || lower.equals("x-nearside-revision");
    }

    /** RFC 9111 §4.4: what an unsafe method may have changed is not served any more. CloudFront keeps what it has. */
    static void forgetWhatChanged(HttpCache cache, FetchRequest fetch, RequestHead sent, ResponseHead received) {
        if (fetch.route().cachePolicy().ttlRules() != TtlRules.RFC9111) {
            return;
        }
        for (RequestHead changed : UnsafeMethods.changed(fetch.request(), received)) {
            cache.invalidate(
                    CacheKeys.of(
                            fetch.route().distribution().id(),
                            changed,
                            fetch.route().cachePolicy()),
                    fetch.fill());
        }
        if (sent.method().equals("HEAD") && received.status() == 200) {
            cache.learnFromHead(fetch.query(), fetch.fill(), received.headers());
        }
    }
}
