package dev.nearside.kit.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads a text, or {@code {"file": "PATH"}} for the text in that file without the white space around it, so that a secret
 * need not stand in a configuration that everybody may read.
 */
final class TextOrFile extends StdScalarDeserializer<String> {

    private static final String KEY = "file";
    private static final long serialVersionUID = 1;

    TextOrFile() {
        super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            return StringDeserializer.instance.deserialize(parser, context);
        }
        boolean isFile = KEY.equals(parser.nextFieldName());
        String path = isFile ? parser.nextTextValue() : null;
        if (path == null || parser.nextToken() != JsonToken.END_OBJECT) {
            throw new ConfigException("expected a text, or {\"file\": \"PATH\"} for the text in a file");
        }
        return textOf(path);
    }

    private static String textOf(String path) throws IOException {
        try {
            String text = Files.readString(Path.of(path)).strip();
            if (text.isEmpty()) {
                throw new ConfigException("the file " + path + " is empty, expected the text that belongs here");
            }
            return text;
        } catch (NoSuchFileException _) {
            throw new ConfigException("the file " + path + " does not exist");
        } catch (CharacterCodingException _) {
            throw new ConfigException("the file " + path + " is not text in UTF-8");
        } catch (IOException e) {
            throw new ConfigException("the file " + path + " cannot be read: " + e.getMessage());
        }
    }
}
