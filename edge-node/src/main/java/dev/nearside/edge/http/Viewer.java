package dev.nearside.edge.http;

/**
 * Who asks, and how.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the authority the viewer named, as sent
 * @param httpVersion {@code 1.0}, {@code 1.1} or {@code 2.0}
 */
public record Viewer(String clientIp, String scheme, String host, String httpVersion) {}
