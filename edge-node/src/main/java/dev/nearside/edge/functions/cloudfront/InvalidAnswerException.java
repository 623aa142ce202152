package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;

/** A function answered what it may not; the message is for its author. */
final class InvalidAnswerException extends Exception {

    private static final int MAX_SHOWN_CHARS = 80;

    InvalidAnswerException(String message) {
        super(message);
    }

    /** A value for a message. */
    static String shown(JsonNode value) {
        String json = value.toString();
        return json.length() > MAX_SHOWN_CHARS ? json.substring(0, MAX_SHOWN_CHARS) + "…" : json;
    }
}
