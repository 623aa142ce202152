package dev.nearside.edge.routing;

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
        int p = 0;
        int s = 0;
        int star = -1;
        int resume = 0;
        while (s < path.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = s;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == path.charAt(s))) {
                p++;
                s++;
            } else if (star >= 0) {
                p = star + 1;
                s = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
