package dev.nearside.function;

import org.jspecify.annotations.Nullable;

/** One Lambda@Edge event: {@code Records[0].cf} of the JSON that other runtimes receive. */
public record EdgeEvent(
        Config config, EdgeRequest request, @Nullable EdgeResponse response) {

    /**
     * Which exchange of which distribution this is.
     *
     * @param requestId equals the response's {@code x-amz-cf-id}
     */
    public record Config(String distributionDomainName, String distributionId, EventType eventType, String requestId) {}
}
