package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.fetch.FetchStepResult.Fail;
import dev.nearside.edge.fetch.FetchStepResult.Next;
import dev.nearside.edge.fetch.FetchStepResult.Respond;
import dev.nearside.edge.fetch.FetchStepResult.Unanswered;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.StageResult;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EventType;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The two events of a fetch, origin-request and origin-response: runs their functions and reads their answers. */
final class OriginEvents {

    /** The kind of every failure that a function is to blame for. */
    static final String FUNCTION_FAILED = "function-failed";

    private static final byte[] NO_BODY = new byte[0];

    private final FunctionStage functions;
    private final OriginPool pool;
    private final FetchRequest fetch;

    OriginEvents(Origins origins, FetchRequest fetch) {
        this.functions = origins.functions;
        this.pool = origins.pool;
        this.fetch = fetch;
    }

    /** The function of that event at this node; null if there is none, or it runs at the shield. */
    @Nullable
    BoundFunction function(OriginAttempt attempt, EventType eventType) {
        return attempt.shield() == null ? fetch.route().function(eventType) : null;
    }

    /**
     * Runs an origin-request function, with the beginning of the body if it wants that. As with CloudFront the name of
     * the configured origin must resolve before, even if the function would have chosen another.
     *
     * @param then is given on the fetch's loop what reads its answer, and what follows from that
     */
    void request(OriginAttempt attempt, BoundFunction function, Consumer<Supplier<FetchStepResult>> then) {
        pool.lookUp(fetch.loop(), attempt.target(), unknown -> {
            if (unknown.isPresent()) {
                then.accept(() -> unanswered(unknown.get()));
            } else {
                withBody(attempt, function, then);
            }
        });
    }

    private static FetchStepResult unanswered(OriginPool.Acquired.Refused unknown) {
        return new Unanswered(new FillFailure(502, "Error", unknown.kind(), unknown.message()), true);
    }

    private void withBody(OriginAttempt attempt, BoundFunction function, Consumer<Supplier<FetchStepResult>> then) {
        if (!function.association().includeBody()) {
            request(attempt, function, null, then);
            return;
        }
        BodyPreview.of(
                attempt.body(),
                FunctionStage.maxBodyBytes(EventType.ORIGIN_REQUEST),
                preview -> request(attempt, function, preview, then));
    }

    private void request(
            OriginAttempt attempt,
            BoundFunction function,
            EdgeRequest.@Nullable Body preview,
            Consumer<Supplier<FetchStepResult>> then) {
        EdgeRequest shown = EventMapping.shown(fetch.viewer(), attempt.request(), preview, attempt.origin());
        run(
                function,
                EventType.ORIGIN_REQUEST,
                shown,
                null,
                result -> then.accept(() -> afterRequest(attempt, result)));
    }

    private static FetchStepResult afterRequest(OriginAttempt attempt, StageResult result) {
        return switch (result) {
            case StageResult.ToRequest(EdgeRequest answer) -> {
                attempt.change(answer);
                yield new Next(OriginFetch.Step.SELECT_ORIGIN);
            }
            case StageResult.ToResponse(EdgeResponse answer) -> {
                byte[] body = FunctionStage.bodyBytes(answer);
                yield new Respond(
                        EventMapping.generated(answer), "LambdaGeneratedResponse", body == null ? NO_BODY : body);
            }
            case StageResult.Failed failed -> failure(failed);
        };
    }

    /** The same for an origin-response function and the head that it sees. */
    void response(
            OriginAttempt attempt,
            BoundFunction function,
            ResponseHead head,
            Consumer<Supplier<FetchStepResult>> then) {
        EdgeRequest shown = EventMapping.shown(fetch.viewer(), attempt.request(), null, attempt.origin());
        run(
                function,
                EventType.ORIGIN_RESPONSE,
                shown,
                EventMapping.shown(head),
                result -> then.accept(() -> afterResponse(head, result)));
    }

    private static FetchStepResult afterResponse(ResponseHead before, StageResult result) {
        return switch (result) {
            case StageResult.ToResponse(EdgeResponse answer) ->
                new Respond(EventMapping.applied(before, answer), "Miss", EventMapping.replacedBody(before, answer));
            case StageResult.Failed failed -> failure(failed);
            case StageResult.ToRequest _ -> throw new IllegalStateException("a response event answered with a request");
        };
    }

    private static Fail failure(StageResult.Failed failed) {
        return new Fail(new FillFailure(failed.status(), failed.result(), FUNCTION_FAILED, failed.message()));
    }

    private void run(
            BoundFunction function,
            EventType eventType,
            EdgeRequest shown,
            @Nullable EdgeResponse shownResponse,
            Consumer<StageResult> then) {
        functions.run(
                function,
                EventMapping.event(fetch.route().distribution(), eventType, fetch.requestId(), shown, shownResponse),
                fetch.timeline(),
                fetch.loop(),
                then);
    }
}
