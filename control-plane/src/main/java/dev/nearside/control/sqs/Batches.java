package dev.nearside.control.sqs;

import dev.nearside.control.aws.AwsError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;

/** SQS's rules for several messages in one request, each under an id of its own. */
final class Batches {

    private static final int MAX_ENTRIES = 10;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    private Batches() {}

    static void check(List<String> ids) {
        if (ids.isEmpty()) {
            throw AwsError.badRequest(
                    "EmptyBatchRequest", "There should be at least one entry in the request, got none.");
        }
        if (ids.size() > MAX_ENTRIES) {
            throw AwsError.badRequest(
                    "TooManyEntriesInBatchRequest",
                    "Maximum number of entries per request are " + MAX_ENTRIES + ". You have sent " + ids.size() + ".");
        }
        Set<String> seen = new HashSet<>();
        for (String id : ids) {
            if (id == null || !ID.matcher(id).matches()) {
                throw AwsError.badRequest(
                        "InvalidBatchEntryId",
                        "The batch entry id '" + id + "' can only contain alphanumeric characters, hyphens and "
                                + "underscores. It can be at most 80 letters long.");
            }
            if (!seen.add(id)) {
                throw AwsError.badRequest("BatchEntryIdsNotDistinct", "Id " + id + " repeated.");
            }
        }
    }

    /** What became of an entry that was refused; the others are not affected. */
    static BatchResultErrorEntry failed(String id, AwsError error) {
        return BatchResultErrorEntry.builder()
                .id(id)
                .code(error.code())
                .message(error.text())
                .senderFault(true)
                .build();
    }
}
