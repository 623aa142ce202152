package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.Freshening;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.Parts;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.StageResult;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Targets;
import dev.nearside.edge.shield.Shields;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The origin's state machine: from a request that the cache could not answer to a finished fill. It lives on one event
 * loop and outlives the exchange that started it if others read the fill, or if the fill is worth keeping.
 */
final class OriginFetch implements OriginConnection.Listener {

    /** In order; a function that makes a response skips from ORIGIN_REQUEST to RECEIVE. */
    enum Step {
        ORIGIN_REQUEST,
        SELECT_ORIGIN,
        CONNECT,
        SEND_AND_WAIT,
        ORIGIN_RESPONSE,
        RECEIVE,
        DONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(OriginFetch.class);

    /** A request with one of these methods may be sent again, and needs no length where it has no body. */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private static final String FUNCTION_FAILED = "function-failed";

    private final Origins origins;
    private final FetchRequest fetch;
    private final Fill fill;
    private final FillWriter writer;
    private final Failover failover;
    private FetchPlan plan;
    private @Nullable ShieldHop hop;
    private Step step = Step.ORIGIN_REQUEST;
    private int span = -1;
    private RequestHead request;
    private EdgeOrigin origin;
    private Upload body;
    private OriginGates.@Nullable Pass pass;
    private @Nullable OriginConnection connection;
    private boolean retried;
    private int attempt;
    private long sentEpochMillis;
    private final List<byte[]> heldBody = new ArrayList<>();
    private boolean endedWhileHeld;

    OriginFetch(Origins origins, FetchRequest fetch) {
        this.origins = origins;
        this.fetch = fetch;
        this.fill = fetch.fill();
        this.plan = fetch.plan();
        this.writer = new FillWriter(origins.cache, origins.time, origins.encoders, fetch);
        this.failover = new Failover(fetch.route(), fetch.request());
        this.request = requestToOrigin();
        this.origin = OriginRequests.origin(failover.origin(), fetch.viewer());
        this.hop = ShieldHop.of(origins.shields, fetch, origins.cache.purges().begunRevision());
        this.body = bodyToOrigin();
    }

    private Upload bodyToOrigin() {
        byte[] replaced = fetch.replacedBody();
        return replaced == null ? fetch.upload() : OriginConnection.bodyOf(replaced);
    }

    private RequestHead requestToOrigin() {
        return OriginRequests.build(
                fetch,
                plan,
                failover.origin(),
                origins.identity.via(fetch.viewer().httpVersion()));
    }

    void start() {
        fill.ledBy(fetch.loop(), this::resumeReading, this::onAbandoned);
        guarded(this::begin);
    }

    /** With a shield before the origin its functions run there, else here. */
    private void begin() {
        if (hop == null) {
            runOriginRequest();
        } else {
            selectOrigin();
        }
    }

    /** The shield cannot be asked, so the origin is, as if there were no shield. */
    private void goWithoutShield(String why) {
        hop = null;
        startOver("without the shield: " + why);
    }

    /** Begins again: with the next origin of the group, or without what the first try assumed. */
    private void startOver(String why) {
        fetch.timeline().note(span, why);
        releaseShare();
        dropOriginBody();
        attempt++;
        endedWhileHeld = false;
        retried = false;
        body = bodyToOrigin();
        request = requestToOrigin();
        origin = OriginRequests.origin(failover.origin(), fetch.viewer());
        begin();
    }

    private void enter(Step next, String spanName) {
        step = next;
        span = fetch.timeline().next(span, spanName);
    }

    // ---- ORIGIN_REQUEST ----

    private void runOriginRequest() {
        BoundFunction function = fetch.route().function(EventType.ORIGIN_REQUEST);
        if (function == null) {
            selectOrigin();
            return;
        }
        enter(Step.ORIGIN_REQUEST, "origin-request");
        if (!function.association().includeBody()) {
            invokeOriginRequest(function, null);
            return;
        }
        BodyPreview.of(body, FunctionStage.maxBodyBytes(EventType.ORIGIN_REQUEST), preview -> {
            if (step == Step.ORIGIN_REQUEST) {
                invokeOriginRequest(function, preview);
            }
        });
    }

    private void invokeOriginRequest(BoundFunction function, EdgeRequest.@Nullable Body preview) {
        EdgeRequest shown = EventMapping.shown(fetch.viewer(), request, preview, origin);
        invoke(function, EventType.ORIGIN_REQUEST, shown, null, this::afterOriginRequest);
    }

    private void afterOriginRequest(StageResult result) {
        switch (result) {
            case StageResult.ToRequest(EdgeRequest answer) -> {
                request = EventMapping.applied(request, answer);
                EdgeOrigin answeredOrigin = answer.origin();
                origin = answeredOrigin == null ? origin : answeredOrigin;
                byte[] replaced = FunctionStage.bodyBytes(answer);
                if (replaced != null) {
                    body.discard();
                    body = OriginConnection.bodyOf(replaced);
                }
                selectOrigin();
            }
            case StageResult.ToResponse(EdgeResponse answer) -> {
                body.discard();
                sentEpochMillis = origins.time.epochMillis();
                open(EventMapping.generated(answer), "LambdaGeneratedResponse");
                if (step != Step.RECEIVE) {
                    return;
                }
                appendWhole(FunctionStage.bodyBytes(answer));
                finish();
            }
            case StageResult.Failed failed -> failWith(failed);
        }
    }

    // ---- SELECT_ORIGIN, CONNECT ----

    private void selectOrigin() {
        enter(Step.SELECT_ORIGIN, "select-origin");
        OriginTarget target = target();
        fetch.timeline().note(span, (hop == null ? "" : "by way of the shield ") + target);
        switch (origins.gates.enter(target)) {
            case OriginGates.Entry.Refused(FillFailure why) -> {
                if (hop == null) {
                    failAtOrigin(why);
                } else {
                    goWithoutShield(why.message());
                }
            }
            case OriginGates.Entry.Admitted(OriginGates.Pass admitted) -> {
                pass = admitted;
                enter(Step.CONNECT, "origin-connect");
                origins.pool.acquire(fetch.loop(), target, patience(), this::onAcquired);
            }
        }
    }

    private OriginTarget target() {
        return hop == null ? OriginRequests.target(origin) : hop.target();
    }

    private OriginPool.Patience patience() {
        if (hop != null) {
            return hop.patience();
        }
        Distribution.Origin configured = failover.origin();
        int keepalive = origin instanceof EdgeOrigin.Custom custom
                ? custom.keepaliveTimeoutSeconds()
                : configured.keepaliveTimeoutSeconds();
        return new OriginPool.Patience(configured.connectionAttempts(), configured.connectTimeoutSeconds(), keepalive);
    }

    private void onAcquired(OriginPool.Acquired acquired) {
        guarded(() -> goOnWith(acquired));
    }

    /** A fault of ours must end in an answer to the viewer and not in silence. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("the fetch of {} failed in step {}", fetch.requestId(), this.step, e);
            fail(new FillFailure(500, "Error", "internal-error", "The node failed on this request: " + e));
        }
    }

    private void goOnWith(OriginPool.Acquired acquired) {
        switch (acquired) {
            case OriginPool.Acquired.Connected(OriginConnection it) -> {
                if (step == Step.DONE) {
                    it.abort();
                    return;
                }
                connection = it;
                send(it);
            }
            case OriginPool.Acquired.Refused refused -> {
                if (step != Step.DONE) {
                    unreachable();
                }
                if (step != Step.DONE && hop != null) {
                    goWithoutShield(refused.message());
                } else if (step != Step.DONE) {
                    failAtOrigin(new FillFailure(
                            refused.timedOut() ? 504 : 502, "Error", refused.kind(), refused.message()));
                }
            }
        }
    }

    // ---- SEND_AND_WAIT ----

    private void send(OriginConnection to) {
        enter(Step.SEND_AND_WAIT, "origin-wait");
        if (to.isReused()) {
            fetch.timeline().note(span, "on a connection used before");
        }
        sentEpochMillis = origins.time.epochMillis();
        RequestHead sent = hop == null ? forOrigin() : hop.sent(request);
        to.send(framed(sent), body, readTimeoutSeconds(), this);
    }

    /** The request with the origin's path and its custom fields. */
    private RequestHead forOrigin() {
        Fields custom = EventHeaders.fields(origin.customHeaders());
        Fields headers = Fields.builder()
                .addAll(request.headers().without(custom::has))
                .addAll(custom)
                .build();
        return new RequestHead(request.method(), origin.path() + request.uri(), request.querystring(), headers);
    }

    /** The request in the form of the wire, with the framing of its body. */
    private RequestHead framed(RequestHead sent) {
        Fields.Builder headers = Fields.builder().addAll(sent.headers());
        if (!request.headers().has("content-length")) {
            if (!body.isDrained()) {
                headers.add("Transfer-Encoding", "chunked");
            } else if (!SAFE.contains(request.method())) {
                headers.add("Content-Length", "0");
            }
        }
        return new RequestHead(
                sent.method(), Targets.encoded(sent.uri()), Targets.encoded(sent.querystring()), headers.build());
    }

    private int readTimeoutSeconds() {
        if (hop != null) {
            return hop.readTimeoutSeconds();
        }
        return origin instanceof EdgeOrigin.Custom custom
                ? custom.readTimeoutSeconds()
                : failover.origin().readTimeoutSeconds();
    }

    @Override
    public void failed(String kind, String message, boolean answered) {
        OriginConnection broken = connection;
        connection = null;
        boolean again = step == Step.SEND_AND_WAIT && !answered && kind.equals("origin-closed") && mayRepeat();
        if (again && broken != null && broken.isReused() && !retried) {
            retried = true;
            enter(Step.CONNECT, "origin-connect");
            fetch.timeline().note(span, "again: the idle connection had died");
            origins.pool.connect(fetch.loop(), target(), patience(), this::onAcquired);
            return;
        }
        if (again && hop != null) {
            goWithoutShield(message);
            return;
        }
        boolean timedOut = kind.equals("origin-timeout");
        if (timedOut) {
            unreachable();
        }
        failAtOrigin(new FillFailure(timedOut ? 504 : 502, "Error", kind, message));
    }

    /** Whether sending it twice does no harm and is possible (RFC 9110 §9.2.2). */
    private boolean mayRepeat() {
        return SAFE.contains(request.method()) && !request.announcesBody();
    }

    @Override
    public void interim(ResponseHead received) {
        fetch.interim().accept(received.withHeaders(HopByHop.strip(received.headers())));
    }

    // ---- ORIGIN_RESPONSE ----

    @Override
    public void head(ResponseHead received) {
        if (pass != null) {
            pass.answered();
        }
        if (hop != null) {
            headOfShield(hop, received);
            return;
        }
        if (failover.nextAfter(received.status())) {
            startOver("the origin answered " + received.status() + ", so the next of the group is asked");
            return;
        }
        enter(Step.ORIGIN_RESPONSE, "origin-response");
        fetch.timeline().note(span, Integer.toString(received.status()));
        forgetWhatItChanged(received);
        ResponseHead head = clean(received);
        BoundFunction function = fetch.route().function(EventType.ORIGIN_RESPONSE);
        if (function == null) {
            open(head, "Miss");
            return;
        }
        if (connection != null) {
            connection.pause();
        }
        EdgeRequest shown = EventMapping.shown(fetch.viewer(), request, null, origin);
        invoke(
                function,
                EventType.ORIGIN_RESPONSE,
                shown,
                EventMapping.shown(head),
                result -> afterOriginResponse(result, head));
    }

    /** RFC 9111 §4.4: what an unsafe method may have changed is not served any more. CloudFront keeps what it has. */
    private void forgetWhatItChanged(ResponseHead received) {
        if (fetch.route().cachePolicy().ttlRules() != TtlRules.RFC9111) {
            return;
        }
        for (RequestHead changed : UnsafeMethods.changed(fetch.request(), received)) {
            origins.cache.invalidate(
                    CacheKeys.of(
                            fetch.route().distribution().id(),
                            changed,
                            fetch.route().cachePolicy()),
                    fill);
        }
        if (request.method().equals("HEAD") && received.status() == 200) {
            origins.cache.learnFromHead(fetch.query(), fill, received.headers());
        }
    }

    /** The functions have run at the shield; what it could not do becomes this node's own failure. */
    private void headOfShield(ShieldHop shield, ResponseHead received) {
        fetch.timeline().note(span, shield.note(received));
        FillFailure failure = shield.failure(received);
        if (failure == null) {
            forgetWhatItChanged(received);
            writer.agesSinceTheOrigin();
            open(clean(received), ShieldHop.result(received));
        } else if (Shields.isOfTheShield(failure) && mayRepeat()) {
            goWithoutShield(failure.message());
        } else if (failure.kind().equals(FUNCTION_FAILED)) {
            fail(failure);
        } else {
            failAtOrigin(failure);
        }
    }

    /** What is stored and forwarded: end-to-end fields, none of those that this node writes itself, and a Date. */
    private ResponseHead clean(ResponseHead received) {
        Fields headers = HopByHop.strip(received.headers()).without(OriginFetch::isWrittenByTheNode);
        if (!OriginRequests.forwardsCookies(fetch.route())) {
            headers = headers.without("set-cookie");
        }
        headers = ForwardedVary.of(headers, fetch.route());
        return received.withHeaders(headers).dated(origins.time.epochMillis());
    }

    private static boolean isWrittenByTheNode(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("nearside-")
                || lower.equals("x-cache")
                || lower.startsWith("x-amz-cf-")
                || lower.equals("x-nearside-revision");
    }

    private void afterOriginResponse(StageResult result, ResponseHead before) {
        switch (result) {
            case StageResult.ToResponse(EdgeResponse answer) -> {
                byte[] replaced = FunctionStage.bodyBytes(answer);
                open(EventMapping.applied(before, answer), "Miss");
                if (step != Step.RECEIVE) {
                    return;
                }
                if (replaced == null) {
                    releaseHeldBody();
                } else {
                    dropOriginBody();
                    appendWhole(replaced);
                    finish();
                }
            }
            case StageResult.Failed failed -> failWith(failed);
            case StageResult.ToRequest _ -> throw new IllegalStateException("a response event answered with a request");
        }
    }

    // ---- RECEIVE ----

    private void open(ResponseHead head, String result) {
        CachedResponse stale = plan.stale();
        CachedResponse begun = plan.begun();
        if (stale != null && head.status() == 304) {
            openValidated(stale, head);
        } else if (stale != null && head.status() >= 500 && mayServe(stale, Freshness::mayServeOnError)) {
            openStale(stale, head.status(), "the origin answered " + head.status());
        } else if (begun != null && head.status() != 200 && !Parts.completes(begun, head)) {
            // What is stored and what came do not belong together: the whole is asked for.
            plan = FetchPlan.WHOLE;
            startOver("the stored part cannot be completed");
        } else {
            enter(Step.RECEIVE, "origin-body");
            writer.open(head.dated(origins.time.epochMillis()), result, sentEpochMillis);
            if (fetch.route().behavior().compress()) {
                fetch.timeline().note(span, writer.encodingNote());
            }
        }
    }

    private void openValidated(CachedResponse stale, ResponseHead notModified) {
        if (!Freshening.confirms(notModified.headers(), stale.head().headers())) {
            plan = FetchPlan.WHOLE;
            startOver("the 304 is not for what is stored");
            return;
        }
        enter(Step.RECEIVE, "validated");
        writer.renew(stale, notModified.dated(origins.time.epochMillis()), sentEpochMillis);
    }

    private void openStale(CachedResponse stale, int status, String why) {
        enter(Step.RECEIVE, "serve-stale");
        fetch.timeline().note(span, why);
        dropOriginBody();
        writer.serveStale(stale, status);
        finish();
    }

    private boolean mayServe(CachedResponse stale, StaleRule rule) {
        return rule.allows(stale.freshness(), stale.ageMillis(origins.time.nanos()));
    }

    /** One of the reasons for which a stale response may be served. */
    private interface StaleRule {
        boolean allows(Freshness freshness, long ageMillis);
    }

    private void appendWhole(byte @Nullable [] bytes) {
        if (bytes != null && bytes.length > 0) {
            writer.append(bytes);
        }
    }

    @Override
    public void body(byte[] bytes) {
        if (step == Step.ORIGIN_RESPONSE) {
            heldBody.add(bytes);
        } else if (step == Step.RECEIVE && !writer.append(bytes) && connection != null) {
            connection.pause();
        }
    }

    /**
     * What came with the head while the function ran; the connection was paused, so it is one read's worth at most. It
     * goes first: resuming may deliver what follows at once.
     */
    private void releaseHeldBody() {
        boolean mayReadOn = true;
        for (byte[] bytes : heldBody) {
            mayReadOn = writer.append(bytes);
        }
        heldBody.clear();
        if (endedWhileHeld) {
            finish();
        } else if (mayReadOn) {
            resumeReading();
        }
    }

    private void dropOriginBody() {
        heldBody.clear();
        if (connection != null) {
            connection.abort();
            connection = null;
        }
    }

    private void resumeReading() {
        if (connection != null) {
            connection.resume();
        }
    }

    @Override
    public void ended() {
        OriginConnection used = connection;
        connection = null;
        if (used != null) {
            origins.pool.release(fetch.loop(), used, patience());
        }
        if (step == Step.ORIGIN_RESPONSE) {
            endedWhileHeld = true;
        } else {
            finish();
        }
    }

    private void finish() {
        if (step == Step.DONE) {
            return;
        }
        fetch.timeline().end(span);
        step = Step.DONE;
        body.discard();
        releaseShare();
        writer.complete();
    }

    // ---- ends that nobody wished for ----

    private void failWith(StageResult.Failed failed) {
        fail(new FillFailure(failed.status(), failed.result(), FUNCTION_FAILED, failed.message()));
    }

    /** The origin gave no answer: the next one of the group is asked, or what is stored stands in. */
    private void failAtOrigin(FillFailure why) {
        CachedResponse stale = plan.stale();
        boolean opened = step == Step.RECEIVE || step == Step.DONE;
        if (!opened && hop == null && failover.nextAfter(why)) {
            startOver(why.kind() + ", so the next origin of the group is asked");
        } else if (!opened && stale != null && mayServe(stale, Freshness::mayServeWhenUnreachable)) {
            openStale(stale, why.status(), why.kind());
        } else {
            fail(why);
        }
    }

    private void fail(FillFailure why) {
        if (step == Step.DONE) {
            return;
        }
        fetch.timeline().note(span, why.kind());
        fetch.timeline().end(span);
        step = Step.DONE;
        body.discard();
        releaseShare();
        if (connection != null) {
            connection.abort();
            connection = null;
        }
        writer.fail(why);
    }

    private void releaseShare() {
        if (pass != null) {
            pass.leave();
            pass = null;
        }
    }

    /** What a circuit breaker counts as failure; an answer of any status is none. */
    private void unreachable() {
        if (pass != null) {
            pass.unreachable();
        }
    }

    /** Every viewer has left: go on only for what is about to be worth keeping. */
    private void onAbandoned() {
        FillFailure why =
                new FillFailure(502, "Error", "viewers-left", "every viewer left before the response was there");
        boolean worthFinishing = step == Step.RECEIVE && writer.isWorthFinishing();
        if (step != Step.DONE && !worthFinishing && fill.failIfUnread(why)) {
            fail(why);
        }
    }

    private void invoke(
            BoundFunction function,
            EventType eventType,
            EdgeRequest shown,
            @Nullable EdgeResponse response,
            Consumer<StageResult> then) {
        EdgeEvent event =
                EventMapping.event(fetch.route().distribution(), eventType, fetch.requestId(), shown, response);
        int ofAttempt = attempt;
        origins.functions.run(function, event, fetch.timeline(), fetch.loop(), result -> {
            // What a function says of an attempt that has been given up is no news of the next one.
            if (step != Step.DONE && ofAttempt == attempt) {
                guarded(() -> then.accept(result));
            }
        });
    }
}
