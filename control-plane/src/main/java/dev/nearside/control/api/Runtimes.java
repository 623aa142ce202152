package dev.nearside.control.api;

import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** Which of Lambda's runtimes functions may have. */
final class Runtimes {

    /** Those of the families that CloudFront runs which Lambda creates and changes no functions of any more. */
    private static final Set<String> DEPRECATED = Set.of(
            "nodejs",
            "nodejs4.3",
            "nodejs4.3-edge",
            "nodejs6.10",
            "nodejs8.10",
            "nodejs10.x",
            "nodejs12.x",
            "nodejs14.x",
            "nodejs16.x",
            "python2.7",
            "python3.6",
            "python3.7",
            "python3.8");

    private Runtimes() {}

    /** Checks what a function that is created or changed is to run on. */
    static void check(String runtime) {
        if (DEPRECATED.contains(runtime)) {
            String family = runtime.startsWith("nodejs") ? "nodejs" : "python";
            throw FunctionChecks.invalid("The runtime parameter of " + runtime
                    + " is no longer supported for creating or updating functions, expected one of "
                    + current(family) + ".");
        }
        if (Runtime.fromValue(runtime) == Runtime.UNKNOWN_TO_SDK_VERSION) {
            throw FunctionChecks.invalid("Value " + runtime + " at 'runtime' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: " + current("") + " or be a valid ARN");
        }
    }

    private static String current(String family) {
        return Runtime.knownValues().stream()
                .map(Runtime::toString)
                .filter(runtime -> runtime.startsWith(family) && !DEPRECATED.contains(runtime))
                .sorted()
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
