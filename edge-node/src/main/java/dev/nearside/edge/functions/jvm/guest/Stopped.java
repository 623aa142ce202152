package dev.nearside.edge.functions.jvm.guest;

/** Ends a guest that was stopped; it may be caught, but the next step throws it again. */
final class Stopped extends Error {

    private static final long serialVersionUID = 1;

    Stopped() {
        super("stopped", null, false, false);
    }
}
