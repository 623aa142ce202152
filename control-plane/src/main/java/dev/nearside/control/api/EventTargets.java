package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.sqs.Queues;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.DeadLetterConfig;
import software.amazon.awssdk.services.lambda.model.DestinationConfig;

/** Where Lambda sends what became of events: queues of this account, and nothing else. */
record EventTargets(Queues queues) {

    private static final String SQS = "arn:aws:sqs:";

    /** What is stored of what was given; an empty ARN takes the target away. */
    static @Nullable DeadLetterConfig given(@Nullable DeadLetterConfig config) {
        return config == null || !isGiven(config.targetArn()) ? null : config;
    }

    /**
     * Refuses a target that nothing could be sent to.
     *
     * @throws AwsError 501 for what is no queue, 400 for a queue that is not there
     */
    void check(Connection connection, @Nullable DeadLetterConfig config) throws SQLException {
        if (config != null) {
            check(connection, "DeadLetterConfig", config.targetArn());
        }
    }

    /** The same for both targets of a configuration of events. */
    void check(Connection connection, @Nullable DestinationConfig config) throws SQLException {
        if (config != null) {
            check(
                    connection,
                    "OnFailure",
                    config.onFailure() == null ? null : config.onFailure().destination());
            check(
                    connection,
                    "OnSuccess",
                    config.onSuccess() == null ? null : config.onSuccess().destination());
        }
    }

    private void check(Connection connection, String member, @Nullable String arn) throws SQLException {
        if (arn == null || arn.isEmpty()) {
            return;
        }
        if (!arn.startsWith(SQS)) {
            throw AwsError.notOffered("the " + member + " target '" + arn + "', which is no SQS queue,");
        }
        if (!queues.exists(connection, arn)) {
            throw FunctionChecks.invalid("The " + member + " target '" + arn
                    + "' does not exist, expected the ARN of a queue of this account in " + Account.LAMBDA_REGION
                    + ".");
        }
    }

    static boolean isGiven(@Nullable String arn) {
        return arn != null && !arn.isEmpty();
    }
}
