package dev.nearside.edge.functions;

/**
 * One event for a function.
 *
 * @param requestId the function's {@code awsRequestId}, a UUID
 * @param event the event as UTF-8 JSON; not changed by anyone
 * @param timeoutMillis wall-clock limit from the start of the handler, 1 to 900,000, on events at most 30,000
 * @param memoryLimitMb 128 to 10,240
 * @param maxResultBytes longest result in bytes of JSON that the engine must hand on; a longer one is a failure
 */
public record Invocation(String requestId, byte[] event, long timeoutMillis, int memoryLimitMb, int maxResultBytes) {}
