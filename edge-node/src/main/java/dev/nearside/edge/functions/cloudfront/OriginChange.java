package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.HeaderField;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        Map.Entry<String, JsonNode> call;
        try {
            call = MAPPER.readTree(change).properties().iterator().next();
        } catch (IOException e) {
            throw new InvalidAnswerException("the change of the origin is not JSON");
        }
        OriginChange it = new OriginChange(distribution, before);
        return switch (call.getKey()) {
            case "updateRequestOrigin" -> it.updated(call.getValue());
            case "selectRequestOriginById" -> it.selected(call.getValue());
            default -> it.grouped(call.getValue());
        };
    }

    private ChosenOrigins updated(JsonNode to) throws InvalidAnswerException {
        Origin primary = before.origins().getFirst();
        List<Origin> origins = new ArrayList<>();
        origins.add(updated(primary, to));
        before.origins().stream().skip(1).map(OriginChange::withoutShield).forEach(origins::add);
        String hostHeader = text(to, "hostHeader", "");
        if (!hostHeader.isEmpty()
                && to.path("originAccessControlConfig").path("enabled").asBoolean()) {
            throw new InvalidAnswerException("hostHeader is '" + hostHeader
                    + "' with an origin access control, which signs the origin's own host, expected none");
        }
        checkVisible("hostHeader", hostHeader);
        return new ChosenOrigins(origins, before.failoverStatuses(), hostHeader.isEmpty() ? null : hostHeader);
    }

    private static Origin updated(Origin origin, JsonNode to) throws InvalidAnswerException {
        String domainName = text(to, "domainName", origin.domainName());
        if (domainName.isEmpty() || domainName.length() > 253 || domainName.indexOf(':') >= 0) {
            throw new InvalidAnswerException(
                    "domainName is '" + domainName + "', expected a name of 1 to 253 characters without a port");
        }
        checkVisible("domainName", domainName);
        String path = text(to, "originPath", origin.originPath());
        checkVisible("originPath", path);
        if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/") || path.length() > 255)) {
            throw new InvalidAnswerException("originPath is '" + path
                    + "', expected empty, or starting and not ending with /, at most 255 characters");
        }
        JsonNode timeouts = to.path("timeouts");
        JsonNode custom = to.path("customOriginConfig");
        boolean isCustom = custom.isObject() || origin.kind() == OriginKind.CUSTOM;
        ProtocolPolicy protocol = protocol(custom, origin.protocolPolicy());
        int port = number(custom, "port", -1, 1, 65_535);
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
            default -> throw new InvalidAnswerException("protocol is '" + protocol + "', expected http or https");
        };
    }

    private static List<HeaderField> customHeaders(JsonNode json, List<HeaderField> otherwise)
            throws InvalidAnswerException {
        if (json.isMissingNode() || json.isNull()) {
            return otherwise;
        }
        List<HeaderField> headers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> header : json.properties()) {
            if (HeaderNames.NOT_FOR_ORIGINS_OF_FUNCTIONS.include(header.getKey())) {
                throw new InvalidAnswerException(
                        "customHeaders contains the disallowed header '" + header.getKey() + "'");
            }
            headers.add(new HeaderField(header.getKey(), text(json, header.getKey(), "")));
        }
        return headers;
    }

    private static List<String> sslProtocols(JsonNode json, List<String> otherwise) throws InvalidAnswerException {
        if (!json.isArray()) {
            return otherwise;
        }
        List<String> protocols = new ArrayList<>();
        for (JsonNode protocol : json) {
            if (!SSL_PROTOCOLS.contains(protocol.asText())) {
                throw new InvalidAnswerException(
                        "sslProtocols has " + protocol + ", expected TLSv1.2, TLSv1.1, TLSv1 or SSLv3");
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
                throw new InvalidAnswerException("failoverCriteria.statusCodes has " + status
                        + ", expected 400, 403, 404, 416, 500, 502, 503 or 504");
            }
            statuses.add(status.asInt());
        }
        if (statuses.isEmpty()) {
            throw new InvalidAnswerException("failoverCriteria has no statusCodes, expected one at least");
        }
        String criteria = text(to, "selectionCriteria", "default");
        if (!criteria.equals("default")) {
            throw new InvalidAnswerException("selectionCriteria is '" + criteria + "', expected default");
        }
        return new ChosenOrigins(origins, statuses, null);
    }

    private Origin origin(String id) throws InvalidAnswerException {
        return distribution
                .origin(id)
                .orElseThrow(() ->
                        new InvalidAnswerException("origin '" + id + "' is not one of the distribution's origins"));
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
            throw new InvalidAnswerException(
                    member + " is " + InvalidAnswerException.shown(value) + ", expected a string");
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
            throw new InvalidAnswerException(
                    member + " is " + InvalidAnswerException.shown(value) + ", expected " + min + " to " + max);
        }
        return value.asInt();
    }

    private static void checkVisible(String member, String value) throws InvalidAnswerException {
        if (value.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '#')) {
            throw new InvalidAnswerException(
                    member + " is '" + value + "', expected no spaces, control characters or #");
        }
    }
}
