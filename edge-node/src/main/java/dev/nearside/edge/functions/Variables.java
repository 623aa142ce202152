package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.Map;
import java.util.function.Consumer;

/** The environment variables of one version, as an execution environment that starts gets them. */
@FunctionalInterface
public interface Variables {

    /**
     * Asks for them; never blocks.
     *
     * @param opened gets them, at once or later, on any thread
     * @param refused gets the reason instead, if the environment may not start
     */
    void open(Consumer<Map<String, String>> opened, Consumer<Failures.Failure> refused);

    /** Where the variables of any version come from. */
    @FunctionalInterface
    interface Source {
        Variables of(FunctionVersion version);
    }

    /** Those that a version has in clear; sealed ones are refused, since nobody is there to ask for their key. */
    static Variables inClear(FunctionVersion version) {
        return (opened, refused) -> {
            if (version.sealedVariables() == null) {
                opened.accept(version.environment());
            } else {
                refused.accept(Failures.keyRefused(
                        "KMSNotFoundException",
                        "the environment variables of " + version.id()
                                + " are encrypted, and nothing here has their key"));
            }
        };
    }
}
