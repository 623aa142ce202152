package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which functions CloudFront runs on which events. Only requests are held to it: what is stored was associated under the
 * rules of its time.
 */
final class AssociatedFunctions {

    private static final int MAX_ORIGIN_TIMEOUT_SECONDS = 30;
    private static final int MAX_VIEWER_MEMORY_MB = 128;

    /** Lambda@Edge's two families, and Java, which only Nearside runs. */
    private static final List<String> FAMILIES = List.of("nodejs", "python", "java");

    private AssociatedFunctions() {}

    /**
     * Checks what a distribution is about to use.
     *
     * @param parts the distribution and what it uses
     * @param maxViewerTimeoutSeconds the account's quota
     */
    static void check(List<Resource> parts, int maxViewerTimeoutSeconds) {
        Map<String, FunctionVersion> versions = new HashMap<>();
        parts.forEach(part -> {
            if (part instanceof FunctionVersion version) {
                versions.put(version.id(), version);
            }
        });
        parts.stream()
                .filter(Distribution.class::isInstance)
                .map(Distribution.class::cast)
                .flatMap(distribution ->
                        Stream.concat(Stream.of(distribution.defaultBehavior()), distribution.behaviors().stream()))
                .map(Behavior::functionAssociations)
                .forEach(associations -> check(associations, versions, maxViewerTimeoutSeconds));
    }

    /** The same for the associations of one behavior. */
    static void check(
            List<FunctionAssociation> associations,
            Map<String, FunctionVersion> versions,
            int maxViewerTimeoutSeconds) {
        for (FunctionAssociation association : associations) {
            FunctionVersion version = versions.get(association.functionArn());
            if (version == null) {
                throw new IllegalStateException("the version " + association.functionArn() + " is no part of its user");
            }
            EventType event = association.eventType();
            checkRuntime(version);
            checkTimeout(version, event, event.isViewer() ? maxViewerTimeoutSeconds : MAX_ORIGIN_TIMEOUT_SECONDS);
            if (event.isViewer()) {
                checkViewerMemory(version, event);
            }
        }
    }

    /** Refuses functions with environment variables, which AWS has none of at the edge. */
    static void refuseVariables(List<Resource> parts) {
        for (Resource part : parts) {
            if (part instanceof FunctionVersion version && version.sealedVariables() != null) {
                throw invalid("The function cannot have environment variables. Function: " + version.id());
            }
        }
    }

    private static void checkRuntime(FunctionVersion version) {
        if (FAMILIES.stream().noneMatch(version.runtime()::startsWith)) {
            throw invalid("The function's runtime is '" + version.runtime()
                    + "', expected one of the families nodejs, python and java. Function: " + version.id());
        }
    }

    private static void checkTimeout(FunctionVersion version, EventType event, int maxSeconds) {
        if (version.timeoutSeconds() > maxSeconds) {
            throw invalid(
                    "The function timeout is larger than the maximum allowed for functions that are triggered by a "
                            + "CloudFront " + event.wireName() + " event: " + version.timeoutSeconds()
                            + " Max allowed: " + maxSeconds + " Function: " + version.id());
        }
    }

    private static void checkViewerMemory(FunctionVersion version, EventType event) {
        if (version.memoryMb() > MAX_VIEWER_MEMORY_MB) {
            throw invalid(
                    "The function memory size is larger than the maximum allowed for functions that are triggered "
                            + "by a CloudFront " + event.wireName() + " event: " + version.memoryMb() + " Max allowed: "
                            + MAX_VIEWER_MEMORY_MB + " Function: " + version.id());
        }
    }

    static AwsError invalid(String message) {
        return AwsError.badRequest("InvalidLambdaFunctionAssociation", message);
    }
}
