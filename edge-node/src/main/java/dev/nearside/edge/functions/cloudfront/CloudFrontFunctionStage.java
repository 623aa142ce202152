package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToRequest;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToResponse;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.trace.Timeline;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the CloudFront Function of one viewer event: encodes the event, runs, and turns whatever comes back into a {@link
 * CloudFrontStageResult}.
 */
public final class CloudFrontFunctionStage {

    private static final Logger LOG = LoggerFactory.getLogger(CloudFrontFunctionStage.class);

    private static final String ENGINE = "graaljs";

    private final LoadedCloudFrontFunction function;
    private final CloudFrontEvent event;
    private final ChosenOrigins origins;

    /**
     * A run that has not begun.
     *
     * @param origins where the behavior sends the request
     */
    public CloudFrontFunctionStage(LoadedCloudFrontFunction function, CloudFrontEvent event, ChosenOrigins origins) {
        this.function = function;
        this.event = event;
        this.origins = origins;
    }

    /**
     * Runs and returns at once.
     *
     * @param loop where {@code whenDone} and the timeline are used
     */
    public void run(Timeline timeline, Executor loop, Consumer<CloudFrontStageResult> whenDone) {
        byte[] eventIn = CloudFrontEventCodec.encode(event);
        String rawQuery = EventHeaders.textOf(event.request().querystring());
        function.run(
                eventIn,
                rawQuery,
                outcome -> loop.execute(() -> whenDone.accept(conclude(eventIn, outcome, timeline))));
    }

    private CloudFrontStageResult conclude(byte[] eventIn, RunOutcome outcome, Timeline timeline) {
        CloudFrontStageResult result = switch (outcome) {
            case RunOutcome.Returned returned -> checked(returned);
            case RunOutcome.Failed failed -> failure(failed);
        };
        RunOutcome.Report report = outcome.report();
        timeline.add(new Timeline.FunctionRun(
                event.eventType().wireName(),
                function.function().id(),
                ENGINE,
                report.durationNanos(),
                0,
                report.memoryBytes(),
                outcomeName(outcome, result),
                result instanceof CloudFrontStageResult.Failed failed ? failed.message() : null,
                report.logLines(),
                eventIn,
                outcome instanceof RunOutcome.Returned returned ? returned.result() : null,
                report.computeUtilization(),
                outcome instanceof RunOutcome.Returned returned ? returned.originChange() : null));
        return result;
    }

    private static String outcomeName(RunOutcome outcome, CloudFrontStageResult result) {
        return switch (outcome) {
            case RunOutcome.Returned _ ->
                result instanceof CloudFrontStageResult.Failed ? "invalid-result" : "returned";
            case RunOutcome.Failed failed ->
                failed.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    private CloudFrontStageResult checked(RunOutcome.Returned returned) {
        try {
            CloudFrontAnswer answer = CloudFrontAnswerReader.read(event.request(), event.response(), returned.result());
            CloudFrontAnswerRules.check(event, answer);
            ResponseHead before = event.response();
            return switch (answer) {
                case ToRequest request ->
                    new CloudFrontStageResult.ToRequest(
                            CloudFrontAnswers.applied(event.request(), request), changed(returned.originChange()));
                case ToResponse response
                when before == null ->
                    new CloudFrontStageResult.Generated(CloudFrontAnswers.generated(response), bytes(response.body()));
                case ToResponse response ->
                    new CloudFrontStageResult.ToResponse(CloudFrontAnswers.applied(before, response), response.body());
            };
        } catch (InvalidAnswerException e) {
            return new CloudFrontStageResult.Failed(502, "FunctionValidationError", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // A defect of ours that a function found; its viewer must not wait for ever.
            LOG.error("the answer of {} could not be taken", function.function().id(), e);
            return new CloudFrontStageResult.Failed(
                    503, "FunctionExecutionError", "the node could not take the function's answer; see its log");
        }
    }

    private static byte[] bytes(byte @Nullable [] body) {
        return body == null ? new byte[0] : body;
    }

    private @Nullable ChosenOrigins changed(@Nullable String change) throws InvalidAnswerException {
        return change == null ? null : OriginChange.applied(change, event.distribution(), origins);
    }

    private static CloudFrontStageResult failure(RunOutcome.Failed failed) {
        String result = switch (failed.reason()) {
            case THREW, OUT_OF_MEMORY, ENGINE_FAULT -> "FunctionExecutionError";
            case UNCOMPILABLE, OVER_BUDGET, THROTTLED -> "FunctionThrottledError";
        };
        return new CloudFrontStageResult.Failed(503, result, failed.message());
    }
}
