package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.integer;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * Bytes across the border, and text to bytes and back in Node's encodings.
 *
 * <p>The guest passes a range of an {@code ArrayBuffer} as three arguments (buffer, offset, length) and gets a
 * {@link ByteBuffer}, which it copies into its own memory.
 */
final class HostBytes {

    private static final byte[] NOTHING = {};

    private HostBytes() {}

    static void addTo(Map<String, Object> functions) {
        functions.put("encode", host(arguments -> ByteBuffer.wrap(encode(text(arguments, 0), text(arguments, 1)))));
        functions.put("decode", host(arguments -> decode(bytes(arguments, 0), text(arguments, 3))));
        functions.put("domainToAscii", host(arguments -> domainToAscii(text(arguments, 0))));
        functions.put("domainToUnicode", host(arguments -> IDN.toUnicode(text(arguments, 0))));
        functions.put("indexOf", host(arguments -> ByteSearch.indexOf(bytes(arguments, 0), bytes(arguments, 3))));
    }

    /** The range of a guest's buffer that begins at that argument; empty if it is no range of a buffer. */
    static byte[] bytes(Value[] arguments, int index) {
        if (index + 2 >= arguments.length || !arguments[index].hasBufferElements()) {
            return NOTHING;
        }
        long offset = integer(arguments, index + 1);
        int length = integer(arguments, index + 2);
        if (offset < 0 || length <= 0 || offset + length > arguments[index].getBufferSize()) {
            return NOTHING;
        }
        byte[] copy = new byte[length];
        arguments[index].readBuffer(offset, copy, 0, length);
        return copy;
    }

    /** Text as bytes; the encodings are Node's names, lower case. */
    static byte[] encode(String text, String encoding) {
        return switch (encoding) {
            case "latin1", "ascii" -> latin1(text);
            case "utf16le" -> text.getBytes(StandardCharsets.UTF_16LE);
            case "hex" -> fromHex(text);
            case "base64", "base64url" -> fromBase64(text);
            default -> utf8(text);
        };
    }

    /** Bytes as text; the encodings are Node's names, lower case. */
    static String decode(byte[] bytes, String encoding) {
        return switch (encoding) {
            case "latin1" -> new String(bytes, StandardCharsets.ISO_8859_1);
            case "ascii" -> ascii(bytes);
            case "utf16le" -> new String(bytes, 0, bytes.length & ~1, StandardCharsets.UTF_16LE);
            case "hex" -> HexFormat.of().formatHex(bytes);
            case "base64" -> Base64.getEncoder().encodeToString(bytes);
            case "base64url" -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            default -> new String(bytes, StandardCharsets.UTF_8);
        };
    }

    /** A lone surrogate becomes U+FFFD, where Java's own encoder writes a question mark. */
    private static byte[] utf8(String text) {
        boolean lone = false;
        for (int i = 0; i < text.length() && !lone; i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    lone = true;
                }
            }
        }
        String whole = lone
                ? text.codePoints()
                        .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                : text;
        return whole.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    private static String ascii(byte[] bytes) {
        byte[] masked = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            masked[i] = (byte) (bytes[i] & 0x7F);
        }
        return new String(masked, StandardCharsets.ISO_8859_1);
    }

    /** Pairs of digits up to the first that is none. */
    private static byte[] fromHex(String text) {
        byte[] bytes = new byte[text.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            int high = hexDigit(text.charAt(2 * i));
            int low = hexDigit(text.charAt(2 * i + 1));
            if (high < 0 || low < 0) {
                return Arrays.copyOf(bytes, i);
            }
            bytes[i] = (byte) (high << 4 | low);
        }
        return bytes;
    }

    private static int hexDigit(char digit) {
        return digit < 128 ? Character.digit(digit, 16) : -1;
    }

    /** Both alphabets at once, characters outside them skipped, up to the first padding. */
    private static byte[] fromBase64(String text) {
        byte[] bytes = new byte[(int) (text.length() * 3L / 4)];
        int filled = 0;
        int bits = 0;
        int bitCount = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '=') {
                break;
            }
            int value = base64Digit(character);
            if (value >= 0) {
                bits = bits << 6 | value;
                bitCount += 6;
                if (bitCount >= 8) {
                    bitCount -= 8;
                    bytes[filled++] = (byte) (bits >> bitCount);
                }
            }
        }
        return Arrays.copyOf(bytes, filled);
    }

    private static int base64Digit(char character) {
        if (character >= 'A' && character <= 'Z') {
            return character - 'A';
        }
        if (character >= 'a' && character <= 'z') {
            return character - 'a' + 26;
        }
        if (character >= '0' && character <= '9') {
            return character - '0' + 52;
        }
        return switch (character) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> -1;
        };
    }

    /** Null if it is no domain name. */
    private static @Nullable String domainToAscii(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
