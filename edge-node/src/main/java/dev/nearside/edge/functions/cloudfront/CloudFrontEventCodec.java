package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.cloudfront.EventParts.SetCookie;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events as the JSON that CloudFront Functions get: version 1.0, members in AWS's order. */
final class CloudFrontEventCodec {

    private CloudFrontEventCodec() {}

    static byte[] encode(CloudFrontEvent event) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        json.putObject("context")
                .put("distributionDomainName", event.distribution().domainName())
                .put("distributionId", event.distribution().id())
                .put("eventType", event.eventType().wireName())
                .put("requestId", event.requestId());
        json.putObject("viewer").put("ip", event.clientIp());
        writeRequest(json.putObject("request"), event.request());
        ResponseHead response = event.response();
        if (response != null) {
            writeResponse(json.putObject("response"), response);
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void writeRequest(ObjectNode json, RequestHead request) {
        json.put("method", request.method()).put("uri", EventHeaders.textOf(request.uri()));
        EventParts.query(request.querystring()).writeTo(json.putObject("querystring"));
        EventParts.headers(request.headers()).writeTo(json.putObject("headers"));
        EventParts.cookies(request.headers()).writeTo(json.putObject("cookies"));
    }

    private static void writeResponse(ObjectNode json, ResponseHead response) {
        json.put("statusCode", response.status())
                .put("statusDescription", response.reason())
                .set("headers", headersOf(response));
        Map<String, List<SetCookie>> byName = new LinkedHashMap<>();
        EventParts.setCookies(response.headers())
                .forEach(cookie -> byName.computeIfAbsent(cookie.name(), _ -> new ArrayList<>(1))
                        .add(cookie));
        ObjectNode cookies = json.putObject("cookies");
        byName.forEach((name, all) -> {
            ObjectNode entry = cookies.putObject(name);
            write(entry, all.getFirst());
            if (all.size() > 1) {
                ArrayNode multiValue = entry.putArray("multiValue");
                all.forEach(cookie -> write(multiValue.addObject(), cookie));
            }
        });
    }

    private static ObjectNode headersOf(ResponseHead response) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        EventParts.headers(response.headers()).writeTo(headers);
        return headers;
    }

    private static void write(ObjectNode json, SetCookie cookie) {
        json.put("value", cookie.value());
        if (!cookie.attributes().isEmpty()) {
            json.put("attributes", cookie.attributes());
        }
    }
}
