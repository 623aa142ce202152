package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** What CloudFront finds wrong with a configuration before it looks at its meaning. */
final class ConfigErrors {

    private static final int MAX_NAME = 128;
    private static final int MAX_COMMENT = 128;

    /** What PostgreSQL can keep in an index without cutting it. */
    private static final int MAX_REFERENCE_BYTES = 2_048;

    private static final Pattern POLICY_NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private ConfigErrors() {}

    static AwsError invalidArgument(String message) {
        return AwsError.badRequest("InvalidArgument", message);
    }

    /**
     * A member that must be there.
     *
     * @throws AwsError if it is not
     */
    static <T> T require(@Nullable T value, String member) {
        if (value == null) {
            throw AwsError.badRequest(
                    "MalformedXML",
                    "1 validation error detected: Value null at '" + member
                            + "' failed to satisfy constraint: Member must not be null");
        }
        return value;
    }

    /**
     * A caller reference, by which a call that is made twice is known.
     *
     * @throws AwsError if there is none, or it is longer than what a database finds by
     */
    static String reference(@Nullable String value, String member) {
        String given = require(value, member);
        int bytes = given.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_REFERENCE_BYTES) {
            throw invalidArgument(
                    "The parameter " + member + " has " + bytes + " bytes, expected 1 to " + MAX_REFERENCE_BYTES);
        }
        return given;
    }

    /** A number within bounds, or the default if there is none. */
    static int range(@Nullable Integer value, Range range) {
        if (value == null) {
            return range.usual;
        }
        if (value < range.least || value > range.most) {
            throw AwsError.badRequest(
                    range.code,
                    "The parameter " + range.member + " is " + value + ", expected " + range.least + " to "
                            + range.most);
        }
        return value;
    }

    /**
     * The bounds of a number.
     *
     * @param code AWS's error code for a number outside them
     * @param usual what absence means
     */
    record Range(String member, String code, int least, int most, int usual) {}

    /**
     * Checks what every policy has.
     *
     * @throws AwsError if the name is not 1 to 128 letters, digits, hyphens and underscores, or the comment is too long
     */
    static void checkPolicyName(@Nullable String name, @Nullable String comment) {
        checkName(name, comment);
        if (!POLICY_NAME.matcher(String.valueOf(name)).matches()) {
            throw invalidArgument("The parameter Name '" + name
                    + "' is not valid, expected letters, digits, hyphens and underscores");
        }
    }

    /**
     * Checks what everything has that is known by a name.
     *
     * @throws AwsError if the name does not have 1 to 128 characters, or the comment has more
     */
    static void checkName(@Nullable String name, @Nullable String comment) {
        String given = require(name, "name");
        if (given.isBlank() || given.length() > MAX_NAME) {
            throw invalidArgument("The parameter Name '" + given + "' has " + given.length()
                    + " characters, expected 1 to " + MAX_NAME + " and not blanks alone");
        }
        if (comment != null && comment.length() > MAX_COMMENT) {
            throw invalidArgument(
                    "The parameter Comment has " + comment.length() + " characters, expected at most " + MAX_COMMENT);
        }
    }

    /**
     * Compares every {@code Quantity} with the number of {@code Items} beside it.
     *
     * @throws AwsError if two do not agree
     */
    static void checkQuantities(SdkPojo shape, String where) {
        Integer quantity = null;
        int items = 0;
        for (SdkField<?> field : shape.sdkFields()) {
            Object value = field.getValueOrDefault(shape);
            if (field.memberName().equals("Quantity") && value instanceof Integer given) {
                quantity = given;
            } else if (field.memberName().equals("Items") && value instanceof List<?> given) {
                items = given.size();
            }
            descend(value, where + "." + field.memberName());
        }
        if (quantity != null && quantity != items) {
            throw AwsError.badRequest(
                    "InconsistentQuantities",
                    "The value of Quantity and the size of Items don't match: " + where + " has Quantity " + quantity
                            + " and " + items + " items");
        }
    }

    private static void descend(@Nullable Object value, String where) {
        if (value instanceof SdkPojo inner) {
            checkQuantities(inner, where);
        } else if (value instanceof List<?> list) {
            list.forEach(item -> descend(item, where));
        }
    }
}
