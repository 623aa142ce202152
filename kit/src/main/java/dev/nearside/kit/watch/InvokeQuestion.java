package dev.nearside.kit.watch;

import dev.nearside.kit.snapshot.FunctionVersion;

/**
 * The argument of a question on the topic {@link #TOPIC}, as JSON: run this version once and say what became of it. The
 * event travels in base64, so that it takes a third more room whatever is in it.
 *
 * @param requestId the function's {@code awsRequestId}
 * @param version may be {@code $LATEST}; its code is fetched by digest as for any other
 * @param event handed to the handler as it is: UTF-8 JSON
 */
public record InvokeQuestion(String requestId, FunctionVersion version, byte[] event) {

    public static final String TOPIC = "invoke";

    /** Lambda's limit for the event and for the result of a synchronous invocation, in bytes. */
    public static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
}
