package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.EventParts.SetCookie;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a function answered, every member of the right type; what they may say is {@link CloudFrontAnswerRules}' business. */
sealed interface CloudFrontAnswer {

    /**
     * The request goes on.
     *
     * @param querystring as text, without a question mark
     */
    record ToRequest(String method, String uri, String querystring, Multimap headers, Multimap cookies)
            implements CloudFrontAnswer {}

    /**
     * A response, made or changed.
     *
     * @param body null keeps what is there
     */
    record ToResponse(
            int statusCode, String statusDescription, Multimap headers, List<SetCookie> cookies, byte @Nullable [] body)
            implements CloudFrontAnswer {
        public ToResponse {
            cookies = List.copyOf(cookies);
        }
    }
}
