package dev.nearside.kit.watch;

import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A CloudFront Function to be tried out on a node that need not have it: the argument of a question on {@link #TOPIC}.
 *
 * @param store what it may read; null if it is associated with none
 * @param event the event as JSON
 */
public record FunctionTrial(
        CloudFrontFunction function, @Nullable KeyValueStore store, String event) {

    public static final String TOPIC = "test-function";
}
