package dev.nearside.simulator.apply.template;

/** A template that cannot be used as it is; the message is one line and says where. */
public final class TemplateException extends RuntimeException {

    private final int line;

    /**
     * Something wrong on a line.
     *
     * @param line counted from 1; 0 if it belongs to no line
     */
    public TemplateException(int line, String message) {
        super(message);
        this.line = line;
    }

    /** Counted from 1; 0 if it belongs to no line. */
    public int line() {
        return line;
    }
}
