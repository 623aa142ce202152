package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.fetch.FetchStepResult.Again;
import dev.nearside.edge.fetch.FetchStepResult.Fail;
import dev.nearside.edge.fetch.FetchStepResult.Next;
import dev.nearside.edge.fetch.FetchStepResult.Pending;
import dev.nearside.edge.fetch.FetchStepResult.Respond;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.Time;

/** Brings a fetch's response together with what is stored, and its bytes into the fill. */
final class ResponseReceiver {

    private final Time time;
    private final FetchRequest fetch;
    private final FetchSpans spans;
    private final FillWriter writer;

    ResponseReceiver(Time time, FetchRequest fetch, FetchSpans spans, FillWriter writer) {
        this.time = time;
        this.fetch = fetch;
        this.spans = spans;
        this.writer = writer;
    }

    /**
     * Opens the fill and takes the body as far as it is there.
     *
     * @param plan what the cache wants of it now
     * @param sentEpochMillis when the request left; 0 if none did
     */
    FetchStepResult receive(Respond there, FetchPlan plan, OriginAttempt attempt, long sentEpochMillis) {
        long now = time.epochMillis();
        long sent = sentEpochMillis == 0 ? now : sentEpochMillis;
        ResponseHead head = there.head();
        switch (Reception.of(head, plan, time.nanos())) {
            case Reception.StandIn(CachedResponse stored) -> {
                return standIn(stored, head.status(), "the origin answered " + head.status());
            }
            case Reception.Unfitting(String why) -> {
                return new Again(why);
            }
            case Reception.Renewal(CachedResponse stored) -> {
                spans.begin("validated");
                writer.renew(stored, head.dated(now), sent);
            }
            case Reception.AsItIs _ -> {
                spans.begin("origin-body");
                writer.open(head.dated(now), there.result(), sent);
                if (fetch.route().behavior().compress()) {
                    spans.note(writer.encodingNote());
                }
            }
        }
        byte[] whole = there.body();
        return whole == null ? takeOrigins(attempt) : take(whole, attempt);
    }

    /**
     * The origin gave no answer: what is stored is what the readers get if it may be, else an error; also when the last
     * attempt assumed nothing of what is stored.
     */
    FetchStepResult withoutAnswer(FetchStepResult.Unanswered unanswered) {
        FillFailure why = unanswered.why();
        CachedResponse stale = fetch.plan().stale();
        if (stale != null && Reception.standsInForSilence(stale, time.nanos())) {
            return standIn(stale, why.status(), why.kind());
        }
        if (unanswered.ofTheOrigin()) {
            writer.keepFailure(why);
        }
        return new Fail(why);
    }

    private FetchStepResult standIn(CachedResponse stored, int status, String why) {
        spans.begin("serve-stale");
        spans.note(why);
        writer.serveStale(stored, status);
        return new Next(OriginFetch.Step.DONE);
    }

    /** A function's body in place of the origin's. */
    private FetchStepResult take(byte[] whole, OriginAttempt attempt) {
        attempt.dropBody();
        if (whole.length > 0) {
            writer.append(whole);
        }
        return new Next(OriginFetch.Step.DONE);
    }

    /** What came with the head while a function ran goes first: reading on may deliver what follows at once. */
    private FetchStepResult takeOrigins(OriginAttempt attempt) {
        boolean mayReadOn = attempt.releaseHeld(writer::append);
        if (attempt.hasEnded()) {
            return new Next(OriginFetch.Step.DONE);
        }
        if (mayReadOn) {
            attempt.resume();
        }
        return Pending.INSTANCE;
    }
}
