package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.fetch.FetchStepResult.Again;
import dev.nearside.edge.fetch.FetchStepResult.Fail;
import dev.nearside.edge.fetch.FetchStepResult.Next;
import dev.nearside.edge.fetch.FetchStepResult.Pending;
import dev.nearside.edge.fetch.FetchStepResult.Respond;
import dev.nearside.edge.fetch.FetchStepResult.Unanswered;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.shield.Shields;
import dev.nearside.function.EventType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The origin's state machine: from a request that the cache could not answer to a finished fill. Read {@link Step} from
 * top to bottom for the way of a fetch; each step is one method below, in the same order. It lives on one event loop
 * and outlives the exchange that started it if others read the fill, or if the fill is worth keeping.
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

    private final Origins origins;
    private final FetchRequest fetch;
    private final Fill fill;
    private final FetchSpans spans;
    private final FillWriter writer;
    private final ResponseReceiver receiver;
    private final OriginEvents events;
    private final OriginSelector selector;
    private FetchPlan plan;
    private OriginAttempt attempt;
    private Step step = Step.ORIGIN_REQUEST;
    private long sentEpochMillis;
    private @Nullable ResponseHead received;
    private @Nullable Respond response;

    OriginFetch(Origins origins, FetchRequest fetch) {
        this.origins = origins;
        this.fetch = fetch;
        this.fill = fetch.fill();
        this.plan = fetch.plan();
        this.spans = new FetchSpans(fetch.timeline());
        this.writer = new FillWriter(origins.cache, origins.time, origins.encoders, fetch);
        this.receiver = new ResponseReceiver(origins.time, fetch, spans, writer);
        this.events = new OriginEvents(origins, fetch);
        this.selector = new OriginSelector(origins, fetch);
        this.attempt = selector.attempt(plan);
    }

    void start() {
        fill.ledBy(fetch.loop(), () -> attempt.resume(), this::onAbandoned);
        resume(() -> new Next(Step.ORIGIN_REQUEST));
    }

    /** Goes on from news, until something must be waited for. A fault of ours must end in an answer, not in silence. */
    private void resume(Supplier<FetchStepResult> news) {
        if (step == Step.DONE) {
            return;
        }
        try {
            FetchStepResult result = news.get();
            while (!(result instanceof Pending)) {
                result = follow(result);
            }
        } catch (RuntimeException e) {
            LOG.error("the fetch of {} failed in step {}", fetch.requestId(), step, e);
            failInternally(new FillFailure(500, "Error", "internal-error", "The node failed on this request: " + e));
        }
    }

    /** Goes on from what a function brought; what it says of an attempt that has been given up is no news of the next. */
    private void resume(OriginAttempt asking, Supplier<FetchStepResult> news) {
        if (asking == attempt) {
            resume(news);
        }
    }

    /** Takes the way that a step's result shows. */
    private FetchStepResult follow(FetchStepResult result) {
        return switch (result) {
            case Next(Step next) -> run(next);
            case Respond there -> {
                response = there;
                yield run(Step.RECEIVE);
            }
            case Again(String why) -> startOver(why);
            case Unanswered unanswered -> recover(unanswered);
            case Fail(FillFailure why) -> finish(why);
            case Pending pending -> pending;
        };
    }

    private FetchStepResult run(Step now) {
        step = now;
        return switch (now) {
            case ORIGIN_REQUEST -> originRequest();
            case SELECT_ORIGIN -> selectOrigin();
            case CONNECT -> connect();
            case SEND_AND_WAIT -> send();
            case ORIGIN_RESPONSE -> originResponse();
            case RECEIVE -> receive();
            case DONE -> finish(null);
        };
    }

    // ---- ORIGIN_REQUEST ----

    private FetchStepResult originRequest() {
        BoundFunction function = events.function(attempt, EventType.ORIGIN_REQUEST);
        if (function == null) {
            return new Next(Step.SELECT_ORIGIN);
        }
        spans.begin("origin-request");
        OriginAttempt asking = attempt;
        events.request(asking, function, news -> resume(asking, news));
        return Pending.INSTANCE;
    }

    // ---- SELECT_ORIGIN ----

    private FetchStepResult selectOrigin() {
        spans.begin("select-origin");
        OriginTarget target = attempt.target();
        spans.note(selector.wayTo(target));
        return switch (origins.gates.enter(target)) {
            case OriginGates.Entry.Refused(FillFailure why) -> notReached(why);
            case OriginGates.Entry.Admitted(OriginGates.Pass pass) -> {
                attempt.admitted(pass);
                yield new Next(Step.CONNECT);
            }
        };
    }

    /** The one to ask has got no request, so whoever comes next may. */
    private FetchStepResult notReached(FillFailure why) {
        return attempt.shield() == null ? new Unanswered(why, true) : withoutShield(why.message());
    }

    /** The shield cannot be asked, so the origin is, as if there were no shield. */
    private FetchStepResult withoutShield(String why) {
        selector.leaveOutShield();
        return new Again("without the shield: " + why);
    }

    // ---- CONNECT ----

    private FetchStepResult connect() {
        spans.begin("origin-connect");
        OriginAttempt asking = attempt;
        if (asking.wantsNewConnection()) {
            spans.note("again: the idle connection had died");
            origins.pool.connect(
                    fetch.loop(), asking.target(), asking.patience(), acquired -> onAcquired(asking, acquired));
        } else {
            origins.pool.acquire(
                    fetch.loop(), asking.target(), asking.patience(), acquired -> onAcquired(asking, acquired));
        }
        return Pending.INSTANCE;
    }

    private void onAcquired(OriginAttempt asking, OriginPool.Acquired acquired) {
        boolean tooLate = step == Step.DONE || asking != attempt;
        if (tooLate && acquired instanceof OriginPool.Acquired.Connected(OriginConnection it)) {
            it.abort();
        } else if (!tooLate) {
            resume(() -> afterConnect(acquired));
        }
    }

    private FetchStepResult afterConnect(OriginPool.Acquired acquired) {
        return switch (acquired) {
            case OriginPool.Acquired.Connected(OriginConnection it) -> {
                attempt.connected(it);
                yield new Next(Step.SEND_AND_WAIT);
            }
            case OriginPool.Acquired.Refused(String kind, String message, boolean timedOut) -> {
                attempt.notConnected();
                yield notReached(new FillFailure(timedOut ? 504 : 502, "Error", kind, message));
            }
        };
    }

    // ---- SEND_AND_WAIT ----

    private FetchStepResult send() {
        spans.begin("origin-wait");
        if (attempt.isOnUsedConnection()) {
            spans.note("on a connection used before");
        }
        sentEpochMillis = origins.time.epochMillis();
        attempt.send(this);
        return Pending.INSTANCE;
    }

    @Override
    public void interim(ResponseHead head) {
        fetch.interim().accept(head.withHeaders(HopByHop.strip(head.headers())));
    }

    @Override
    public void failed(String kind, String message, boolean answered) {
        resume(() -> afterFailure(kind, message, answered));
    }

    private FetchStepResult afterFailure(String kind, String message, boolean answered) {
        if (kind.equals(OriginConnection.REQUEST_CUT)) {
            // It says nothing of the origin, so nothing stands in for it and nothing is kept.
            return new Fail(new FillFailure(502, "Error", kind, message));
        }
        boolean mayAskAgain =
                step == Step.SEND_AND_WAIT && !answered && kind.equals("origin-closed") && attempt.mayRepeat();
        boolean hadIdled = attempt.lostIdleConnection();
        if (mayAskAgain && hadIdled) {
            return new Next(Step.CONNECT);
        }
        if (mayAskAgain && attempt.shield() != null) {
            return withoutShield(message);
        }
        boolean timedOut = kind.equals("origin-timeout");
        if (timedOut) {
            attempt.unreachable();
        }
        FillFailure why = new FillFailure(timedOut ? 504 : 502, "Error", kind, message);
        return new Unanswered(why, attempt.shield() == null);
    }

    @Override
    public void head(ResponseHead head) {
        resume(() -> afterHead(head));
    }

    private FetchStepResult afterHead(ResponseHead head) {
        attempt.answered();
        ShieldHop shield = attempt.shield();
        FillFailure unasked = attempt.unaskedNotModified(head);
        if (unasked != null) {
            return new Unanswered(unasked, shield == null);
        }
        if (shield != null) {
            return afterHeadOfShield(shield, head);
        }
        if (selector.goesOnAfter(head.status())) {
            return new Again("the origin answered " + head.status() + ", so the next of the group is asked");
        }
        received = head;
        return new Next(Step.ORIGIN_RESPONSE);
    }

    /** The functions have run at the shield; what it could not do becomes this node's own failure. */
    private FetchStepResult afterHeadOfShield(ShieldHop shield, ResponseHead head) {
        spans.note(shield.note(head));
        FillFailure failure = shield.failure(head);
        if (failure == null) {
            writer.agesSinceTheOrigin();
            return new Respond(cleaned(head), ShieldHop.result(head), null);
        }
        if (Shields.isOfTheShield(failure) && attempt.mayRepeat()) {
            return withoutShield(failure.message());
        }
        return failure.kind().equals(OriginEvents.FUNCTION_FAILED)
                ? new Fail(failure)
                : new Unanswered(failure, !Shields.isOfTheShield(failure));
    }

    /** The head as it goes on; the cache hears what it says of what is stored. */
    private ResponseHead cleaned(ResponseHead head) {
        ReceivedHeads.forgetWhatChanged(origins.cache, fetch, attempt.request(), head);
        return ReceivedHeads.clean(head, fetch.route(), origins.time.epochMillis());
    }

    // ---- ORIGIN_RESPONSE ----

    private FetchStepResult originResponse() {
        ResponseHead head = received;
        if (head == null) {
            throw new IllegalStateException("the fetch of " + fetch.requestId() + " has received no head");
        }
        spans.begin("origin-response");
        spans.note(Integer.toString(head.status()));
        ResponseHead clean = cleaned(head);
        BoundFunction function = events.function(attempt, EventType.ORIGIN_RESPONSE);
        if (function == null) {
            return new Respond(clean, "Miss", null);
        }
        OriginAttempt asking = attempt;
        asking.pause();
        events.response(asking, function, clean, news -> resume(asking, news));
        return Pending.INSTANCE;
    }

    // ---- RECEIVE ----

    private FetchStepResult receive() {
        Respond there = response;
        if (there == null) {
            throw new IllegalStateException("the fetch of " + fetch.requestId() + " has no response");
        }
        FetchStepResult result = receiver.receive(there, plan, attempt, sentEpochMillis);
        if (result instanceof Again) {
            // What is stored does not fit: the next attempt assumes nothing of it.
            plan = FetchPlan.WHOLE;
        }
        return result;
    }

    @Override
    public void body(byte[] bytes) {
        if (step == Step.ORIGIN_RESPONSE) {
            attempt.hold(bytes);
        } else if (step == Step.RECEIVE && !writer.append(bytes)) {
            attempt.pause();
        }
    }

    @Override
    public void ended() {
        attempt.ended(origins.pool, fetch.loop());
        resume(() -> step == Step.RECEIVE ? new Next(Step.DONE) : Pending.INSTANCE);
    }

    /** Every viewer has left: go on only for what is about to be worth keeping. */
    private void onAbandoned() {
        FillFailure why =
                new FillFailure(502, "Error", "viewers-left", "every viewer left before the response was there");
        boolean worthFinishing = step == Step.RECEIVE && writer.isWorthFinishing();
        if (step != Step.DONE && !worthFinishing && fill.failIfUseless(why)) {
            resume(() -> new Fail(why));
        }
    }

    // ---- DONE, and other ways than straight on ----

    /** Begins again: with the next origin of the group, or without what the last attempt assumed. */
    private FetchStepResult startOver(String why) {
        spans.note(why);
        attempt.leave();
        attempt = selector.attempt(plan);
        sentEpochMillis = 0;
        return new Next(Step.ORIGIN_REQUEST);
    }

    /** The origin gave no answer: the next one of the group is asked, or what is stored stands in. */
    private FetchStepResult recover(Unanswered unanswered) {
        FillFailure why = unanswered.why();
        boolean opened = step == Step.RECEIVE;
        if (opened) {
            return new Fail(why);
        }
        return selector.goesOnAfter(why)
                ? new Again(why.kind() + ", so the next origin of the group is asked")
                : receiver.withoutAnswer(unanswered);
    }

    /** The end of every path: lets go of all that the fetch holds, and tells the fill how it went. */
    private FetchStepResult finish(@Nullable FillFailure failure) {
        step = Step.DONE;
        if (failure != null) {
            spans.note(failure.kind());
        }
        spans.end();
        attempt.body().discard();
        attempt.leave();
        if (failure == null) {
            writer.complete();
        } else {
            writer.fail(failure);
        }
        return Pending.INSTANCE;
    }

    private void failInternally(FillFailure why) {
        if (step == Step.DONE) {
            fill.fail(why);
        } else {
            finish(why);
        }
    }
}
