package dev.nearside.origin.dial;

/** A dial parameter that cannot be obeyed; its message names the parameter, its value and what was expected. */
final class DialException extends Exception {

    private final String text;

    DialException(String text) {
        super(text);
        this.text = text;
    }

    /** The message, which is always there. */
    String text() {
        return text;
    }
}
