package dev.nearside.kit.snapshot;

/**
 * What the origin gets to see beyond the cache key.
 *
 * @param viewerHeaders which of the viewer's headers
 * @param cloudFrontHeaders which {@code CloudFront-*} headers to add
 */
public record OriginRequestPolicy(
        String id,
        String name,
        Selection viewerHeaders,
        Selection cloudFrontHeaders,
        Selection cookies,
        Selection queryStrings)
        implements Resource {}
