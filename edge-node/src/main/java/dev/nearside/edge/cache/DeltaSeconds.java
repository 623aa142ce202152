package dev.nearside.edge.cache;

import java.util.OptionalLong;

/** The delta-seconds of RFC 9111 §1.2.2: a number of seconds without sign or fraction. */
final class DeltaSeconds {

    /** The largest number of seconds that means anything: RFC 9111 §1.2.2 lets larger ones be this. */
    static final long MAX = 2_147_483_648L;

    private DeltaSeconds() {}

    /** The number, cut to {@link #MAX}; empty if the text is anything but digits. */
    static OptionalLong parse(String text) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalLong.empty();
            }
            seconds = Math.min(MAX, 10 * seconds + (c - '0'));
        }
        return OptionalLong.of(seconds);
    }
}
