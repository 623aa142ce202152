package dev.nearside.control.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.state.StateException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a queue is set to.
 *
 * @param set the attributes that were given, by their names at AWS
 */
record QueueAttributes(Map<String, String> set) {

    static final String VISIBILITY_TIMEOUT = "VisibilityTimeout";
    static final String MAXIMUM_MESSAGE_SIZE = "MaximumMessageSize";
    static final String MESSAGE_RETENTION_PERIOD = "MessageRetentionPeriod";
    static final String DELAY_SECONDS = "DelaySeconds";
    static final String RECEIVE_WAIT = "ReceiveMessageWaitTimeSeconds";
    static final String REDRIVE_POLICY = "RedrivePolicy";
    private static final String POLICY = "Policy";
    private static final String MANAGED_ENCRYPTION = "SqsManagedSseEnabled";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_RECEIVE_COUNT = 1_000;

    /** A number that a queue is set to. */
    private record Range(int least, int usual, int most) {}

    /** SQS's quotas: seconds, and for the size bytes. */
    private static final Map<String, Range> RANGES = Map.of(
            VISIBILITY_TIMEOUT, new Range(0, 30, 43_200),
            MAXIMUM_MESSAGE_SIZE, new Range(1_024, 1_048_576, 1_048_576),
            MESSAGE_RETENTION_PERIOD, new Range(60, 345_600, 1_209_600),
            DELAY_SECONDS, new Range(0, 0, 900),
            RECEIVE_WAIT, new Range(0, 0, 20));

    private static final Set<String> UNOFFERED = Set.of(
            "FifoQueue",
            "ContentBasedDeduplication",
            "DeduplicationScope",
            "FifoThroughputLimit",
            "KmsMasterKeyId",
            "KmsDataKeyReusePeriodSeconds",
            "RedriveAllowPolicy");

    /** Where messages go that were received too often. */
    record Redrive(String targetArn, int maxReceiveCount) {}

    QueueAttributes {
        set = Map.copyOf(set);
    }

    static QueueAttributes parse(String stored) {
        try {
            return new QueueAttributes(MAPPER.readValue(stored, new TypeReference<>() {}));
        } catch (JsonProcessingException e) {
            throw new StateException("stored attributes of a queue are not readable: " + stored, e);
        }
    }

    String toJson() {
        try {
            return MAPPER.writeValueAsString(new TreeMap<>(set));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings can be written as JSON", e);
        }
    }

    /**
     * With more of them set; an empty policy takes the one there was away.
     *
     * @throws AwsError if one is unknown, not offered, or has a value it cannot have
     */
    QueueAttributes with(Map<String, String> given) {
        Map<String, String> next = new TreeMap<>(set);
        given.forEach((name, value) -> {
            check(name, value);
            if (value.isEmpty()) {
                next.remove(name);
            } else {
                next.put(name, value);
            }
        });
        return new QueueAttributes(next);
    }

    /** One of the numbers, as set or as usual. */
    int number(String name) {
        String value = set.get(name);
        return value == null ? range(name).usual : Integer.parseInt(value);
    }

    /** Where messages go that are received too often; null if they come again and again. */
    @Nullable
    Redrive redrive() {
        String policy = set.get(REDRIVE_POLICY);
        return policy == null ? null : redrive(policy);
    }

    /** All that callers can ask for, but for what only the queue's rows know. */
    Map<String, String> all() {
        Map<String, String> all = new TreeMap<>(set);
        RANGES.keySet().forEach(name -> all.put(name, String.valueOf(number(name))));
        all.putIfAbsent(MANAGED_ENCRYPTION, "true");
        return all;
    }

    private static void check(String name, String value) {
        if (UNOFFERED.contains(name) && !value.equals("false")) {
            throw AwsError.notOffered("the attribute " + name + " '" + value + "' of queues");
        }
        if (RANGES.containsKey(name)) {
            checkNumber(name, value);
        } else if (name.equals(REDRIVE_POLICY)) {
            if (!value.isEmpty()) {
                redrive(value);
            }
        } else if (!name.equals(POLICY) && !name.equals(MANAGED_ENCRYPTION) && !UNOFFERED.contains(name)) {
            throw AwsError.badRequest("InvalidAttributeName", "Unknown Attribute " + name + ".");
        }
    }

    private static void checkNumber(String name, String value) {
        Range range = range(name);
        boolean fits = value.matches("[0-9]{1,9}")
                && Integer.parseInt(value) >= range.least
                && Integer.parseInt(value) <= range.most;
        if (!fits) {
            throw SqsErrors.invalidAttribute(name, value, "a whole number from " + range.least + " to " + range.most);
        }
    }

    private static Range range(String name) {
        Range range = RANGES.get(name);
        if (range == null) {
            throw new IllegalArgumentException(name + " is no number");
        }
        return range;
    }

    private static Redrive redrive(String policy) {
        try {
            JsonNode json = MAPPER.readTree(policy);
            String target = json.path("deadLetterTargetArn").asText();
            int most = json.path("maxReceiveCount").asInt();
            if (!target.isEmpty() && most >= 1 && most <= MAX_RECEIVE_COUNT) {
                return new Redrive(target, most);
            }
        } catch (JsonProcessingException _) {
            // Said below: it is as wrong as JSON with other members.
        }
        throw SqsErrors.invalidAttribute(
                REDRIVE_POLICY,
                policy,
                "JSON with deadLetterTargetArn and a maxReceiveCount from 1 to " + MAX_RECEIVE_COUNT);
    }
}
