package dev.nearside.simulator.apply.resource;

/** Something that cannot be done, for a reason other than the template; the message is one line. */
public final class ApplyException extends RuntimeException {

    public ApplyException(String message) {
        super(message);
    }

    public ApplyException(String message, Throwable cause) {
        super(message, cause);
    }
}
