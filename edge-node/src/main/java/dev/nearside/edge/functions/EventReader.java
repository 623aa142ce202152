package dev.nearside.edge.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads events that somebody wrote, in the shape that {@link EventCodec} writes. */
public final class EventReader {

    /** Not an event; the message says what was expected, and where. */
    public static final class InvalidEventException extends Exception {
        InvalidEventException(String message) {
            super(message);
        }
    }

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final EdgeRequest NOTHING_SENT =
            new EdgeRequest("127.0.0.1", "GET", "/", "", EdgeHeaders.empty(), null, null);

    private EventReader() {}

    /**
     * The event of a JSON document.
     *
     * @throws InvalidEventException if it has another shape; the message says where
     */
    public static EdgeEvent read(byte[] json) throws InvalidEventException {
        JsonNode cf;
        try {
            cf = MAPPER.readTree(json).path("Records").path(0).path("cf");
        } catch (IOException e) {
            throw new InvalidEventException("the event is not JSON: " + e.getMessage());
        }
        EventType type = type(cf.path("config").path("eventType").asText());
        if (!cf.path("request").isObject()) {
            throw new InvalidEventException("the event has no Records[0].cf.request, expected an object");
        }
        // Without its type, which for a request event would be the answer of a function that makes a response.
        EdgeResult request = part(EventType.ORIGIN_REQUEST, cf.path("request"), NOTHING_SENT);
        if (!(request instanceof EdgeRequest sent)) {
            throw new InvalidEventException("the event's request has a status, which only responses have");
        }
        return new EdgeEvent(
                new EdgeEvent.Config(
                        cf.path("config").path("distributionDomainName").asText(),
                        cf.path("config").path("distributionId").asText(),
                        type,
                        cf.path("config").path("requestId").asText()),
                sent,
                type.isRequest() ? null : response(cf.path("response"), sent));
    }

    private static EventType type(String name) throws InvalidEventException {
        try {
            return EventType.of(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException("Records[0].cf.config.eventType: " + e.getMessage());
        }
    }

    private static EdgeResponse response(JsonNode response, EdgeRequest sent) throws InvalidEventException {
        if (part(EventType.ORIGIN_RESPONSE, response, sent) instanceof EdgeResponse read) {
            return read;
        }
        throw new InvalidEventException("the event has no Records[0].cf.response, expected an object");
    }

    /** A request or response is written like a result of the event that may return all of it. */
    private static EdgeResult part(EventType type, JsonNode written, EdgeRequest sent) throws InvalidEventException {
        try {
            return ResultReader.read(type, written.toString().getBytes(StandardCharsets.UTF_8), sent);
        } catch (InvalidResultException e) {
            throw new InvalidEventException(String.valueOf(e.getMessage()));
        }
    }
}
