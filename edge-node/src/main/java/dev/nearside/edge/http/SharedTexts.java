package dev.nearside.edge.http;

/**
 * Keeps one copy of texts that many stored responses have in common, such as field names, media types and cache
 * directives. A table of fixed size in which a new text takes the place of whatever has its slot: what is common comes
 * back at once, and what is not costs one slot until the next. Any thread may use it; a lost race costs one copy.
 */
public final class SharedTexts {

    private static final int SLOTS = 4_096;
    private static final int MAX_LENGTH = 100;

    private static final String[] TABLE = new String[SLOTS];

    private SharedTexts() {}

    /** The text itself or an equal one that others use too. */
    @SuppressWarnings("NullAway") // a slot is null until it is used
    public static String shared(String text) {
        if (text.length() > MAX_LENGTH) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        // Safe without a lock: texts are immutable, and the slot is read once.
        String there = TABLE[slot];
        if (text.equals(there)) {
            return there;
        }
        TABLE[slot] = text;
        return text;
    }

    /** Fields made of shared texts. */
    public static Fields shared(Fields fields) {
        return fields.mapped(SharedTexts::shared);
    }

    /** A head made of shared texts. */
    public static ResponseHead shared(ResponseHead head) {
        return new ResponseHead(head.status(), shared(head.reason()), shared(head.headers()));
    }
}
