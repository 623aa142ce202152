package dev.nearside.control.sqs;

import dev.nearside.control.aws.Operation.Caller;
import org.jspecify.annotations.Nullable;

/** Queues as callers address them. */
final class QueueUrls {

    private QueueUrls() {}

    /** A queue's URL on the host and port by which the caller knows this API. */
    static String of(Caller caller, String accountId, String name) {
        return "http://" + caller.authority() + "/" + accountId + "/" + name;
    }

    /** The queue that a URL names: its last segment, whatever the host, since clients of several networks share queues. */
    static String name(@Nullable String url) {
        if (url == null) {
            throw SqsErrors.missing("QueueUrl");
        }
        return url.substring(url.lastIndexOf('/') + 1);
    }
}
