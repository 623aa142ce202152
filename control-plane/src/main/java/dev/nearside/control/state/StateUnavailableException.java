package dev.nearside.control.state;

/**
 * A database that cannot be reached just now. What was under way is not acknowledged; it is kept if the connection broke
 * after the commit had arrived, and undone if it broke before.
 */
public final class StateUnavailableException extends StateException {

    public StateUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
