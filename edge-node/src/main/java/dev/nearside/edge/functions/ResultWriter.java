package dev.nearside.edge.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes an {@link EdgeResult} as the JSON that a handler of another runtime would return. */
public final class ResultWriter {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final EdgeEvent.Config CONFIG = new EdgeEvent.Config("", "", EventType.VIEWER_REQUEST, "");
    private static final EdgeRequest NOTHING = new EdgeRequest("", "", "/", "", EdgeHeaders.empty(), null, null);

    private ResultWriter() {}

    /** UTF-8 JSON; {@code null} for nothing. */
    public static byte[] write(@Nullable EdgeResult result) {
        try {
            return MAPPER.writeValueAsBytes(
                    switch (result) {
                        case null -> MAPPER.nullNode();
                        case EdgeRequest request ->
                            cf(new EdgeEvent(CONFIG, request, null)).get("request");
                        case EdgeResponse response -> withBody(response);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }

    private static JsonNode withBody(EdgeResponse response) throws IOException {
        ObjectNode json =
                (ObjectNode) cf(new EdgeEvent(CONFIG, NOTHING, response)).get("response");
        if (response.body() != null) {
            json.put("body", response.body());
            json.put("bodyEncoding", response.bodyEncoding());
        }
        return json;
    }

    private static JsonNode cf(EdgeEvent event) throws IOException {
        return MAPPER.readTree(EventCodec.encode(event)).path("Records").path(0).path("cf");
    }
}
