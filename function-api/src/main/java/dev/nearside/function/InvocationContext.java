package dev.nearside.function;

import java.util.Map;

/** What a function may know of the invocation it serves. */
public interface InvocationContext {

    String functionName();

    /** The published version's number. */
    String functionVersion();

    /** The function's ARN including the version. */
    String invokedFunctionArn();

    String awsRequestId();

    int memoryLimitMb();

    /** Milliseconds until the invocation is stopped; never negative. */
    long remainingTimeMillis();

    /** The environment variables of the function's configuration; cannot be changed. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** Appends one line to the function's log. */
    void log(String line);
}
