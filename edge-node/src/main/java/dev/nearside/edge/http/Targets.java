package dev.nearside.edge.http;

import java.util.Locale;

/** Request targets and authorities (RFC 9112 §3.2). */
public final class Targets {

    private Targets() {}

    /**
     * An authority's host alone: {@code a.test:8080} becomes {@code a.test}. Colons within an IPv6 literal are no
     * port's, in brackets (RFC 3986 §3.2.2) or without.
     */
    public static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon > 0
                && authority.indexOf(']', colon) < 0
                && (authority.indexOf(':') == colon || authority.charAt(0) == '[');
        return port ? authority.substring(0, colon) : authority;
    }

    /** The same target with every byte beyond ASCII percent-encoded (RFC 3986 §2.1); one char stands for one byte. */
    public static String encoded(String target) {
        int i = 0;
        while (i < target.length() && target.charAt(i) < 0x80) {
            i++;
        }
        if (i == target.length()) {
            return target;
        }
        StringBuilder encoded = new StringBuilder(target.length() + 16).append(target, 0, i);
        for (; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c < 0x80) {
                encoded.append(c);
            } else {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", c & 0xff));
            }
        }
        return encoded.toString();
    }
}
