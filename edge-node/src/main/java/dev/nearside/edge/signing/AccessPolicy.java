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
        JsonNode lessThan = condition.path("DateLessThan").path("AWS:EpochTime");
        JsonNode greaterThan = condition.path("DateGreaterThan").path("AWS:EpochTime");
        if (!lessThan.isIntegralNumber()
                || !lessThan.canConvertToLong()
                || (condition.has("DateGreaterThan") && !greaterThan.canConvertToLong())) {
            return null;
        }
        AddressRange source = null;
        if (condition.has("IpAddress")) {
            String range = condition.path("IpAddress").path("AWS:SourceIp").asText("");
            source = range.indexOf(':') < 0 ? AddressRange.parse(range) : null;
            if (source == null) {
                return null;
            }
        }
        return new AccessPolicy(
                resource.isTextual() ? resource.textValue() : null,
                lessThan.longValue(),
                condition.has("DateGreaterThan") ? greaterThan.longValue() : Long.MIN_VALUE,
                source);
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
