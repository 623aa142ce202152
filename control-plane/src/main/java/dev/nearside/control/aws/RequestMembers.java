package dev.nearside.control.aws;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

    /** Whether some of those are more than one text. */
    static boolean areStructuresInBody(SdkPojo builder) {
        return builder.sdkFields().stream()
                .filter(RequestMembers::isInBody)
                .map(field -> field.marshallingType().getKnownType())
                .anyMatch(type -> type == MarshallingKnownType.SDK_POJO
                        || type == MarshallingKnownType.LIST
                        || type == MarshallingKnownType.SDK_BYTES);
    }

    /** Sets those members, which are scalars. */
    static void setFromBody(SdkPojo builder, Map<String, String> texts) {
        for (SdkField<?> field : builder.sdkFields()) {
            String text = isInBody(field) ? texts.get(field.locationName()) : null;
            if (text != null) {
                field.set(builder, convert(field, text));
            }
        }
    }

    private static boolean isInBody(SdkField<?> field) {
        return field.location() == MarshallLocation.PAYLOAD && !field.containsTrait(PayloadTrait.class);
    }

    private static Object convert(SdkField<?> field, String text) {
        try {
            return switch (field.marshallingType().getKnownType()) {
                case STRING -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case BOOLEAN -> Boolean.valueOf(text);
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

    private static @Nullable String first(@Nullable List<String> values) {
        return values == null || values.isEmpty() ? null : values.getFirst();
    }
}
