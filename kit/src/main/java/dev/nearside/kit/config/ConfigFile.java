package dev.nearside.kit.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Reads a JSON configuration file into a record; comments are allowed, unknown keys are not. Where a text stands, an object
 * {@code {"file": "PATH"}} may stand instead: then the text is what that file holds, as {@link TextOrFile} reads it.
 */
public final class ConfigFile {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonParser.Feature.ALLOW_COMMENTS)
            .addModule(new SimpleModule().addDeserializer(String.class, new TextOrFile()))
            .build();

    private ConfigFile() {}

    /**
     * Reads {@code file} as {@code type}; the record's compact constructor supplies defaults and checks ranges.
     *
     * @throws ConfigException if the file is missing, is not JSON, has an unknown key, or a value the record refuses
     */
    public static <T extends Record> T read(Path file, Class<T> type) {
        try {
            T config = MAPPER.readValue(Files.readString(file), type);
            if (config == null) {
                throw new ConfigException(file + ": the file holds null, expected an object");
            }
            return config;
        } catch (NoSuchFileException e) {
            throw new ConfigException("configuration file " + file + " does not exist");
        } catch (UnrecognizedPropertyException e) {
            throw new ConfigException(file + ": unknown key '" + e.getPropertyName() + "' at line "
                    + e.getLocation().getLineNr() + ", expected one of "
                    + e.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        } catch (JsonMappingException e) {
            String where = e.getPath().stream()
                    .map(ref -> ref.getFieldName() == null ? "[" + ref.getIndex() + "]" : ref.getFieldName())
                    .collect(Collectors.joining("."));
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason = cause instanceof JsonProcessingException json
                    ? json.getOriginalMessage()
                    : String.valueOf(cause.getMessage());
            throw new ConfigException(file + ": " + (where.isEmpty() ? "" : where + ": ") + reason);
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    file + ": not valid JSON at line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException("configuration file " + file + " cannot be read: " + e.getMessage());
        }
    }
}
