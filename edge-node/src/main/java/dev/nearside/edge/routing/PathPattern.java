package dev.nearside.edge.routing;

import dev.nearside.kit.http.Wildcards;

/**
 * A CloudFront path pattern: {@code *} stands for any characters, {@code ?} for exactly one; case matters; the leading
 * slash is optional; the query string plays no part.
 */
public final class PathPattern {

    private final String pattern;

    private PathPattern(String pattern) {
        this.pattern = pattern;
    }

    public static PathPattern of(String pattern) {
        return new PathPattern(pattern.startsWith("/") || pattern.startsWith("*") ? pattern : "/" + pattern);
    }

    /** Whether a path matches, in time proportional to both lengths at worst. */
    public boolean matches(String path) {
        return Wildcards.matches(pattern, path);
    }

    @Override
    public String toString() {
        return pattern;
    }
}
