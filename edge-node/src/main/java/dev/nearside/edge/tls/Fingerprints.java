package dev.nearside.edge.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a viewer's software looks like from the way in which it begins a TLS handshake.
 *
 * @param ja3 32 hexadecimal digits, after Salesforce's JA3; empty if it is not known
 * @param ja4 36 characters, after FoxIO's JA4; empty if it is not known
 */
public record Fingerprints(String ja3, String ja4) {

    /** Of what cannot be read. */
    public static final Fingerprints UNKNOWN = new Fingerprints("", "");

    private static final int JA4_HASH_LENGTH = 12;
    private static final String JA4_HASH_OF_NOTHING = "0".repeat(JA4_HASH_LENGTH);
    private static final int JA4_MAX_COUNT = 99;

    /**
     * The fingerprints of a ClientHello.
     *
     * @param body the message after its type and length, whatever it holds
     */
    public static Fingerprints of(byte[] body) {
        ClientHello hello = ClientHello.parse(body);
        return hello == null ? UNKNOWN : new Fingerprints(hash("MD5", ja3Text(hello)), ja4(hello));
    }

    /** JA3: version, cipher suites, extensions, groups and point formats in decimal. */
    static String ja3Text(ClientHello hello) {
        return hello.version() + "," + decimal(hello.cipherSuites()) + "," + decimal(hello.extensions()) + ","
                + decimal(hello.groups()) + "," + decimal(hello.pointFormats());
    }

    private static String decimal(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }

    private static String ja4(ClientHello hello) {
        List<Integer> extensions = hello.extensions();
        String first = "t" + version(hello) + (extensions.contains(ClientHello.SERVER_NAME) ? "d" : "i")
                + count(hello.cipherSuites()) + count(extensions) + ends(hello.firstProtocol());
        String suites = hex(hello.cipherSuites().stream().sorted().toList());
        String others = hex(extensions.stream()
                .filter(type -> type != ClientHello.SERVER_NAME && type != ClientHello.ALPN)
                .sorted()
                .toList());
        String algorithms = hex(hello.signatureAlgorithms());
        return first + "_" + shortHash(suites) + "_"
                + shortHash(algorithms.isEmpty() ? others : others + "_" + algorithms);
    }

    private static String version(ClientHello hello) {
        int highest = hello.supportedVersions().stream().max(Integer::compare).orElse(hello.version());
        return switch (highest) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            case 0x0300 -> "s3";
            case 0x0002 -> "s2";
            default -> "00";
        };
    }

    private static String count(List<Integer> numbers) {
        return String.format(Locale.ROOT, "%02d", Math.min(numbers.size(), JA4_MAX_COUNT));
    }

    /** First and last character of a protocol's name, or of its bytes in hexadecimal if one of the two is no letter. */
    private static String ends(String protocol) {
        if (protocol.isEmpty()) {
            return "00";
        }
        char first = protocol.charAt(0);
        char last = protocol.charAt(protocol.length() - 1);
        if (isAlphanumeric(first) && isAlphanumeric(last)) {
            return "" + first + last;
        }
        return "" + Character.forDigit(first >> 4, 16) + Character.forDigit(last & 0xf, 16);
    }

    private static boolean isAlphanumeric(char c) {
        return c < 0x80 && Character.isLetterOrDigit(c);
    }

    private static String hex(List<Integer> numbers) {
        return numbers.stream()
                .map(number -> HexFormat.of().toHexDigits((short) (int) number))
                .collect(Collectors.joining(","));
    }

    private static String shortHash(String text) {
        return text.isEmpty() ? JA4_HASH_OF_NOTHING : hash("SHA-256", text).substring(0, JA4_HASH_LENGTH);
    }

    private static String hash(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
