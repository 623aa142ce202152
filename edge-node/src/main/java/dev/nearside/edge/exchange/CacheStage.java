package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.ByteRanges;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.HttpCache.Lookup;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.Parts;
import dev.nearside.edge.exchange.StepResult.Fail;
import dev.nearside.edge.exchange.StepResult.Next;
import dev.nearside.edge.exchange.StepResult.Pending;
import dev.nearside.edge.exchange.StepResult.Respond;
import dev.nearside.edge.fetch.FetchPlan;
import dev.nearside.edge.fetch.FetchRequest;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.edge.trace.Timeline;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange's way through the cache: asks it, reads what somebody fetches, and leads a fetch where nobody does. It
 * lives on the viewer's event loop.
 */
final class CacheStage {

    /**
     * For whom.
     *
     * @param requestId of the viewer's exchange, which at a shield is another node's
     */
    record Viewing(
            ViewerSide side,
            Viewer viewer,
            String requestId,
            Upload upload,
            ExchangeRecord record,
            Timeline timeline) {}

    /**
     * What is asked for.
     *
     * @param replacedBody bytes that a viewer-request function put in place of the viewer's body; null for none
     */
    record Asked(Route route, RequestHead request, byte @Nullable [] replacedBody) {}

    private final Exchanges node;
    private final Viewing viewing;
    private final Runnable onNews;
    private @Nullable Asked asked;
    private HttpCache.@Nullable Query query;
    private @Nullable FetchRequest toStart;
    private Fill.@Nullable Reader reader;
    private boolean leading;
    private boolean waitedInVain;
    private CacheStatus.Forward forward = CacheStatus.Forward.URI_MISS;

    /** Nothing is asked yet; {@code onNews} runs whenever the fill that is read has news. */
    CacheStage(Exchanges node, Viewing viewing, Runnable onNews) {
        this.node = node;
        this.viewing = viewing;
        this.onNews = onNews;
    }

    /** Answers from what is stored, or leads on to the step that waits for a fill. */
    StepResult ask(Asked theAsked) {
        asked = theAsked;
        HttpCache.Query found = CacheQueries.of(theAsked.route(), theAsked.request());
        HttpCache.Query asking = waitedInVain ? found.alone() : found;
        query = asking;
        NotCachedReason unshared = CacheQueries.whyUnshared(theAsked.route(), theAsked.request());
        if (request().method().equals("HEAD")) {
            CachedResponse stored = node.cache().findFresh(asking);
            if (stored != null) {
                return respond(ViewerResponse.hit(stored, node.time().nanos()));
            }
            FillFailure failure = node.cache().findFailure(asking);
            if (failure != null) {
                return new Fail(EdgeError.of(failure));
            }
        }
        if (unshared != null) {
            return lead(node.cache().newFill(), FetchPlan.unshared(unshared), CacheStatus.Forward.of(unshared));
        }
        if (!CacheQueries.mayUseStored(request().method())) {
            return lead(node.cache().newFill(), FetchPlan.WHOLE, CacheStatus.Forward.METHOD);
        }
        Respond fromPart = fromStoredPart(asking);
        if (fromPart != null) {
            return fromPart;
        }
        return asking.directives().onlyIfCached()
                ? onlyStored(asking)
                : answerFrom(node.cache().lookup(asking));
    }

    /** The ranges that are asked for, out of a part that is stored while the whole is not; null if it lacks them. */
    private @Nullable Respond fromStoredPart(HttpCache.Query asked) {
        if (ranges() == null || node.cache().findFresh(asked) != null) {
            return null;
        }
        CachedResponse part = node.cache().findPart(asked);
        ViewerResponse answer = part == null
                ? null
                : Delivery.ofPart(
                        request(),
                        ViewerResponse.hit(part, node.time().nanos()),
                        viewing.record().id());
        return answer == null ? null : new Respond(answer);
    }

    private @Nullable ByteRanges ranges() {
        return request().method().equals("GET")
                ? ByteRanges.parse(request().headers().combined("range"))
                : null;
    }

    /** RFC 9111 §5.2.1.7: the origin must not be asked. */
    private StepResult onlyStored(HttpCache.Query asked) {
        CachedResponse stored = node.cache().findFresh(asked);
        return stored == null
                ? new Fail(EdgeError.of(
                        504, "only-if-cached", "The request says only-if-cached, and nothing usable is stored."))
                : respond(ViewerResponse.hit(stored, node.time().nanos()));
    }

    private StepResult answerFrom(Lookup lookup) {
        return switch (lookup) {
            case Lookup.Hit(var found) ->
                respond(ViewerResponse.hit(found, node.time().nanos()));
            case Lookup.Stale(var stale, Fill refresh) -> {
                if (refresh != null) {
                    refresh(stale, refresh);
                }
                yield respond(ViewerResponse.hit(stale, node.time().nanos()));
            }
            case Lookup.Failed(FillFailure kept) -> new Fail(EdgeError.of(kept));
            case Lookup.Join(Fill fill) -> {
                leading = false;
                reader = fill.join(viewing.side().loop(), onNews);
                yield reader == null
                        ? new Next(ViewerExchange.Step.CACHE_LOOKUP)
                        : new Next(ViewerExchange.Step.WAIT_FOR_FILL);
            }
            case Lookup.Lead(Fill fill, CachedResponse stale) -> miss(fill, stale);
            case Lookup.Alone(Fill fill, NotCachedReason why, CachedResponse stale) -> {
                if (why != null) {
                    viewing.record().notCached(why);
                }
                yield miss(fill, stale);
            }
        };
    }

    /** Nothing whole and fresh is stored: what is stale is validated, what has begun completed, else all is fetched. */
    private StepResult miss(Fill fill, @Nullable CachedResponse stale) {
        if (stale != null) {
            boolean demanded = stale.isFresh(node.time().nanos());
            return lead(
                    fill,
                    FetchPlan.validating(stale),
                    demanded ? CacheStatus.Forward.REQUEST : CacheStatus.Forward.STALE);
        }
        ByteRanges ranges = ranges();
        if (ranges != null && !ranges.isWhole()) {
            // Others may want the whole, so they do not wait for this.
            node.cache().release(fill);
            return lead(fill, FetchPlan.ofRange(), CacheStatus.Forward.PARTIAL);
        }
        CachedResponse part = node.cache().findPart(query());
        if (part != null && Parts.isCompletable(part)) {
            return lead(fill, FetchPlan.completing(part), CacheStatus.Forward.PARTIAL);
        }
        return lead(
                fill,
                FetchPlan.WHOLE,
                node.cache().hasVariants(query()) ? CacheStatus.Forward.VARY_MISS : CacheStatus.Forward.URI_MISS);
    }

    /** The fetch itself begins in the next step. */
    private StepResult lead(Fill fill, FetchPlan plan, CacheStatus.Forward why) {
        leading = true;
        forward = why;
        reader = fill.join(viewing.side().loop(), onNews);
        toStart = fetchRequest(
                fill, plan, viewing.upload(), asked().replacedBody(), viewing.side()::interim, viewing.timeline());
        return new Next(ViewerExchange.Step.WAIT_FOR_FILL);
    }

    /** Refreshes what is served stale; nobody waits for it (RFC 5861 §3). */
    private void refresh(CachedResponse stale, Fill fill) {
        Timeline ownTimeline = new Timeline(node.time());
        fill.finishUnread();
        startFetch(fetchRequest(fill, FetchPlan.validating(stale), Upload.none(), null, _ -> {}, ownTimeline));
    }

    /** Others may wait for the fill already, so a fault of ours must end it. */
    private void startFetch(FetchRequest fetch) {
        try {
            node.origins().fetch(fetch);
        } catch (RuntimeException e) {
            node.cache().release(fetch.fill());
            fetch.fill().fail(new FillFailure(500, "Error", "internal-error", "The node failed on this request: " + e));
            throw e;
        }
    }

    private FetchRequest fetchRequest(
            Fill fill,
            FetchPlan plan,
            Upload theUpload,
            byte @Nullable [] theReplacedBody,
            Consumer<ResponseHead> interim,
            Timeline theTimeline) {
        return new FetchRequest(
                asked().route(),
                request(),
                viewing.viewer(),
                viewing.requestId(),
                query(),
                fill,
                plan,
                theUpload,
                theReplacedBody,
                interim,
                theTimeline,
                viewing.side().loop());
    }

    /** The response as the request's preconditions and ranges want it. */
    private Respond respond(ViewerResponse whole) {
        return new Respond(Delivery.of(
                request(), whole, node.time().epochMillis(), viewing.record().id()));
    }

    /** Starts the fetch that is to be led, and answers once the head is there; called again upon news. */
    StepResult waitForFill() {
        FetchRequest starting = toStart;
        if (starting != null) {
            toStart = null;
            startFetch(starting);
        }
        Fill.Reader reading = reader;
        if (reading == null) {
            throw new IllegalStateException("exchange " + viewing.record().id() + " waits for no fill");
        }
        Fill fill = reading.fill();
        Fill.Opening opening = fill.opening();
        if (opening == null) {
            FillFailure failure = fill.failure();
            return failure == null ? Pending.INSTANCE : new Fail(EdgeError.of(failure));
        }
        if (!leading && !opening.answers(query().key(), request().headers())) {
            reading.leave();
            reader = null;
            // What authorised viewers may not share, no other of them need wait for (RFC 9111 §3.5).
            waitedInVain |= opening.notCached() == NotCachedReason.AUTHORIZATION
                    && request().headers().has("authorization");
            return new Next(ViewerExchange.Step.CACHE_LOOKUP);
        }
        NotCachedReason notCached = opening.notCached();
        if (notCached != null) {
            viewing.record().notCached(notCached);
        }
        String whyNotStored = notCached == null ? null : notCached.label();
        CacheStatus status = CacheStatus.forwarded(
                forward, opening.originStatus(), !leading, opening.isStandIn() ? "stale" : whyNotStored);
        String result = leading ? opening.result() : "Hit";
        CachedResponse stored = opening.stored();
        if (stored != null) {
            reading.leave();
            reader = null;
            return respond(
                    ViewerResponse.stored(stored, result, status, node.time().nanos()));
        }
        // First hand it has an age only if somebody before this node says so (RFC 9111 §5.1).
        boolean showsAge = !leading || opening.head().headers().has("age");
        ViewerResponse whole = ViewerResponse.streaming(
                opening.head(),
                result,
                showsAge ? opening.initialAgeMillis() / 1000 : -1,
                status,
                new ViewerResponse.Body.Streaming(reading, 0, -1));
        boolean forThisRequest = CacheQueries.whyUnshared(asked().route(), request()) != null
                || !CacheQueries.mayUseStored(request().method());
        Respond answer = forThisRequest ? new Respond(whole) : respond(whole);
        if (!(answer.response().body() instanceof ViewerResponse.Body.Streaming)) {
            reading.leaveToFinish();
            reader = null;
        }
        return answer;
    }

    /** Leaves the fill to somebody who has its reader; another may be read now. */
    void detach() {
        reader = null;
    }

    /** Goes back to a fill that was detached, and gives up the one that is read now. */
    void readAgain(Fill.@Nullable Reader former) {
        leave(false);
        reader = former;
    }

    /** Lets go of the fill; a viewer that got all it wanted does not keep others from the rest. */
    void leave(boolean satisfied) {
        if (reader != null && satisfied) {
            reader.leaveToFinish();
        } else if (reader != null) {
            reader.leave();
        }
        reader = null;
    }

    private Asked asked() {
        if (asked == null) {
            throw new IllegalStateException("exchange " + viewing.record().id() + " has asked for nothing yet");
        }
        return asked;
    }

    private RequestHead request() {
        return asked().request();
    }

    private HttpCache.Query query() {
        if (query == null) {
            throw new IllegalStateException("exchange " + viewing.record().id() + " has no cache key yet");
        }
        return query;
    }
}
