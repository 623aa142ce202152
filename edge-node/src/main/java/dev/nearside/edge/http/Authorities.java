package dev.nearside.edge.http;

/** The host and port that a request names (RFC 9110 §7.2, RFC 3986 §3.2). */
public final class Authorities {

    private static final int MAX_HOST_CHARS = 255;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_PORT = 65_535;

    private Authorities() {}

    /**
     * Whether the text is a host name, an IPv4 address or an IPv6 address in brackets, with or without a port. Narrower
     * than the grammar of RFC 3986: no user information, no percent-encoding, no sub-delimiters and no empty port,
     * because no real host has them and two readers may take them differently.
     */
    public static boolean isHostAndPort(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : endOfName(text);
        boolean hostIsSound =
                text.startsWith("[") ? end > 2 && isAddress(text, 1, end - 1) : end > 0 && end <= MAX_HOST_CHARS;
        return hostIsSound && (end == text.length() || (text.charAt(end) == ':' && isPort(text, end + 1)));
    }

    private static int endOfName(String text) {
        int i = 0;
        while (i < text.length() && isNameChar(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isNameChar(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._".indexOf(c) >= 0;
    }

    private static boolean isAddress(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isPort(String text, int start) {
        int digits = text.length() - start;
        if (digits < 1 || digits > MAX_PORT_DIGITS) {
            return false;
        }
        int port = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = 10 * port + (c - '0');
        }
        return port >= 1 && port <= MAX_PORT;
    }
}
