package dev.nearside.edge.functions;

/** A function's answer that breaks one of Lambda@Edge's rules; the message names the rule, the value and what is allowed. */
public final class InvalidResultException extends Exception {
    InvalidResultException(String message) {
        super(message);
    }
}
