package dev.nearside.simulator.geo;

/** A place that the atlas does not have; its message says what was asked for and what comes near. */
public final class UnknownPlaceException extends RuntimeException {

    public UnknownPlaceException(String message) {
        super(message);
    }
}
