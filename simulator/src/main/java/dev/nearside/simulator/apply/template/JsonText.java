package dev.nearside.simulator.apply.template;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Templates in JSON, read with the lines of their values. */
final class JsonText {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(TemplateText.MAX_DEPTH)
                    .maxStringLength(TemplateText.MAX_BYTES)
                    .build())
            .build();

    private JsonText() {}

    static Node parse(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            Node root = node(parser);
            if (parser.nextToken() != null) {
                throw new TemplateException(line(parser), "there is more after the end of the JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new TemplateException(line, "JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("text in memory cannot fail to be read", e);
        }
    }

    private static Node node(JsonParser parser) throws IOException {
        int line = line(parser);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(parser, line);
            case START_ARRAY -> sequence(parser, line);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Scalar(parser.getText(), Node.Kind.NUMBER, line);
            case VALUE_TRUE, VALUE_FALSE -> new Node.Scalar(parser.getText(), Node.Kind.BOOLEAN, line);
            case VALUE_NULL -> new Node.Scalar("", Node.Kind.NULL, line);
            default -> new Node.Scalar(parser.getText(), line);
        };
    }

    private static Node mapping(JsonParser parser, int line) throws IOException {
        Map<String, Node> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int at = line(parser);
            parser.nextToken();
            if (members.putIfAbsent(name, node(parser)) != null) {
                throw new TemplateException(at, "the key " + name + " is there twice, expected it once");
            }
        }
        return new Node.Mapping(members, line);
    }

    private static Node sequence(JsonParser parser, int line) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser));
        }
        return new Node.Sequence(items, line);
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
