package dev.nearside.edge.exchange;

import dev.nearside.edge.fetch.BodyPreview;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.StageResult;
import dev.nearside.edge.functions.cloudfront.ChosenOrigins;
import dev.nearside.edge.functions.cloudfront.CloudFrontEvent;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctionStage;
import dev.nearside.edge.functions.cloudfront.CloudFrontStageResult;
import dev.nearside.edge.functions.cloudfront.LoadedCloudFrontFunction;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.edge.viewer.CloudFrontFields;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EventType;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The functions of one exchange's viewer events, of either kind; a behavior has one kind only. On the viewer's loop. */
final class ViewerFunctions {

    /** What came of a function. */
    sealed interface Outcome {

        /**
         * The exchange goes on.
         *
         * @param body in place of the viewer's; null to leave it
         * @param origins in place of the behavior's; null to leave them
         */
        record ToRequest(
                RequestHead request,
                byte @Nullable [] body,
                @Nullable ChosenOrigins origins) implements Outcome {}

        /** A viewer-request function answered in place of cache and origin. */
        record Generated(ViewerResponse response) implements Outcome {}

        /** The response as a viewer-response function wants it. */
        record ToResponse(ViewerResponse response) implements Outcome {}

        /** The viewer gets an error. */
        record Failed(EdgeError error) implements Outcome {}
    }

    /** The kind of every failure that a function is to blame for, here and in a fetch. */
    static final String FAILED = "function-failed";

    private final Exchanges node;
    private final ViewerSide side;
    private final Viewer viewer;
    private final Upload upload;
    private final ExchangeRecord record;
    private final Timeline timeline;
    private final Consumer<Supplier<Outcome>> whenDone;

    /**
     * The functions of that exchange.
     *
     * @param whenDone called on the viewer's loop; getting the outcome may fail, which is the receiver's to answer for
     */
    ViewerFunctions(
            Exchanges node,
            ViewerSide side,
            Viewer viewer,
            Upload upload,
            ExchangeRecord record,
            Timeline timeline,
            Consumer<Supplier<Outcome>> whenDone) {
        this.node = node;
        this.side = side;
        this.viewer = viewer;
        this.upload = upload;
        this.record = record;
        this.timeline = timeline;
        this.whenDone = whenDone;
    }

    /**
     * Runs the route's function on viewer-request; false if it has none.
     *
     * @param aboutViewer what CloudFront says of the viewer
     */
    boolean onRequest(Route route, RequestHead request, Fields aboutViewer) {
        LoadedCloudFrontFunction cloudFrontFunction = route.cloudFrontFunction(EventType.VIEWER_REQUEST);
        if (cloudFrontFunction != null) {
            run(
                    cloudFrontFunction,
                    route,
                    EventType.VIEWER_REQUEST,
                    CloudFrontFields.added(request, aboutViewer),
                    null,
                    this::ofRequest);
            return true;
        }
        BoundFunction function = route.function(EventType.VIEWER_REQUEST);
        if (function == null) {
            return false;
        }
        // What CloudFront says of the viewer is for the cache's other side: viewer events do not see it.
        RequestHead seen = request.withHeaders(request.headers().without(aboutViewer::has));
        if (function.association().includeBody()) {
            BodyPreview.of(
                    upload,
                    FunctionStage.maxBodyBytes(EventType.VIEWER_REQUEST),
                    preview -> invoke(function, route, seen, preview, request));
        } else {
            invoke(function, route, seen, null, request);
        }
        return true;
    }

    private void invoke(
            BoundFunction function,
            Route route,
            RequestHead seen,
            EdgeRequest.@Nullable Body preview,
            RequestHead request) {
        invoke(function, route, EventType.VIEWER_REQUEST, seen, preview, null, result -> ofRequest(request, result));
    }

    private Outcome ofRequest(RequestHead request, StageResult result) {
        return switch (result) {
            case StageResult.ToRequest(EdgeRequest answer) ->
                new Outcome.ToRequest(EventMapping.applied(request, answer), FunctionStage.bodyBytes(answer), null);
            case StageResult.ToResponse(EdgeResponse answer) ->
                new Outcome.Generated(
                        OwnResponses.ofFunction(answer, node.time().epochMillis()));
            case StageResult.Failed(int status, String word, String message) -> failed(status, word, message);
        };
    }

    private Outcome ofRequest(CloudFrontStageResult result) {
        return switch (result) {
            case CloudFrontStageResult.ToRequest(RequestHead changed, ChosenOrigins origins) ->
                new Outcome.ToRequest(CloudFrontFields.withoutForged(changed), null, origins);
            case CloudFrontStageResult.Generated(ResponseHead head, byte[] body) ->
                new Outcome.Generated(OwnResponses.ofCloudFrontFunction(
                        head, body, node.time().epochMillis()));
            case CloudFrontStageResult.Failed(int status, String word, String message) -> failed(status, word, message);
            case CloudFrontStageResult.ToResponse _ ->
                throw new IllegalStateException("a request event answered with a changed response");
        };
    }

    /**
     * Runs the route's function on viewer-response; false if it has none.
     *
     * @param answer what the viewer would get
     * @param cache where the answer's body comes from
     */
    boolean onResponse(Route route, RequestHead request, Fields aboutViewer, ViewerResponse answer, CacheStage cache) {
        LoadedCloudFrontFunction cloudFrontFunction = route.cloudFrontFunction(EventType.VIEWER_RESPONSE);
        if (cloudFrontFunction != null) {
            run(
                    cloudFrontFunction,
                    route,
                    EventType.VIEWER_RESPONSE,
                    request,
                    answer.head(),
                    result -> ofResponse(answer, cache, result));
            return true;
        }
        BoundFunction function = route.function(EventType.VIEWER_RESPONSE);
        if (function == null) {
            return false;
        }
        invoke(
                function,
                route,
                EventType.VIEWER_RESPONSE,
                request.withHeaders(request.headers().without(aboutViewer::has)),
                null,
                EventMapping.shown(answer.head()),
                result -> ofResponse(answer, result));
        return true;
    }

    private static Outcome ofResponse(ViewerResponse answer, StageResult result) {
        return switch (result) {
            case StageResult.ToResponse(EdgeResponse changed) ->
                new Outcome.ToResponse(answer.withHead(EventMapping.appliedForViewer(answer.head(), changed)));
            case StageResult.Failed(int status, String word, String message) -> failed(status, word, message);
            case StageResult.ToRequest _ -> throw new IllegalStateException("a response event answered with a request");
        };
    }

    private static Outcome ofResponse(ViewerResponse answer, CacheStage cache, CloudFrontStageResult result) {
        return switch (result) {
            case CloudFrontStageResult.ToResponse changed ->
                new Outcome.ToResponse(OwnResponses.changed(answer, changed.head(), changed.body(), cache));
            case CloudFrontStageResult.Failed(int status, String word, String message) -> failed(status, word, message);
            case CloudFrontStageResult.ToRequest _, CloudFrontStageResult.Generated _ ->
                throw new IllegalStateException("a response event answered with a request or a generated response");
        };
    }

    private void run(
            LoadedCloudFrontFunction function,
            Route route,
            EventType eventType,
            RequestHead seen,
            @Nullable ResponseHead shownResponse,
            Function<CloudFrontStageResult, Outcome> outcome) {
        CloudFrontEvent event = new CloudFrontEvent(
                route.distribution(), eventType, record.id(), viewer.clientIp(), seen, shownResponse);
        new CloudFrontFunctionStage(function, event, route.chosenOrigins())
                .run(timeline, side.loop(), result -> whenDone.accept(() -> outcome.apply(result)));
    }

    private void invoke(
            BoundFunction function,
            Route route,
            EventType eventType,
            RequestHead seen,
            EdgeRequest.@Nullable Body preview,
            @Nullable EdgeResponse shownResponse,
            Function<StageResult, Outcome> outcome) {
        EdgeEvent event = EventMapping.event(
                route.distribution(),
                eventType,
                record.id(),
                EventMapping.shown(viewer, seen, preview, null),
                shownResponse);
        node.functions()
                .run(function, event, timeline, side.loop(), result -> whenDone.accept(() -> outcome.apply(result)));
    }

    private static Outcome failed(int status, String word, String message) {
        return new Outcome.Failed(new EdgeError(status, word, FAILED, message));
    }
}
