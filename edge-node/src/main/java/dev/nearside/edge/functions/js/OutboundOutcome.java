package dev.nearside.edge.functions.js;

import io.netty.handler.codec.http.HttpResponse;

/** How a handler's request ended. */
sealed interface OutboundOutcome {

    /** Whole. */
    record Response(HttpResponse head, byte[] body) implements OutboundOutcome {}

    /**
     * Not at all.
     *
     * @param code as Node's error has it
     * @param syscall as Node's error has it, or empty
     */
    record Failure(String code, String syscall, String message) implements OutboundOutcome {}
}
