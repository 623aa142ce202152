package dev.nearside.control.sqs;

import dev.nearside.control.aws.AwsError;

/** SQS's rules for a message that is sent. */
final class OutgoingChecks {

    private static final int MAX_DELAY_SECONDS = 900;

    private OutgoingChecks() {}

    static void check(Queues.Outgoing outgoing, int maxBytes) {
        if (outgoing.body().isEmpty()) {
            throw SqsErrors.missing("MessageBody");
        }
        if (!outgoing.body().codePoints().allMatch(OutgoingChecks::isAllowed)) {
            throw AwsError.badRequest(
                    "InvalidMessageContents",
                    "Invalid characters found, expected #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | "
                            + "#x10000 to #x10FFFF.");
        }
        MessageAttributes.check(outgoing.attributes());
        int bytes = MessageAttributes.utf8(outgoing.body()).length + MessageAttributes.bytes(outgoing.attributes());
        if (bytes > maxBytes) {
            throw SqsErrors.invalidParameter("One or more parameters are invalid. Reason: Message has " + bytes
                    + " bytes, expected at most " + maxBytes + ".");
        }
        Integer delay = outgoing.delaySeconds();
        if (delay != null && (delay < 0 || delay > MAX_DELAY_SECONDS)) {
            throw SqsErrors.invalidParameter("Value " + delay
                    + " for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
        }
    }

    /** Whether XML 1.0 can hold it, which is what SQS takes. */
    private static boolean isAllowed(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= ' ' && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}
