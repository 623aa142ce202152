package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostBytes.bytes;
import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.integer;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.Value;

/** The guest's requests over the network: out of its arguments, and into the texts that tell it how they ended. */
final class HostHttp {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_PORT = 65_535;

    /** What frames a message is the host's business, as is the connection. */
    private static final Set<String> OWN_HEADERS = Set.of(
            "connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade");

    private final JsEnvironment environment;
    private final OutboundLimits limits;

    private HostHttp(JsEnvironment environment, OutboundLimits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    static void addTo(Map<String, Object> functions, JsEnvironment environment, OutboundLimits limits) {
        HostHttp http = new HostHttp(environment, limits);
        functions.put("maxRequests", limits.maxRequests());
        functions.put("startRequest", host(http::start));
        functions.put("stopRequest", host(arguments -> {
            environment.stopRequest(integer(arguments, 0));
            return null;
        }));
    }

    /**
     * Arguments: number, JSON of the request, body. Gives the empty text, or Node's error code and message with a bar
     * between.
     */
    private String start(Value... arguments) {
        byte[] body = bytes(arguments, 2);
        if (body.length > limits.maxRequestBytes()) {
            return "ERR_REQUEST_TOO_LARGE|the body is longer than " + limits.maxRequestBytes() + " bytes";
        }
        try {
            JsonNode asked = JSON.readTree(text(arguments, 1));
            int port = asked.path("port").asInt();
            String path = asked.path("path").asText();
            String method = asked.path("method").asText();
            if (port < 1 || port > MAX_PORT || !path.startsWith("/") || !isVisible(path) || method.equals("CONNECT")) {
                return "ERR_INVALID_ARG_VALUE|a request needs a port, a path of visible ASCII characters and a method"
                        + " that is not CONNECT";
            }
            OutboundRequest.Target target = new OutboundRequest.Target(
                    asked.path("secure").asBoolean(),
                    asked.path("host").asText().toLowerCase(Locale.ROOT),
                    port,
                    Math.max(1, environment.current().remainingMillis()));
            OutboundRequest request = new OutboundRequest(target, method, path, headers(asked, target, body), body);
            return environment.startRequest(integer(arguments, 0), request)
                    ? ""
                    : "ERR_TOO_MANY_REQUESTS|too many requests are under way in this execution environment";
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return "ERR_INVALID_CHAR|the method or a header has a character that HTTP does not allow";
        }
    }

    private static boolean isVisible(String path) {
        return path.chars().allMatch(character -> character > ' ' && character < 0x7f);
    }

    private static HttpHeaders headers(JsonNode asked, OutboundRequest.Target target, byte[] body) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        JsonNode given = asked.path("headers");
        for (int i = 0; i + 1 < given.size(); i += 2) {
            String name = given.get(i).asText();
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.add(name, given.get(i + 1).asText());
            }
        }
        if (!headers.contains(HttpHeaderNames.HOST)) {
            String host = target.host().contains(":") ? '[' + target.host() + ']' : target.host();
            boolean usual = target.port() == (target.secure() ? 443 : 80);
            headers.set(HttpHeaderNames.HOST, usual ? host : host + ':' + target.port());
        }
        headers.set(HttpHeaderNames.CONNECTION, "close");
        if (body.length > 0 || asked.path("hasBody").asBoolean()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return headers;
    }

    /** What the guest is told beside the body. */
    static String told(OutboundOutcome outcome) {
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        switch (outcome) {
            case OutboundOutcome.Response response -> {
                told.put("status", response.head().status().code());
                told.put("statusText", response.head().status().reasonPhrase());
                ArrayNode headers = told.putArray("headers");
                response.head()
                        .headers()
                        .forEach(header -> headers.add(header.getKey()).add(header.getValue()));
            }
            case OutboundOutcome.Failure failure -> {
                told.put("code", failure.code());
                told.put("syscall", failure.syscall());
                told.put("message", failure.message());
            }
        }
        return told.toString();
    }
}
