package dev.nearside.origin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.origin.http.OriginRequest;
import dev.nearside.origin.http.Reply;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Replies in JSON. */
public final class Json {

    private static final String TYPE = "application/json";
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    /** What the API says of a path it does not have. */
    public static Reply unknownPath(OriginRequest request) {
        return error(HttpResponseStatus.NOT_FOUND, "path '" + request.path() + "' is not part of the API");
    }

    static Reply ok(Object value) {
        return Reply.of(HttpResponseStatus.OK, TYPE, bytes(value));
    }

    static Reply error(HttpResponseStatus status, String message) {
        return Reply.of(status, TYPE, bytes(new ErrorMessage(message))).with("cache-control", "no-store");
    }

    /** Indented and closed by a line feed, for people with a terminal. */
    static byte[] bytes(Object value) {
        try {
            String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a " + value.getClass() + " has no JSON form", e);
        }
    }

    private record ErrorMessage(String error) {}
}
