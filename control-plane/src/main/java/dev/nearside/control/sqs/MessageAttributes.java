package dev.nearside.control.sqs;

import dev.nearside.control.aws.JsonShapes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** What messages carry beside their bodies: how it is checked, stored, chosen and digested. */
public final class MessageAttributes {

    private static final int MAX_ATTRIBUTES = 10;
    private static final Pattern NAME = Pattern.compile("(?!\\.)(?!.*\\.\\.)[A-Za-z0-9_.-]{1,256}(?<!\\.)");
    private static final Pattern TYPE = Pattern.compile("(String|Number|Binary)(\\..{1,249})?");
    private static final int TEXT_FOLLOWS = 1;
    private static final int BYTES_FOLLOW = 2;

    private MessageAttributes() {}

    static void check(Map<String, MessageAttributeValue> attributes) {
        if (attributes.size() > MAX_ATTRIBUTES) {
            throw SqsErrors.invalidParameter(
                    "Number of message attributes [" + attributes.size() + "] exceeds the allowed maximum [10].");
        }
        attributes.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw SqsErrors.invalidParameter("The message attribute name '" + name
                        + "' is invalid, expected at most 256 letters, digits, _, - and single dots inside.");
            }
            String type = value.dataType() == null ? "" : value.dataType();
            if (!TYPE.matcher(type).matches()) {
                throw SqsErrors.invalidParameter("The type of message attribute '" + name + "' is invalid: '" + type
                        + "', expected Binary, Number or String, with or without a label.");
            }
            boolean binary = type.startsWith("Binary");
            boolean given = binary
                    ? value.binaryValue() != null && value.binaryValue().asByteArrayUnsafe().length > 0
                    : value.stringValue() != null && !value.stringValue().isEmpty();
            if (!given) {
                throw SqsErrors.invalidParameter("The message attribute '" + name + "' of type " + type
                        + " must have a non-empty " + (binary ? "BinaryValue" : "StringValue") + ".");
            }
        });
    }

    /** What they weigh of a message's size: names, types and values. */
    static int bytes(Map<String, MessageAttributeValue> attributes) {
        return attributes.entrySet().stream()
                .mapToInt(entry -> utf8(entry.getKey()).length
                        + utf8(entry.getValue().dataType()).length
                        + value(entry.getValue()).length)
                .sum();
    }

    static String toJson(Map<String, MessageAttributeValue> attributes) {
        return new String(
                JsonShapes.write(Message.builder().messageAttributes(attributes).build()), StandardCharsets.UTF_8);
    }

    static Map<String, MessageAttributeValue> fromJson(String stored) {
        Message message = (Message) JsonShapes.read(utf8(stored), Message.builder());
        return message.messageAttributes();
    }

    /** Those that a caller wants: by name, by {@code prefix.*}, or all. */
    static Map<String, MessageAttributeValue> chosen(
            Map<String, MessageAttributeValue> attributes, List<String> wanted) {
        Map<String, MessageAttributeValue> chosen = new TreeMap<>();
        attributes.forEach((name, value) -> {
            boolean isWanted = wanted.stream()
                    .anyMatch(one -> one.equals("All")
                            || one.equals(name)
                            || (one.endsWith(".*") && name.startsWith(one.substring(0, one.length() - 2))));
            if (isWanted) {
                chosen.put(name, value);
            }
        });
        return chosen;
    }

    /** SQS's digest, by which clients check that attributes arrived as they were sent; null for none. */
    public static @Nullable String md5(Map<String, MessageAttributeValue> attributes) {
        if (attributes.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream digested = new ByteArrayOutputStream();
        new TreeMap<>(attributes).forEach((name, value) -> {
            part(digested, utf8(name));
            part(digested, utf8(value.dataType()));
            digested.write(value.dataType().startsWith("Binary") ? BYTES_FOLLOW : TEXT_FOLLOWS);
            part(digested, value(value));
        });
        return md5(digested.toByteArray());
    }

    /** The digest of a message's body. */
    public static String md5(String body) {
        return md5(utf8(body));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(MessageAttributeValue value) {
        SdkBytes binary = value.binaryValue();
        return value.dataType().startsWith("Binary") && binary != null
                ? binary.asByteArrayUnsafe()
                : utf8(value.stringValue());
    }

    private static void part(ByteArrayOutputStream digested, byte[] bytes) {
        digested.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digested.writeBytes(bytes);
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
