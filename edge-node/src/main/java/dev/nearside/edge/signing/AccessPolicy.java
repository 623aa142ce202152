package dev.nearside.edge.signing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.edge.geo.AddressRange;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A policy statement: to what it gives access, and when and from where.
 *
 * @param resource a URL with wildcards; null for everything
 * @param lessThanEpochSeconds the first second in which it is over
 * @param greaterThanEpochSeconds the last second in which it has not begun
 * @param source the viewers' addresses; null for all
 */
record AccessPolicy(
        @Nullable String resource,
        long lessThanEpochSeconds,
        long greaterThanEpochSeconds,
        @Nullable AddressRange source) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Four numbers and, after a slash, a prefix length; what reads {@code 10} as 0.0.0.10 must not judge this. */
    private static final Pattern IPV4_RANGE = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?");

    private static final Set<String> CONDITIONS = Set.of("DateLessThan", "DateGreaterThan", "IpAddress");

    /** The text that a canned policy signs. */
    static String canned(String url, String expires) {
        return "{\"Statement\":[{\"Resource\":\"" + url + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":"
                + expires + "}}}]}";
    }

    /**
     * Reads a custom policy. A member that nobody knows makes it malformed, because it may have been meant as a limit.
     *
     * @return null if it is malformed
     */
    static @Nullable AccessPolicy parse(byte[] json) {
        JsonNode statements = tree(json).path("Statement");
        JsonNode statement = statements.path(0);
        JsonNode condition = statement.path("Condition");
        JsonNode resource = statement.path("Resource");
        if (statements.size() != 1
                || !hasOnly(statement, Set.of("Resource", "Condition"))
                || !hasOnly(condition, CONDITIONS)
                || !(resource.isMissingNode() || resource.isTextual())) {
            return null;
        }
        Long lessThan = epochSeconds(condition.path("DateLessThan"));
        Long greaterThan = condition.has("DateGreaterThan")
                ? epochSeconds(condition.path("DateGreaterThan"))
                : Long.valueOf(Long.MIN_VALUE);
        AddressRange source = condition.has("IpAddress") ? range(condition.path("IpAddress")) : null;
        if (lessThan == null || greaterThan == null || (condition.has("IpAddress") && source == null)) {
            return null;
        }
        return new AccessPolicy(resource.isTextual() ? resource.textValue() : null, lessThan, greaterThan, source);
    }

    private static @Nullable Long epochSeconds(JsonNode condition) {
        JsonNode seconds = condition.path("AWS:EpochTime");
        boolean isWhole = seconds.isIntegralNumber() && seconds.canConvertToLong();
        return isWhole && hasOnly(condition, Set.of("AWS:EpochTime")) ? seconds.longValue() : null;
    }

    private static @Nullable AddressRange range(JsonNode condition) {
        String range = condition.path("AWS:SourceIp").textValue();
        boolean isIpv4 = range != null && IPV4_RANGE.matcher(range).matches();
        return isIpv4 && hasOnly(condition, Set.of("AWS:SourceIp")) ? AddressRange.parse(range) : null;
    }

    private static JsonNode tree(byte[] json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            return tree == null || !tree.path("Statement").isArray() ? MAPPER.createObjectNode() : tree;
        } catch (JacksonException _) {
            return MAPPER.createObjectNode();
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot be read", e);
        }
    }

    private static boolean hasOnly(JsonNode object, Set<String> names) {
        Iterator<String> members = object.fieldNames();
        while (members.hasNext()) {
            if (!names.contains(members.next())) {
                return false;
            }
        }
        return object.isObject();
    }
}
