package dev.nearside.control.sqs;

import dev.nearside.control.aws.AwsError;
import java.util.Map;

/** SQS's refusals. */
final class SqsErrors {

    private static final String OLD_PREFIX = "AWS.SimpleQueueService.";

    /** What errors were called in the query protocol, which clients still tell users, by what they are called now. */
    static final Map<String, String> QUERY_CODES = Map.ofEntries(
            Map.entry("QueueDoesNotExist", OLD_PREFIX + "NonExistentQueue"),
            Map.entry("QueueNameExists", "QueueAlreadyExists"),
            Map.entry("PurgeQueueInProgress", OLD_PREFIX + "PurgeQueueInProgress"),
            Map.entry("EmptyBatchRequest", OLD_PREFIX + "EmptyBatchRequest"),
            Map.entry("TooManyEntriesInBatchRequest", OLD_PREFIX + "TooManyEntriesInBatchRequest"),
            Map.entry("BatchEntryIdsNotDistinct", OLD_PREFIX + "BatchEntryIdsNotDistinct"),
            Map.entry("InvalidBatchEntryId", OLD_PREFIX + "InvalidBatchEntryId"),
            Map.entry("BatchRequestTooLong", OLD_PREFIX + "BatchRequestTooLong"),
            Map.entry("MessageNotInflight", OLD_PREFIX + "MessageNotInflight"));

    private SqsErrors() {}

    static AwsError noSuchQueue(String name) {
        return AwsError.badRequest("QueueDoesNotExist", "The specified queue '" + name + "' does not exist.");
    }

    static AwsError invalidParameter(String message) {
        return AwsError.badRequest("InvalidParameterValue", message);
    }

    static AwsError overLimit(String name, int most) {
        return new AwsError(
                403,
                "OverLimit",
                "The queue '" + name + "' has " + most + " messages in flight, the most there may be. Delete messages "
                        + "that are done, or wait until their visibility timeout ends.");
    }

    static AwsError missing(String parameter) {
        return AwsError.badRequest(
                "MissingParameter", "The request must contain the parameter " + parameter + ", got none.");
    }

    static AwsError invalidAttribute(String name, String value, String expected) {
        return AwsError.badRequest(
                "InvalidAttributeValue",
                "Invalid value for the parameter " + name + ": '" + value + "', expected " + expected + ".");
    }
}
