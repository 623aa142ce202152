package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.edge.functions.OriginRules;
import dev.nearside.edge.functions.Shown;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.HeaderField;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer-request function made of the request's origin by {@code updateRequestOrigin}, {@code
 * selectRequestOriginById} or {@code createRequestOriginGroup}; pure. A changed origin is asked without a shield, which
 * would not know of the change.
 */
final class OriginChange {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Set<Integer> FAILOVER_STATUSES = Set.of(400, 403, 404, 416, 500, 502, 503, 504);
    private static final Set<String> SSL_PROTOCOLS = Set.of("TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3");
    private static final int GROUP_SIZE = 2;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?");

    private static final String UPDATE = "updateRequestOrigin";
    private static final String SELECT = "selectRequestOriginById";
    private static final Set<String> CALLS = Set.of(UPDATE, SELECT, "createRequestOriginGroup");

    private final Distribution distribution;
    private final ChosenOrigins before;

    private OriginChange(Distribution distribution, ChosenOrigins before) {
        this.distribution = distribution;
        this.before = before;
    }

    /**
     * Where the request goes now.
     *
     * @param change the function's call as JSON: its name and its parameters
     * @param before where the behavior would send it
     */
    static ChosenOrigins applied(String change, Distribution distribution, ChosenOrigins before)
            throws InvalidAnswerException {
        Map.Entry<String, JsonNode> call = call(change);
        OriginChange it = new OriginChange(distribution, before);
        return switch (call.getKey()) {
            case UPDATE -> it.updated(call.getValue());
            case SELECT -> it.selected(call.getValue());
            default -> it.grouped(call.getValue());
        };
    }

    /** A function can make anything of this JSON, as it is written in its world. */
    private static Map.Entry<String, JsonNode> call(String change) throws InvalidAnswerException {
        JsonNode json;
        try {
            json = MAPPER.readTree(change);
        } catch (IOException e) {
            throw new InvalidAnswerException("the change of the origin is not JSON");
        }
        Iterator<Map.Entry<String, JsonNode>> calls = json.properties().iterator();
        if (calls.hasNext()) {
            Map.Entry<String, JsonNode> call = calls.next();
            if (CALLS.contains(call.getKey()) && call.getValue().isObject()) {
                return call;
            }
        }
        throw new InvalidAnswerException(
                "the change of the origin has no parameters, expected an object that JSON can hold");
    }

    private ChosenOrigins updated(JsonNode to) throws InvalidAnswerException {
        Origin primary = before.origins().getFirst();
        List<Origin> origins = new ArrayList<>();
        origins.add(updated(primary, to));
        before.origins().stream().skip(1).map(OriginChange::withoutShield).forEach(origins::add);
        String hostHeader = text(to, "hostHeader", "");
        if (!hostHeader.isEmpty()
                && to.path("originAccessControlConfig").path("enabled").asBoolean()) {
            throw new InvalidAnswerException("hostHeader is " + Shown.text(hostHeader)
                    + " with an origin access control, which signs the origin's own host, expected none");
        }
        if (!hostHeader.isEmpty() && !HOST.matcher(hostHeader).matches()) {
            throw new InvalidAnswerException(
                    "hostHeader is " + Shown.text(hostHeader) + ", expected a host name, with a port or without");
        }
        return new ChosenOrigins(origins, before.failoverStatuses(), hostHeader.isEmpty() ? null : hostHeader);
    }

    private static Origin updated(Origin origin, JsonNode to) throws InvalidAnswerException {
        JsonNode timeouts = to.path("timeouts");
        JsonNode custom = to.path("customOriginConfig");
        boolean isCustom = custom.isObject() || origin.kind() == OriginKind.CUSTOM;
        String domainName = text(to, "domainName", origin.domainName());
        // What the function leaves as it was configured is not its fault.
        if (!domainName.equals(origin.domainName())) {
            expect(
                    "domainName",
                    domainName,
                    isCustom
                            ? OriginRules.expectedOfCustomName(domainName)
                            : OriginRules.expectedOfBucketName(domainName));
        }
        String path = text(to, "originPath", origin.originPath());
        if (!path.equals(origin.originPath())) {
            expect("originPath", path, OriginRules.expectedOfPath(path));
        }
        ProtocolPolicy protocol = protocol(custom, origin.protocolPolicy());
        int port = number(custom, "port", -1, 1, 65_535);
        if (port >= 0 && !OriginRules.isPort(port)) {
            throw new InvalidAnswerException("port is " + port + ", expected 80, 443 or 1024 to 65535");
        }
        return new Origin(
                origin.id(),
                domainName,
                path,
                isCustom ? OriginKind.CUSTOM : OriginKind.S3,
                port < 0 ? origin.httpPort() : port,
                port < 0 ? origin.httpsPort() : port,
                protocol,
                customHeaders(to.path("customHeaders"), origin.customHeaders()),
                number(to, "connectionAttempts", origin.connectionAttempts(), 1, 3),
                number(timeouts, "connectionTimeout", origin.connectTimeoutSeconds(), 1, 10),
                number(timeouts, "readTimeout", origin.readTimeoutSeconds(), 1, 120),
                number(timeouts, "keepAliveTimeout", origin.keepaliveTimeoutSeconds(), 1, 120),
                sslProtocols(custom.path("sslProtocols"), origin.sslProtocols()),
                null);
    }

    private static ProtocolPolicy protocol(JsonNode custom, ProtocolPolicy otherwise) throws InvalidAnswerException {
        String protocol = text(custom, "protocol", "");
        return switch (protocol) {
            case "" -> otherwise;
            case "http" -> ProtocolPolicy.HTTP_ONLY;
            case "https" -> ProtocolPolicy.HTTPS_ONLY;
            default ->
                throw new InvalidAnswerException("protocol is " + Shown.text(protocol) + ", expected http or https");
        };
    }

    private static void expect(String member, String value, @Nullable String expected) throws InvalidAnswerException {
        if (expected != null) {
            throw new InvalidAnswerException(member + " is " + Shown.text(value) + ", expected " + expected);
        }
    }

    private static List<HeaderField> customHeaders(JsonNode json, List<HeaderField> otherwise)
            throws InvalidAnswerException {
        if (json.isMissingNode() || json.isNull()) {
            return otherwise;
        }
        if (!json.isObject()) {
            throw new InvalidAnswerException("customHeaders is " + Shown.kind(json) + ", expected an object");
        }
        List<HeaderField> headers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> header : json.properties()) {
            headers.add(customHeader(header.getKey(), header.getValue()));
        }
        return headers;
    }

    /** One of them; messages never show its value, which is often a secret that the origin asks for. */
    private static HeaderField customHeader(String name, JsonNode value) throws InvalidAnswerException {
        if (!CloudFrontAnswerRules.isToken(name)) {
            throw new InvalidAnswerException("customHeaders has the name " + Shown.text(name)
                    + ", which holds a character that header names may not");
        }
        if (HeaderNames.NOT_FOR_ORIGINS_OF_FUNCTIONS.include(name)) {
            throw new InvalidAnswerException("customHeaders contains the disallowed header " + Shown.text(name));
        }
        String where = "customHeaders[" + Shown.text(name) + ']';
        if (!value.isTextual()) {
            throw new InvalidAnswerException(where + " is not a string");
        }
        CloudFrontAnswerRules.checkPrintable(where, value.asText());
        return new HeaderField(name, value.asText());
    }

    private static List<String> sslProtocols(JsonNode json, List<String> otherwise) throws InvalidAnswerException {
        if (!json.isArray()) {
            return otherwise;
        }
        List<String> protocols = new ArrayList<>();
        for (JsonNode protocol : json) {
            if (!SSL_PROTOCOLS.contains(protocol.asText())) {
                throw new InvalidAnswerException(
                        "sslProtocols has " + Shown.json(protocol) + ", expected TLSv1.2, TLSv1.1, TLSv1 or SSLv3");
            }
            protocols.add(protocol.asText());
        }
        return protocols;
    }

    private ChosenOrigins selected(JsonNode to) throws InvalidAnswerException {
        if (to.has("originOverrides")) {
            throw new InvalidAnswerException(
                    "selectRequestOriginById has originOverrides, which this node does not know");
        }
        return new ChosenOrigins(
                List.of(withoutShield(origin(to.path("originId").asText()))), Set.of(), null);
    }

    private ChosenOrigins grouped(JsonNode to) throws InvalidAnswerException {
        List<Origin> origins = new ArrayList<>();
        for (JsonNode id : to.path("originIds")) {
            origins.add(withoutShield(origin(id.isObject() ? id.path("originId").asText() : id.asText())));
        }
        if (origins.size() != GROUP_SIZE) {
            throw new InvalidAnswerException(
                    "createRequestOriginGroup has " + origins.size() + " originIds, expected " + GROUP_SIZE);
        }
        Set<Integer> statuses = new LinkedHashSet<>();
        for (JsonNode status : to.path("failoverCriteria").path("statusCodes")) {
            if (!FAILOVER_STATUSES.contains(status.asInt())) {
                throw new InvalidAnswerException("failoverCriteria.statusCodes has " + Shown.json(status)
                        + ", expected 400, 403, 404, 416, 500, 502, 503 or 504");
            }
            statuses.add(status.asInt());
        }
        if (statuses.isEmpty()) {
            throw new InvalidAnswerException("failoverCriteria has no statusCodes, expected one at least");
        }
        String criteria = text(to, "selectionCriteria", "default");
        if (!criteria.equals("default")) {
            throw new InvalidAnswerException("selectionCriteria is " + Shown.text(criteria) + ", expected default");
        }
        return new ChosenOrigins(origins, statuses, null);
    }

    private Origin origin(String id) throws InvalidAnswerException {
        return distribution
                .origin(id)
                .orElseThrow(() -> new InvalidAnswerException(
                        "origin " + Shown.text(id) + " is not one of the distribution's origins"));
    }

    private static Origin withoutShield(Origin origin) {
        return new Origin(
                origin.id(),
                origin.domainName(),
                origin.originPath(),
                origin.kind(),
                origin.httpPort(),
                origin.httpsPort(),
                origin.protocolPolicy(),
                origin.customHeaders(),
                origin.connectionAttempts(),
                origin.connectTimeoutSeconds(),
                origin.readTimeoutSeconds(),
                origin.keepaliveTimeoutSeconds(),
                origin.sslProtocols(),
                null);
    }

    private static String text(JsonNode object, String member, String otherwise) throws InvalidAnswerException {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw new InvalidAnswerException(member + " is " + Shown.kind(value) + ", expected a string");
        }
        return value.asText();
    }

    private static int number(JsonNode object, String member, int otherwise, int min, int max)
            throws InvalidAnswerException {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.canConvertToExactIntegral() || value.asLong() < min || value.asLong() > max) {
            throw new InvalidAnswerException(member + " is " + Shown.kind(value) + ", expected " + min + " to " + max);
        }
        return value.asInt();
    }
}
