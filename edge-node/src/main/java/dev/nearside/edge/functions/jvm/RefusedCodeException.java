package dev.nearside.edge.functions.jvm;

/** A class of a guest's uses what a guest may not; the message names both and stands alone. */
final class RefusedCodeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    RefusedCodeException(String message) {
        super(message);
    }
}
