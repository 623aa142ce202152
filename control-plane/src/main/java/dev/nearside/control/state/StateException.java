package dev.nearside.control.state;

/** State that cannot be read or written; its message says what was tried and where. */
public class StateException extends RuntimeException {

    public StateException(String message) {
        super(message);
    }

    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
