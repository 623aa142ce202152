package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.sqs.Queues;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/** Lambda's rules for event-source mappings of queues. */
record EventSourceChecks(FunctionLookup lookup, Queues queues) {

    private static final String SQS = "arn:aws:sqs:";
    private static final int USUAL_BATCH = 10;
    private static final int MAX_BATCH = 10_000;
    private static final int MAX_WINDOW_SECONDS = 300;
    private static final int MIN_CONCURRENCY = 2;
    private static final int MAX_CONCURRENCY = 1_000;

    private static final Set<String> OFFERED = Set.of(
            "UUID",
            "EventSourceArn",
            "FunctionName",
            "Enabled",
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "FunctionResponseTypes",
            "ScalingConfig");

    /** Refuses what mappings of queues do not have, or not here, by its name. */
    static void refuseUnoffered(SdkPojo request) {
        for (SdkField<?> field : request.sdkFields()) {
            Object value = field.getValueOrDefault(request);
            boolean given = value != null
                    && !(value instanceof SdkAutoConstructList<?>)
                    && !(value instanceof SdkAutoConstructMap<?, ?>);
            if (given && !OFFERED.contains(field.memberName())) {
                throw AwsError.notOffered(field.memberName() + " '" + value + "' of event-source mappings");
            }
        }
    }

    /** With Lambda's usual values where none is given. */
    static EventSourceMappingConfiguration completed(EventSourceMappingConfiguration mapping) {
        return mapping.toBuilder()
                .batchSize(Objects.requireNonNullElse(mapping.batchSize(), USUAL_BATCH))
                .maximumBatchingWindowInSeconds(Objects.requireNonNullElse(mapping.maximumBatchingWindowInSeconds(), 0))
                .build();
    }

    void check(Connection connection, FunctionName wanted, EventSourceMappingConfiguration mapping)
            throws SQLException {
        String queue = requireQueue(connection, mapping.eventSourceArn());
        range("maximumBatchingWindowInSeconds", mapping.maximumBatchingWindowInSeconds(), 0, MAX_WINDOW_SECONDS);
        range("batchSize", mapping.batchSize(), 1, MAX_BATCH);
        if (mapping.batchSize() > USUAL_BATCH && mapping.maximumBatchingWindowInSeconds() < 1) {
            throw FunctionChecks.invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size "
                    + "is greater than " + USUAL_BATCH + ", got " + mapping.batchSize() + ".");
        }
        if (mapping.scalingConfig() != null) {
            range(
                    "scalingConfig.maximumConcurrency",
                    mapping.scalingConfig().maximumConcurrency(),
                    MIN_CONCURRENCY,
                    MAX_CONCURRENCY);
        }
        int hidden = queues.visibilityTimeoutSeconds(connection, queue);
        int timeout = lookup.configuration(connection, wanted).timeout();
        if (hidden < timeout) {
            throw FunctionChecks.invalid("Queue visibility timeout: " + hidden
                    + " seconds is less than Function timeout: " + timeout + " seconds");
        }
    }

    private String requireQueue(Connection connection, @Nullable String arn) throws SQLException {
        if (arn == null) {
            throw FunctionChecks.invalid("EventSourceArn is missing, expected the ARN of an SQS queue.");
        }
        if (!arn.startsWith(SQS)) {
            throw AwsError.notOffered("the event source '" + arn + "', which is no SQS queue,");
        }
        Optional<String> name = queues.nameOf(arn);
        if (name.isEmpty() || !queues.exists(connection, arn)) {
            throw FunctionChecks.invalid("Error occurred while ReceiveMessage. SQS Error Code: "
                    + "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue '" + arn
                    + "' does not exist.");
        }
        return name.get();
    }

    private static void range(String member, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw FunctionChecks.validation(
                    value.toString(), member, "Member must have a value from " + least + " to " + most);
        }
    }
}
