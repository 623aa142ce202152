package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One event for a function.
 *
 * @param requestId the function's {@code awsRequestId}, a UUID
 * @param event the event as UTF-8 JSON; not changed by anyone
 * @param timeoutMillis wall-clock limit from the start of the handler, 1 to 900,000, on events at most 30,000
 * @param memoryLimitMb 128 to 10,240
 * @param maxResultBytes longest result in bytes of JSON that the engine must hand on; a longer one is a failure
 */
public record Invocation(String requestId, byte[] event, long timeoutMillis, int memoryLimitMb, int maxResultBytes) {

    /** Stands for the request id while an environment is made that no request has asked for. */
    private static final String NO_REQUEST = new UUID(0, 0).toString();

    /** What an engine does with the limits of a version while it makes an environment ahead of the first event. */
    public static Invocation ofWarmUp(FunctionVersion version, long initTimeoutMillis) {
        return new Invocation(NO_REQUEST, new byte[0], initTimeoutMillis, version.memoryMb(), 0);
    }

    /** Takes the outcome of such a stand-in for an event: there is an environment unless it failed. */
    public static Consumer<InvocationOutcome> forWarmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
        return outcome -> whenDone.accept(
                outcome instanceof InvocationOutcome.Failed failed ? Optional.of(failed) : Optional.empty());
    }
}
