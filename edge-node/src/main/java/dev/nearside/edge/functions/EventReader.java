package dev.nearside.edge.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EventType;
import java.io.IOException;

/** Reads the JSON of {@link EventCodec} back, for engines whose handlers take an {@link EdgeEvent}. */
public final class EventReader {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final EdgeRequest NOTHING = new EdgeRequest("", "", "/", "", EdgeHeaders.empty(), null, null);

    private EventReader() {}

    /**
     * The event of that JSON.
     *
     * @throws IllegalArgumentException if it is no event of the codec's
     */
    public static EdgeEvent read(byte[] json) {
        try {
            JsonNode cf = MAPPER.readTree(json).path("Records").path(0).path("cf");
            JsonNode config = cf.path("config");
            EventType eventType = EventType.of(config.path("eventType").asText());
            EdgeRequest request = (EdgeRequest)
                    ResultReader.read(EventType.ORIGIN_REQUEST, MAPPER.writeValueAsBytes(cf.path("request")), NOTHING);
            EdgeResponse response = cf.has("response")
                    ? (EdgeResponse) ResultReader.read(
                            EventType.ORIGIN_RESPONSE, MAPPER.writeValueAsBytes(cf.path("response")), NOTHING)
                    : null;
            return new EdgeEvent(
                    new EdgeEvent.Config(
                            config.path("distributionDomainName").asText(),
                            config.path("distributionId").asText(),
                            eventType,
                            config.path("requestId").asText()),
                    request,
                    response);
        } catch (IOException | InvalidResultException e) {
            throw new IllegalArgumentException("not an event of the codec's: " + e.getMessage(), e);
        }
    }
}
