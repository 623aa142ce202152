package dev.nearside.simulator.apply.stack;

/**
 * What is to be done about one resource.
 *
 * @param detail why, or what changes; may be empty
 */
public record Step(Action action, String logicalId, String type, String detail) {

    private static final int SIGN = 3;
    private static final int WORD = 8;

    /** The step as a line. */
    @Override
    public String toString() {
        String head = pad(action.sign(), SIGN) + " " + pad(action.word(), WORD) + logicalId + "  " + type;
        return detail.isEmpty() ? head : head + "  " + detail;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
