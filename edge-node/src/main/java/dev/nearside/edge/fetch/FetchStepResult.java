package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/** How a step of the origin's state machine ends. */
sealed interface FetchStepResult {

    /** Go on with that step at once. */
    record Next(OriginFetch.Step step) implements FetchStepResult {}

    /** Wait; whoever was asked resumes the machine. */
    record Pending() implements FetchStepResult {
        static final Pending INSTANCE = new Pending();
    }

    /**
     * The response is there as far as its head; go on to its body.
     *
     * @param result the word for {@code x-cache}, for example {@code Miss}
     * @param body the whole body that a function made; null if it comes from the origin
     */
    record Respond(ResponseHead head, String result, byte @Nullable [] body) implements FetchStepResult {}

    /** Begin again with another attempt, because of what {@code why} says. */
    record Again(String why) implements FetchStepResult {}

    /**
     * The origin gave no answer: another is asked, or what is stored stands in, where there is such a thing.
     *
     * @param ofTheOrigin whether it says something of the origin, and not of a shield on the way there
     */
    record Unanswered(FillFailure why, boolean ofTheOrigin) implements FetchStepResult {}

    /** Nothing helps: the readers get an error. */
    record Fail(FillFailure why) implements FetchStepResult {}
}
