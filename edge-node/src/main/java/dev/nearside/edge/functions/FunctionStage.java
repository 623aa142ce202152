package dev.nearside.edge.functions;

import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs the function of one event: encodes the event, invokes, and turns whatever comes back into a {@link
 * StageResult}. Who may not run at once is throttled.
 */
public final class FunctionStage {

    /** Lambda@Edge's longest on any event; what viewer events may have, the control plane checks at the association. */
    private static final int MAX_TIMEOUT_SECONDS = 30;

    private static final int MAX_VIEWER_MEMORY_MB = 128;

    /** A result holds at most a base64 body of the largest size and as much again for headers and escapes. */
    private static final int MAX_RESULT_BYTES = 4 * 1024 * 1024;

    private final Concurrency concurrency;
    private final RandomGenerator random;

    /** Lets at most {@code maxConcurrentExecutions} functions without reserved concurrency run on this node at once. */
    public FunctionStage(int maxConcurrentExecutions, RandomGenerator random) {
        this.random = random;
        this.concurrency = new Concurrency(maxConcurrentExecutions);
    }

    /** How much of a request body an event shows, in bytes. */
    public static int maxBodyBytes(EventType eventType) {
        return eventType.isViewer() ? ResultRules.MAX_VIEWER_BODY_BYTES : ResultRules.MAX_ORIGIN_BODY_BYTES;
    }

    /**
     * Invokes and returns at once.
     *
     * @param loop where {@code whenDone} and the timeline are used
     */
    public void run(
            BoundFunction function, EdgeEvent event, Timeline timeline, Executor loop, Consumer<StageResult> whenDone) {
        byte[] eventIn = EventCodec.encode(event);
        switch (concurrency.admit(function.version())) {
            case Concurrency.Refused(String reason) ->
                whenDone.accept(conclude(function, event, eventIn, throttled(reason), timeline));
            case Concurrency.Admitted(Runnable end) ->
                invoke(function, event, eventIn, outcome -> {
                    end.run();
                    loop.execute(() -> whenDone.accept(conclude(function, event, eventIn, outcome, timeline)));
                });
        }
    }

    private static InvocationOutcome throttled(String reason) {
        return new InvocationOutcome.Failed(
                InvocationOutcome.FailureReason.THROTTLED,
                "TooManyRequestsException",
                reason,
                InvocationReport.NOTHING);
    }

    private void invoke(
            BoundFunction function, EdgeEvent event, byte[] eventIn, Consumer<InvocationOutcome> conclusion) {
        boolean viewer = event.config().eventType().isViewer();
        int timeoutSeconds = Math.min(function.version().timeoutSeconds(), MAX_TIMEOUT_SECONDS);
        Invocation invocation = new Invocation(
                new UUID(random.nextLong(), random.nextLong()).toString(),
                eventIn,
                timeoutSeconds * 1000L,
                viewer
                        ? Math.min(MAX_VIEWER_MEMORY_MB, function.version().memoryMb())
                        : function.version().memoryMb(),
                MAX_RESULT_BYTES);
        try {
            function.loaded().invoke(invocation, conclusion);
        } catch (RuntimeException e) {
            // An engine that breaks its contract must cost neither the exchange nor its share of the concurrency.
            conclusion.accept(new InvocationOutcome.Failed(
                    InvocationOutcome.FailureReason.ENGINE_FAULT,
                    "Runtime.EngineFault",
                    "the engine " + function.engine() + " failed: " + e,
                    InvocationReport.NOTHING));
        }
    }

    private static StageResult conclude(
            BoundFunction function, EdgeEvent event, byte[] eventIn, InvocationOutcome outcome, Timeline timeline) {
        StageResult result = switch (outcome) {
            case InvocationOutcome.Returned returned -> checked(event, returned.result());
            case InvocationOutcome.Failed failed -> failure(failed);
        };
        byte[] eventOut = outcome instanceof InvocationOutcome.Returned returned ? returned.result() : null;
        InvocationReport report = outcome.report();
        timeline.add(new Timeline.FunctionRun(
                event.config().eventType().wireName(),
                function.version().id(),
                function.engine(),
                report.durationNanos(),
                report.initNanos(),
                report.memoryBytes(),
                outcomeName(outcome, result),
                result instanceof StageResult.Failed failed ? failed.message() : null,
                report.logLines(),
                eventIn,
                eventOut));
        return result;
    }

    private static String outcomeName(InvocationOutcome outcome, StageResult result) {
        return switch (outcome) {
            case InvocationOutcome.Returned _ -> result instanceof StageResult.Failed ? "invalid-result" : "returned";
            case InvocationOutcome.Failed failed ->
                failed.reason().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        };
    }

    /** What a result means for the exchange: AWS's rules for what a function may answer to that event. */
    public static StageResult checked(EdgeEvent event, byte[] json) {
        EventType eventType = event.config().eventType();
        try {
            EdgeResult result = ResultReader.read(eventType, json, event.request());
            ResultRules.check(event, result);
            return switch (result) {
                case EdgeRequest request -> new StageResult.ToRequest(request);
                case EdgeResponse response -> new StageResult.ToResponse(response);
            };
        } catch (InvalidResultException e) {
            return new StageResult.Failed(502, "LambdaValidationError", String.valueOf(e.getMessage()));
        }
    }

    private static StageResult failure(InvocationOutcome.Failed failed) {
        String message = failed.errorType() + ": " + failed.message();
        return switch (failed.reason()) {
            case THREW, INIT_FAILED, OUT_OF_MEMORY, KEY_REFUSED, ENGINE_FAULT ->
                new StageResult.Failed(503, "LambdaExecutionError", message);
            case TIMED_OUT, THROTTLED -> new StageResult.Failed(503, "LambdaLimitExceeded", message);
            case BAD_RESULT -> new StageResult.Failed(502, "LambdaValidationError", message);
        };
    }

    /** The bytes of a body that passed {@link ResultRules}; null keeps what is there. */
    public static byte @Nullable [] bodyBytes(EdgeResponse response) {
        String body = response.body();
        return body == null
                ? null
                : ResultRules.bytesOf(body, response.bodyEncoding().equals("base64"));
    }

    /** The bytes that replace a request's body; null keeps what is there. */
    public static byte @Nullable [] bodyBytes(EdgeRequest request) {
        EdgeRequest.Body body = request.body();
        return body == null || !body.action().equals("replace")
                ? null
                : ResultRules.bytesOf(body.data(), body.encoding().equals("base64"));
    }
}
