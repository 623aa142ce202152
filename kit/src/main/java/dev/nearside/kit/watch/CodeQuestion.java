package dev.nearside.kit.watch;

import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.List;

/**
 * Asks a node whether it can load versions that no snapshot names yet. The answer is a JSON object with the ARN of each
 * version that it cannot load and the reason.
 */
public record CodeQuestion(List<FunctionVersion> versions) {

    public static final String TOPIC = "code";

    public CodeQuestion {
        versions = List.copyOf(versions);
    }
}
