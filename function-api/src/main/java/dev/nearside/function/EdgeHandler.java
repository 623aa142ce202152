package dev.nearside.function;

/** A Java edge function. One instance serves one event at a time and is reused for later events. */
@FunctionalInterface
public interface EdgeHandler {

    /**
     * Answers one event: a request event with the request to go on with or a response that ends it, a response event
     * with the response.
     *
     * @throws Exception any failure; the viewer gets 503 with {@code x-cache: LambdaExecutionError from cloudfront}
     */
    EdgeResult handle(EdgeEvent event, InvocationContext context) throws Exception;
}
