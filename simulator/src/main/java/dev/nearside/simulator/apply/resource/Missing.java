package dev.nearside.simulator.apply.resource;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Answers that say that there is no such thing, which each service puts in its own way. */
final class Missing {

    private static final Set<String> CODES = Set.of("NotFoundException", "AWS.SimpleQueueService.NonExistentQueue");

    private Missing() {}

    /** What a call gives; empty if it says that there is nothing. */
    static <T> Optional<T> find(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (AwsServiceException e) {
            if (says(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Makes a call that finds what it is about gone just as well. */
    static void ignore(Runnable call) {
        find(() -> {
            call.run();
            return true;
        });
    }

    private static boolean says(AwsServiceException e) {
        String code = e.awsErrorDetails() == null
                ? ""
                : String.valueOf(e.awsErrorDetails().errorCode());
        return e.statusCode() == 404 || CODES.contains(code) || code.endsWith("QueueDoesNotExist");
    }
}
