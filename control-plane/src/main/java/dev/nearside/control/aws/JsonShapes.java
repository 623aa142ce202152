package dev.nearside.control.aws;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.protocols.core.OperationInfo;
import software.amazon.awssdk.protocols.json.AwsJsonProtocol;
import software.amazon.awssdk.protocols.json.AwsJsonProtocolMetadata;
import software.amazon.awssdk.protocols.json.internal.AwsStructuredPlainJsonFactory;
import software.amazon.awssdk.protocols.json.internal.marshall.JsonProtocolMarshallerBuilder;
import software.amazon.awssdk.protocols.json.internal.unmarshall.DefaultProtocolUnmarshallDependencies;
import software.amazon.awssdk.protocols.json.internal.unmarshall.JsonProtocolUnmarshaller;
import software.amazon.awssdk.protocols.json.internal.unmarshall.JsonUnmarshaller;
import software.amazon.awssdk.protocols.json.internal.unmarshall.JsonUnmarshallerContext;
import software.amazon.awssdk.protocols.json.internal.unmarshall.JsonUnmarshallerRegistry;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.JsonNodeParser;
import software.amazon.awssdk.protocols.jsoncore.JsonValueNodeFactory;
import software.amazon.awssdk.thirdparty.jackson.core.JsonFactory;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;
import software.amazon.awssdk.thirdparty.jackson.core.StreamReadConstraints;

/** SDK shapes to and from JSON, by the SDK's own code. */
public final class JsonShapes {

    static final String JSON = "application/json";

    /** The one map whose service has its own words for a null in it: Lambda names the variable. */
    private static final String VARIABLES = "Environment.Variables";

    private static final URI NOWHERE = URI.create("http://localhost/");

    private static final AwsJsonProtocolMetadata METADATA = AwsJsonProtocolMetadata.builder()
            .protocol(AwsJsonProtocol.REST_JSON)
            .protocolVersion("1.1")
            .contentType(JSON)
            .build();

    private static final OperationInfo WHOLE_BODY = OperationInfo.builder()
            .requestUri("/")
            .httpMethod(SdkHttpMethod.POST)
            .hasPayloadMembers(true)
            .hasImplicitPayloadMembers(true)
            .build();

    /** A zip travels as one string, longer than what a JSON parser usually takes for sane. */
    private static final JsonFactory LONG_STRINGS = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonNodeParser PARSER =
            JsonNodeParser.builder().jsonFactory(LONG_STRINGS).build();

    private static final SdkHttpFullResponse NO_HEADERS = SdkHttpFullResponse.builder()
            .statusCode(200)
            .content(AbortableInputStream.createEmpty())
            .build();

    private static final JsonProtocolUnmarshaller UNMARSHALLER = unmarshaller();

    private JsonShapes() {}

    /**
     * Reads a structure's members from a JSON object; members that do not travel in bodies stay unset.
     *
     * @param builder of the structure, to be filled
     * @throws AwsError if it is no JSON object or a value does not fit its member
     */
    public static SdkPojo read(byte[] json, SdkPojo builder) {
        try {
            JsonNode content = PARSER.parse(new ByteArrayInputStream(json));
            if (!content.isObject()) {
                throw new IllegalArgumentException("expected an object");
            }
            return UNMARSHALLER.unmarshall(builder, NO_HEADERS, content);
        } catch (RuntimeException e) {
            // The SDK has no type of its own for a value that does not fit, for example a string for a number.
            throw unusable(fault(e));
        }
    }

    /**
     * The same for what a caller sends. A member may be null, which leaves it unset; an item of a list or a value of a
     * map may not, nor may a text hold U+0000, which no service takes and PostgreSQL does not store.
     *
     * @throws AwsError if it cannot be used
     */
    static SdkPojo readRequest(byte[] json, SdkPojo builder) {
        SdkPojo read = read(json, builder);
        requireUsable(read, "");
        return read;
    }

    private static AwsError unusable(String fault) {
        return AwsError.badRequest("SerializationException", "The JSON in the request cannot be used: " + fault);
    }

    private static void requireUsable(SdkPojo shape, String path) {
        for (SdkField<?> field : shape.sdkFields()) {
            requireUsable(field.getValueOrDefault(shape), path + field.memberName());
        }
    }

    /** The message says where, and never what: it may be a secret. */
    private static void requireUsable(@Nullable Object value, String path) {
        switch (value) {
            case null -> {}
            case String text -> requireNoNul(text, path);
            case SdkPojo shape -> requireUsable(shape, path + ".");
            case List<?> list -> list.forEach(item -> requireUsable(present(item, path), path));
            case Map<?, ?> map ->
                map.forEach((key, item) -> {
                    requireNoNul(String.valueOf(key), path);
                    requireUsable(path.equals(VARIABLES) ? item : present(item, path), path);
                });
            default -> {}
        }
    }

    private static void requireNoNul(String text, String path) {
        if (text.indexOf(0) >= 0) {
            throw unusable(path + " has the character U+0000, expected text without it");
        }
    }

    private static Object present(@Nullable Object item, String path) {
        if (item == null) {
            throw unusable(path + " has a null in it, expected values only");
        }
        return item;
    }

    /** What is wrong; of text that is no JSON the place only, since a parser quotes what it stumbles over: a secret even. */
    private static String fault(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonProcessingException parser && parser.getLocation() != null) {
                return "it is not well-formed at line " + parser.getLocation().getLineNr() + ", column "
                        + parser.getLocation().getColumnNr();
            }
        }
        return String.valueOf(e.getMessage());
    }

    /** A structure as one JSON object. */
    public static byte[] write(SdkPojo shape) {
        SdkHttpFullRequest marshalled = JsonProtocolMarshallerBuilder.create()
                .endpoint(NOWHERE)
                .jsonGenerator(AwsStructuredPlainJsonFactory.SDK_JSON_FACTORY.createWriter(JSON))
                .contentType(JSON)
                .operationInfo(WHOLE_BODY)
                .sendExplicitNullForPayload(false)
                .protocolMetadata(METADATA)
                .build()
                .marshall(shape);
        return Shapes.body(marshalled);
    }

    private static JsonProtocolUnmarshaller unmarshaller() {
        var dependencies = JsonProtocolUnmarshaller.defaultProtocolUnmarshallDependencies();
        return JsonProtocolUnmarshaller.builder()
                .parser(PARSER)
                .protocolUnmarshallDependencies(DefaultProtocolUnmarshallDependencies.builder()
                        .jsonUnmarshallerRegistry(new BodyOnly(dependencies.jsonUnmarshallerRegistry()))
                        .nodeValueFactory(JsonValueNodeFactory.DEFAULT)
                        .timestampFormats(dependencies.timestampFormats())
                        .jsonFactory(LONG_STRINGS)
                        .build())
                .build();
    }

    /** The SDK reads responses, which have no members in paths or queries: those it is told to leave alone. */
    private record BodyOnly(JsonUnmarshallerRegistry body) implements JsonUnmarshallerRegistry {
        @Override
        public <T> JsonUnmarshaller<Object> getUnmarshaller(MarshallLocation location, MarshallingType<T> type) {
            return location == MarshallLocation.PAYLOAD ? body.getUnmarshaller(location, type) : BodyOnly::leaveUnset;
        }

        private static @Nullable Object leaveUnset(
                JsonUnmarshallerContext context, JsonNode node, SdkField<Object> field) {
            return null;
        }
    }
}
