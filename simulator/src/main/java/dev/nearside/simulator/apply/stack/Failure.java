package dev.nearside.simulator.apply.stack;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** A call for one resource that was refused. */
final class Failure extends RuntimeException {

    private final int line;

    /**
     * In AWS's words.
     *
     * @param line of the template; 0 if it no longer has the resource
     */
    Failure(String logicalId, String type, int line, RuntimeException cause) {
        super(logicalId + " (" + type + "): " + words(cause), cause);
        this.line = line;
    }

    int line() {
        return line;
    }

    /** What a failed call says, in one line. */
    static String words(RuntimeException e) {
        String text = e instanceof AwsServiceException refused && refused.awsErrorDetails() != null
                ? refused.awsErrorDetails().errorCode() + ": "
                        + refused.awsErrorDetails().errorMessage()
                : String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
