package dev.nearside.edge.functions.cloudfront;

/** A function answered what it may not; the message is for its author. */
final class InvalidAnswerException extends Exception {

    InvalidAnswerException(String message) {
        super(message);
    }
}
