package dev.nearside.control.api;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** Armeria's messages to and from those of the wire protocols. */
final class HttpMessages {

    private HttpMessages() {}

    /** The path as it was sent, which is what a signature is made of, without the query. */
    static String rawPath(ServiceRequestContext context) {
        String target = context.rawPath();
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** A request without its query. */
    static WireRequest request(RequestHeaders headers, String path, byte[] body) {
        Map<String, String> plain = new LinkedHashMap<>();
        headers.forEach((name, value) -> plain.merge(name.toString(), value, (a, b) -> a + "," + b));
        return new WireRequest(headers.method().name(), path, Map.of(), plain, body);
    }

    static HttpResponse response(WireResponse response) {
        return HttpResponse.of(headers(response), HttpData.wrap(response.body()));
    }

    static AggregatedHttpResponse aggregated(WireResponse response) {
        return AggregatedHttpResponse.of(headers(response), HttpData.wrap(response.body()));
    }

    private static ResponseHeaders headers(WireResponse response) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(response.status());
        response.headers().forEach(headers::add);
        return headers.build();
    }
}
