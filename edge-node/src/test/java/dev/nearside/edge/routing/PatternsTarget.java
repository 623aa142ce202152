package dev.nearside.edge.routing;

import java.nio.charset.StandardCharsets;

/** Any text as a path pattern and a path, divided by a NUL: the answer of a table of all prefixes. */
public final class PatternsTarget {

    private PatternsTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int divider = Math.max(0, text.indexOf('\0'));
        String pattern = text.substring(0, divider);
        String path = "/" + text.substring(divider);
        boolean matches = PathPattern.of(pattern).matches(path);
        if (matches != byTable(PathPattern.of(pattern).toString(), path)) {
            throw new AssertionError("'" + pattern + "' on '" + path + "' is " + matches);
        }
    }

    private static boolean byTable(String pattern, String path) {
        boolean[] reached = new boolean[path.length() + 1];
        reached[0] = true;
        for (int at = 0; at < pattern.length(); at++) {
            char p = pattern.charAt(at);
            boolean[] next = new boolean[path.length() + 1];
            for (int i = 0; i <= path.length(); i++) {
                if (p == '*') {
                    next[i] = reached[i] || (i > 0 && next[i - 1]);
                } else {
                    next[i] = i > 0 && reached[i - 1] && (p == '?' || p == path.charAt(i - 1));
                }
            }
            reached = next;
        }
        return reached[path.length()];
    }
}
