package dev.nearside.edge.functions;

import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;

/** What becomes of an exchange after the function on one of its events. */
public sealed interface StageResult {

    /** Go on with this request. */
    record ToRequest(EdgeRequest request) implements StageResult {}

    /** Go on with this response; in a request event it was made by the function. */
    record ToResponse(EdgeResponse response) implements StageResult {}

    /**
     * The function failed.
     *
     * @param status as CloudFront answers: 502 or 503
     * @param result the word for {@code x-cache}
     * @param message one sentence that names the rule or the fault
     */
    record Failed(int status, String result, String message) implements StageResult {}
}
