package dev.nearside.edge.framing;

/** Which bytes may stand where in a head; pure. */
final class Characters {

    private Characters() {}

    /** What a value may hold: blanks, visible characters and bytes beyond ASCII (RFC 9110 §5.5). */
    static boolean isText(int b) {
        return (b >= ' ' && b != 0x7f) || b == '\t';
    }

    private static final boolean[] TOKEN_CHARS = new boolean[256];

    static {
        for (int b = '0'; b <= 'z'; b++) {
            TOKEN_CHARS[b] = Character.isLetterOrDigit(b);
        }
        "!#$%&'*+-.^_`|~".chars().forEach(b -> TOKEN_CHARS[b] = true);
    }

    /** RFC 9110 §5.6.2. */
    static boolean isTokenChar(int b) {
        return TOKEN_CHARS[b];
    }
}
