package dev.nearside.edge.functions.inprocess;

import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import java.nio.charset.StandardCharsets;

/** What guest code made of an event, before it is reported. */
public sealed interface Answer {

    /** The answer where there was no event to answer. */
    Answer NOTHING = new Json(new byte[0]);

    /** The handler's result as JSON. */
    record Json(byte[] utf8) implements Answer {}

    /**
     * No result.
     *
     * @param fatal whether the environment cannot serve again
     */
    record Failure(FailureReason reason, String errorType, String message, boolean fatal) implements Answer {

        /** The failure in the words of every engine. */
        public static Failure of(Failures.Failure words, boolean fatal) {
            return new Failure(words.reason(), words.errorType(), words.message(), fatal);
        }
    }

    /** The answer for a JSON text, which is a failure where it is too long. */
    public static Answer ofJson(String json, int maxBytes) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > maxBytes) {
            return Failure.of(Failures.resultTooLarge(utf8.length, maxBytes), false);
        }
        return new Json(utf8);
    }
}
