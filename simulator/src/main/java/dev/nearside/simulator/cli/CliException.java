package dev.nearside.simulator.cli;

/** A command that ends early; its message is all that the user sees of it. */
final class CliException extends RuntimeException {

    private final int exitCode;

    private CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What was asked for makes no sense. */
    static CliException usage(String message) {
        return new CliException(Main.USAGE, message);
    }

    /** What was asked for could not be done. */
    static CliException failure(String message) {
        return new CliException(Main.FAILURE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
