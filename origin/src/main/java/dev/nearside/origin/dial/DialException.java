package dev.nearside.origin.dial;

/** A dial parameter that cannot be obeyed; its message names the parameter, its value and what was expected. */
final class DialException extends Exception {

    private final String text;

    DialException(String text) {
        super(text);
        this.text = text.replace("\r", "\\r").replace("\n", "\\n");
    }

    /** The message on one line, whatever the value held. */
    String text() {
        return text;
    }
}
