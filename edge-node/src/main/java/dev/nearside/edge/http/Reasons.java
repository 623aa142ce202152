package dev.nearside.edge.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Reason phrases (RFC 9110 §15). */
public final class Reasons {

    private Reasons() {}

    /** The usual phrase of a status; empty for one that nobody has named. */
    public static String of(int status) {
        String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
        return phrase.startsWith("Unknown Status") || phrase.contains(" (" + status) ? "" : phrase;
    }
}
