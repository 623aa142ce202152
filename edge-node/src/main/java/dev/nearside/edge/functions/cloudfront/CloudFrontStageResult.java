package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/** What becomes of an exchange after a CloudFront Function. */
public sealed interface CloudFrontStageResult {

    /**
     * Go on with this request.
     *
     * @param origins where it goes instead; null if the function changed nothing of that
     */
    record ToRequest(RequestHead request, @Nullable ChosenOrigins origins) implements CloudFrontStageResult {}

    /** Answer with this response. */
    record Generated(ResponseHead head, byte[] body) implements CloudFrontStageResult {}

    /**
     * Go on with this response.
     *
     * @param body null keeps what is there
     */
    record ToResponse(ResponseHead head, byte @Nullable [] body) implements CloudFrontStageResult {}

    /**
     * The function failed.
     *
     * @param status as CloudFront answers: 502 or 503
     * @param result the word for {@code x-cache}
     * @param message one sentence that names the rule or the fault
     */
    record Failed(int status, String result, String message) implements CloudFrontStageResult {}
}
