package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.AcceptEncoding;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.exchange.StepResult.Fail;
import dev.nearside.edge.exchange.StepResult.Next;
import dev.nearside.edge.exchange.StepResult.Pending;
import dev.nearside.edge.exchange.StepResult.Respond;
import dev.nearside.edge.exchange.ViewerFunctions.Outcome;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.functions.cloudfront.ChosenOrigins;
import dev.nearside.edge.geo.Place;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.StoredHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.routing.ExchangeCounts;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.shield.Forwarded;
import dev.nearside.edge.shield.Shields;
import dev.nearside.edge.staging.StagingRule;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.edge.viewer.CloudFrontFields;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The viewer's state machine: one request until its last byte. Read {@link Step} from top to bottom for the way of a
 * request; each step is one method below, in the same order. It lives on the viewer's event loop; whoever makes it wait
 * resumes it there.
 */
public final class ViewerExchange {

    /** In order; a step names the next one or ends the way early. */
    enum Step {
        ROUTE,
        VIEWER_REQUEST,
        CACHE_LOOKUP,
        WAIT_FOR_FILL,
        OPEN_BODY,
        ERROR_PAGE,
        VIEWER_RESPONSE,
        WRITE,
        DONE;

        private final String spanName = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static final Logger LOG = LoggerFactory.getLogger(ViewerExchange.class);

    private final Exchanges node;
    private final ViewerSide side;
    private final Viewer viewer;
    private final Upload upload;
    private final Runnable whenDone;
    private final ExchangeRecord record;
    private final Timeline timeline;
    private final @Nullable ActiveSnapshot active;
    private final @Nullable Forwarded forwarded;
    private final CacheStage cache;
    private final ViewerFunctions functions;
    private Step step = Step.ROUTE;
    private int span;
    private RequestHead request;
    private Fields aboutViewer = Fields.EMPTY;
    private byte @Nullable [] replacedBody;
    private @Nullable Route route;
    private boolean answeredBeforeCache;
    private boolean isOwnPage;
    private @Nullable ErrorInPlace errorInPlace;
    private @Nullable ViewerResponse response;
    private @Nullable OpenedBodies bodies;

    ViewerExchange(
            Exchanges node, ViewerSide side, Viewer viewer, RequestHead request, Upload upload, Runnable whenDone) {
        this.node = node;
        this.side = side;
        this.forwarded = node.origins().shields().received(request);
        this.viewer = forwarded == null ? viewer : forwarded.viewer();
        this.request = forwarded == null ? Shields.ofViewer(request) : forwarded.request();
        this.upload = upload;
        this.whenDone = whenDone;
        this.timeline = new Timeline(node.time());
        this.record = new ExchangeRecord(RequestIds.next(node.random()), timeline, this.viewer, this.request);
        this.active = node.active().get();
        String requestId = forwarded == null ? record.id() : forwarded.requestId();
        this.cache = new CacheStage(
                node, new CacheStage.Viewing(side, this.viewer, requestId, upload, record, timeline), this::onFillNews);
        this.functions = new ViewerFunctions(node, side, this.viewer, upload, record, timeline, this::afterFunction);
        this.span = timeline.begin(step.spanName);
    }

    /** Runs steps until one must wait. On the viewer's event loop only. */
    void advance() {
        try {
            boolean going = true;
            while (going && step != Step.DONE) {
                going = follow(run(step));
            }
        } catch (RuntimeException e) {
            failInternally(e);
        }
    }

    /** A fault of ours must end in an answer to the viewer and not in silence. */
    private void failInternally(RuntimeException e) {
        LOG.error("exchange {} failed in step {}", record.id(), step, e);
        if (step == Step.WRITE) {
            record.failed("internal-error", "The node failed while it answered: " + e);
            finish(new ViewerSide.Written(0, false));
        } else {
            refuse(EdgeError.of(500, "internal-error", "The node failed on this request: " + e));
        }
    }

    /** Goes on from a callback, unless the viewer has left in the meantime. */
    private void resume(StepResult result) {
        if (step != Step.DONE && follow(result)) {
            advance();
        }
    }

    /** Takes the way that a step's result shows; false if it must be waited for. */
    private boolean follow(StepResult result) {
        switch (result) {
            case Next(Step next) -> enter(next);
            case Respond(ViewerResponse theResponse) -> {
                response = theResponse;
                enter(mustOpen(theResponse) ? Step.OPEN_BODY : Step.ERROR_PAGE);
            }
            case Fail(EdgeError error) -> failWith(error);
            case Pending _ -> {
                return false;
            }
        }
        return true;
    }

    /** Answers with that error and nothing else. */
    void refuse(EdgeError error) {
        failWith(error);
        advance();
    }

    private StepResult run(Step now) {
        return switch (now) {
            case ROUTE -> route();
            case VIEWER_REQUEST -> viewerRequest();
            case CACHE_LOOKUP -> cacheLookup();
            case WAIT_FOR_FILL -> cache.waitForFill();
            case OPEN_BODY -> openBody();
            case ERROR_PAGE -> errorPage();
            case VIEWER_RESPONSE -> viewerResponse();
            case WRITE -> write();
            case DONE -> throw new IllegalStateException("exchange " + record.id() + " is done already");
        };
    }

    private void enter(Step next) {
        step = next;
        span = timeline.next(span, next.spanName);
    }

    // ---- ROUTE ----

    private StepResult route() {
        ActiveSnapshot snapshot = active;
        if (snapshot == null) {
            return new Fail(EdgeError.of(
                    503,
                    "no-configuration",
                    "This node has not received its configuration from the control plane yet."));
        }
        record.revision(snapshot.revision());
        Route found = forwarded == null
                ? snapshot.routes().find(viewer.host(), request.uri())
                : snapshot.routes().find(forwarded.distributionHost(), forwarded.pathPattern(), request.uri());
        if (found == null && NodeHealth.isAsked(request)) {
            return new Respond(
                    NodeHealth.answer(snapshot.revision(), node.time().epochMillis()));
        }
        if (found == null) {
            return new Fail(EdgeError.of(
                    403,
                    "no-distribution",
                    "No enabled distribution answers on the host '" + viewer.host() + "'. These exist:"));
        }
        if (found.staging() != null && forwarded == null) {
            found = chosen(snapshot, found, found.staging());
        }
        route = found;
        record.routed(
                found.distribution().id(),
                found.distribution().domainName(),
                found.behavior().pathPattern());
        if (forwarded != null) {
            return atShield(forwarded);
        }
        Place place = Admission.place(found, viewer, node.places());
        EdgeError refusal =
                Admission.refusal(found, viewer, request, place, node.time().epochMillis());
        if (refusal != null) {
            return new Fail(refusal);
        }
        if (Admission.redirectsToHttps(found, viewer)) {
            answeredBeforeCache = true;
            return new Respond(OwnResponses.redirectToHttps(
                    viewer, request, node.httpsPort().getAsInt(), node.time().epochMillis()));
        }
        aboutViewer = CloudFrontFields.of(found.cloudFrontHeaders(), viewer, request, place);
        request = Admission.admitted(found, request);
        return new Next(Step.VIEWER_REQUEST);
    }

    /** The route within whichever distribution the policy chooses. */
    private Route chosen(ActiveSnapshot snapshot, Route ofPrimary, StagingRule rule) {
        StagingRule.Choice choice = rule.choose(
                request, viewer.scheme().equals("https"), node.time().epochMillis(), node.random());
        request = choice.request();
        record.chosen(rule.primaryId(), ofPrimary.distribution().domainName(), choice.setCookie());
        return choice.staging() ? snapshot.routes().within(rule.stagingId(), request.uri()) : ofPrimary;
    }

    /** For another node: what is the viewer's has been done there. */
    private StepResult atShield(Forwarded asked) {
        long revision = node.cache().purges().doneRevision();
        return revision >= asked.revision()
                ? new Next(Step.CACHE_LOOKUP)
                : new Fail(EdgeError.of(
                        503,
                        Shields.BEHIND,
                        "This shield is at revision " + revision + ", the asking node at " + asked.revision() + "."));
    }

    // ---- VIEWER_REQUEST ----

    private StepResult viewerRequest() {
        return functions.onRequest(routed(), request, aboutViewer) ? Pending.INSTANCE : new Next(Step.CACHE_LOOKUP);
    }

    private void afterFunction(Supplier<Outcome> outcome) {
        if (step == Step.DONE) {
            return;
        }
        try {
            resume(after(outcome.get()));
        } catch (RuntimeException e) {
            failInternally(e);
        }
    }

    private StepResult after(Outcome outcome) {
        return switch (outcome) {
            case Outcome.ToRequest(RequestHead changed, byte[] body, ChosenOrigins origins) -> {
                request = changed;
                route = origins == null ? route : routed().to(origins);
                replacedBody = body;
                if (body != null) {
                    upload.discard();
                }
                yield new Next(Step.CACHE_LOOKUP);
            }
            case Outcome.Generated(ViewerResponse generated) -> {
                answeredBeforeCache = true;
                record.notCached(NotCachedReason.GENERATED);
                yield new Respond(generated);
            }
            case Outcome.ToResponse(ViewerResponse changed) -> {
                response = changed;
                yield new Next(Step.WRITE);
            }
            case Outcome.Failed(EdgeError error) -> new Fail(error);
        };
    }

    // ---- CACHE_LOOKUP ----

    private StepResult cacheLookup() {
        Route on = routed();
        String root = on.distribution().defaultRootObject();
        if (request.uri().equals("/") && !root.isEmpty()) {
            request = new RequestHead(request.method(), "/" + root, request.querystring(), request.headers());
        }
        request = CloudFrontFields.added(request, aboutViewer);
        request = AcceptEncoding.heeded(request, viewer.httpVersion(), on.cachePolicy());
        return cache.ask(new CacheStage.Asked(on, request, replacedBody));
    }

    // ---- WAIT_FOR_FILL ----

    private void onFillNews() {
        try {
            if (step == Step.WAIT_FOR_FILL) {
                resume(cache.waitForFill());
            } else if (step == Step.WRITE) {
                side.bodyNews();
            }
        } catch (RuntimeException e) {
            failInternally(e);
        }
    }

    // ---- OPEN_BODY ----

    private boolean mustOpen(ViewerResponse answer) {
        return OpenedBodies.areNeededFor(answer) && !record.request().method().equals("HEAD");
    }

    /** What is stored in a file may have gone since the lookup; then the lookup is repeated and leads to a fetch. */
    private StepResult openBody() {
        if (bodies == null) {
            bodies = new OpenedBodies(side.loop());
        }
        bodies.open(answer(), this::afterOpening);
        return Pending.INSTANCE;
    }

    private void afterOpening(@Nullable ViewerResponse opened) {
        try {
            response = opened;
            resume(new Next(opened == null ? Step.CACHE_LOOKUP : Step.ERROR_PAGE));
        } catch (RuntimeException e) {
            failInternally(e);
        }
    }

    // ---- ERROR_PAGE ----

    /**
     * Puts the distribution's own page in place of an error: CloudFront's custom error responses. The page is asked for
     * like any path, through the behavior that fits it, and without the viewer's functions.
     */
    private StepResult errorPage() {
        ViewerResponse answer = answer();
        ErrorInPlace shown = errorInPlace;
        if (shown != null) {
            boolean pageIsThere = answer.status() == 200;
            if (pageIsThere) {
                shown.leave();
            } else {
                cache.readAgain(shown.reader());
            }
            errorInPlace = null;
            response = pageIsThere
                    ? OwnResponses.withPolicy(shown.withPage(answer), route, record.request(), record, node)
                    : shown.error();
            return new Next(Step.WRITE);
        }
        ErrorInPlace found = answeredBeforeCache || forwarded != null ? null : ErrorInPlace.of(route, answer);
        Route through = found == null || active == null
                ? null
                : active.routes().within(routed().distribution().id(), found.pathOfPage());
        if (found == null || through == null) {
            return new Next(Step.VIEWER_RESPONSE);
        }
        errorInPlace = found;
        cache.detach();
        Place place = Admission.place(through, viewer, node.places());
        aboutViewer = CloudFrontFields.of(through.cloudFrontHeaders(), viewer, record.request(), place);
        // A request that was refused has not been admitted: what it forged or was signed with must go nowhere.
        RequestHead admitted = Admission.admitted(through, Admission.admitted(routed(), request));
        request = found.requestForPage(admitted);
        replacedBody = ErrorInPlace.NO_BODY;
        route = through;
        return new Next(Step.CACHE_LOOKUP);
    }

    // ---- VIEWER_RESPONSE ----

    private StepResult viewerResponse() {
        ViewerResponse answer = answeredBeforeCache || isOwnPage || forwarded != null
                ? answer()
                : OwnResponses.withPolicy(answer(), route, record.request(), record, node);
        response = answer;
        if (route == null || forwarded != null || answeredBeforeCache || answer.status() >= 400) {
            return new Next(Step.WRITE);
        }
        return functions.onResponse(route, request, aboutViewer, answer, cache)
                ? Pending.INSTANCE
                : new Next(Step.WRITE);
    }

    // ---- An error, from whichever step ----

    private void failWith(EdgeError error) {
        cache.leave(false);
        record.failed(error.kind(), error.told());
        isOwnPage = true;
        response = forwarded == null
                ? ErrorPages.page(
                        error, record.id(), node.time().epochMillis(), active == null ? null : active.routes())
                : NodeAnswers.failure(error);
        boolean pageMayFollow = step != Step.ERROR_PAGE && step != Step.VIEWER_RESPONSE && step != Step.WRITE;
        enter(pageMayFollow ? Step.ERROR_PAGE : Step.WRITE);
    }

    // ---- WRITE ----

    private StepResult write() {
        ViewerResponse answer = answer();
        record.answered(answer.status(), answer.result());
        StoredHead stored = answer.storedHead();
        if (stored == null) {
            record.head(answer.head(), answer.length());
        } else {
            record.head(stored, answer.length());
        }
        side.respond(answer, record, this::onWritten);
        return Pending.INSTANCE;
    }

    private void onWritten(ViewerSide.Written written) {
        finish(written);
    }

    /** The viewer has left: whatever is under way for it alone is given up. */
    public void viewerLeft() {
        finish(new ViewerSide.Written(0, false));
    }

    /** The rest of the viewer's request will not come, or not be understood; the listener says so to the viewer. */
    public void requestBroken(EdgeError why) {
        if (step != Step.DONE) {
            record.failed(why.kind(), why.message());
            record.answered(why.status(), why.result());
            viewerLeft();
        }
    }

    private void finish(ViewerSide.Written written) {
        if (step == Step.DONE) {
            return;
        }
        if (!written.complete()) {
            tellWhyBodyBrokeOff();
        }
        timeline.end(span);
        step = Step.DONE;
        cache.leave(written.complete());
        if (errorInPlace != null) {
            errorInPlace.leave();
        }
        if (bodies != null) {
            bodies.close();
        }
        upload.discard();
        record.transferred(side.wire(), upload.isEnded());
        record.ended(written.bodyBytes(), written.complete(), node.time().nanos());
        if (route != null || !NodeHealth.isAsked(request)) {
            node.traces().add(record);
        }
        if (route != null && active != null) {
            active.counts().ended(route.distribution().id(), outcome());
        }
        // What another node asks for is logged there, where the viewer is.
        if (route != null && route.distribution().logging().enabled() && forwarded == null) {
            node.accessLog().add(route.distribution().logging(), record);
        }
        whenDone.run();
    }

    private ExchangeCounts.Outcome outcome() {
        if (record.hasFailedWith(ViewerFunctions.FAILED)) {
            return ExchangeCounts.Outcome.FUNCTION_FAILURE;
        }
        return record.status() >= 500 ? ExchangeCounts.Outcome.SERVER_ERROR : ExchangeCounts.Outcome.GOOD;
    }

    private void tellWhyBodyBrokeOff() {
        FillFailure failure = response != null && response.body() instanceof ViewerResponse.Body.Streaming streaming
                ? streaming.reader().fill().failure()
                : null;
        if (failure != null && !record.hasFailed()) {
            record.failed(failure.kind(), failure.message());
        }
    }

    private Route routed() {
        if (route == null) {
            throw new IllegalStateException("exchange " + record.id() + " has no route yet");
        }
        return route;
    }

    private ViewerResponse answer() {
        if (response == null) {
            throw new IllegalStateException("exchange " + record.id() + " has no response yet");
        }
        return response;
    }
}
