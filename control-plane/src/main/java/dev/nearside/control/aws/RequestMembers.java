package dev.nearside.control.aws;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.PayloadTrait;

/** Sets the members of an SDK request that travel outside the body: in the path, the query and the headers. */
final class RequestMembers {

    private RequestMembers() {}

    static void set(SdkPojo builder, WireRequest request, Map<String, String> pathMembers) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (isListInQuery(field)) {
                setList(builder, field, request);
                continue;
            }
            String text = switch (field.location()) {
                case PATH, GREEDY_PATH -> pathMembers.get(field.locationName());
                case QUERY_PARAM -> first(request.query().get(field.locationName()));
                case HEADER -> request.headers().get(field.locationName());
                case PAYLOAD, STATUS_CODE -> null;
            };
            if (text != null) {
                field.set(builder, convert(field, text));
            }
        }
    }

    /** A parameter that may be given several times, for example the keys of tags. */
    private static boolean isListInQuery(SdkField<?> field) {
        return field.location() == MarshallLocation.QUERY_PARAM
                && field.marshallingType().getKnownType() == MarshallingKnownType.LIST;
    }

    private static void setList(SdkPojo builder, SdkField<?> field, WireRequest request) {
        List<String> values = request.query().get(field.locationName());
        if (values != null) {
            field.set(builder, List.copyOf(values));
        }
    }

    /** Sets scalar members from a form. */
    static void setFromForm(SdkPojo builder, Map<String, List<String>> form) {
        for (SdkField<?> field : builder.sdkFields()) {
            String text = first(form.get(field.locationName()));
            if (text != null) {
                field.set(builder, convert(field, text));
            }
        }
    }

    /** Whether some members are elements of a body that is the request itself. */
    static boolean areInBody(SdkPojo builder) {
        return builder.sdkFields().stream().anyMatch(RequestMembers::isInBody);
    }

    /** Those of them that have members of their own. */
    static List<SdkField<?>> structuresInBody(SdkPojo builder) {
        return builder.sdkFields().stream()
                .filter(field -> isInBody(field) && isStructure(field))
                .toList();
    }

    private static boolean isStructure(SdkField<?> field) {
        return field.marshallingType().getKnownType() == MarshallingKnownType.SDK_POJO;
    }

    /** Sets the others, which are texts. */
    static void setFromBody(SdkPojo builder, Map<String, String> texts) {
        for (SdkField<?> field : builder.sdkFields()) {
            String text = isInBody(field) && !isStructure(field) ? texts.get(field.locationName()) : null;
            if (text != null) {
                field.set(builder, convert(field, text));
            }
        }
    }

    private static boolean isInBody(SdkField<?> field) {
        return field.location() == MarshallLocation.PAYLOAD && !field.containsTrait(PayloadTrait.class);
    }

    /** A scalar from its text. */
    static Object convert(SdkField<?> field, String text) {
        try {
            return switch (field.marshallingType().getKnownType()) {
                case STRING -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case BOOLEAN -> Boolean.valueOf(text);
                case SDK_BYTES -> bytes(field, text);
                default ->
                    throw new IllegalStateException("member " + field.memberName() + " of type "
                            + field.marshallingType().getKnownType() + " cannot travel outside the body");
            };
        } catch (NumberFormatException _) {
            throw AwsError.badRequest(
                    "ValidationException",
                    "'" + text + "' is not valid for " + field.locationName() + ", expected a whole number");
        }
    }

    private static SdkBytes bytes(SdkField<?> field, String base64) {
        try {
            return SdkBytes.fromByteArray(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw AwsError.badRequest(
                    "ValidationException", field.locationName() + " is not valid base64: " + e.getMessage());
        }
    }

    private static @Nullable String first(@Nullable List<String> values) {
        return values == null || values.isEmpty() ? null : values.getFirst();
    }
}
