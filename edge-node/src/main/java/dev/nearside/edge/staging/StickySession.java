package dev.nearside.edge.staging;

import dev.nearside.edge.http.Fields;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.Stickiness;
import org.jspecify.annotations.Nullable;

/**
 * A viewer's session with one of the two distributions. The viewer keeps all of it in a cookie, so that every node can
 * go on with it. AWS says that CloudFront sets a cookie, not which; name and form are Nearside's own.
 *
 * @param policyId the policy that chose
 * @param generation of that policy's sessions
 * @param staging whether the staging distribution serves it
 * @param startMillis when it began, since 1970
 * @param seenMillis when its last request came, since 1970
 */
record StickySession(String policyId, long generation, boolean staging, long startMillis, long seenMillis) {

    static final String COOKIE = "nearside-cd-session";

    /** How far the clock of the node that wrote a cookie may be ahead of this one's. */
    private static final long CLOCK_SKEW_MILLIS = 60_000;

    private static final int PARTS = 5;
    private static final int RADIX = 36;
    private static final String ON_STAGING = "s";
    private static final String ON_PRIMARY = "p";

    /** What a request says of its session; null if that is nothing, or not what a node wrote. */
    static @Nullable StickySession of(Fields headers) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("cookie")) {
                for (String pair : headers.value(i).split(";", -1)) {
                    String cookie = pair.strip();
                    if (isSession(cookie)) {
                        return parsed(cookie.substring(COOKIE.length() + 1));
                    }
                }
            }
        }
        return null;
    }

    private static @Nullable StickySession parsed(String value) {
        String[] parts = value.split("\\.", -1);
        boolean named = parts.length == PARTS && (parts[2].equals(ON_STAGING) || parts[2].equals(ON_PRIMARY));
        if (!named) {
            return null;
        }
        try {
            return new StickySession(
                    parts[0],
                    Long.parseLong(parts[1], RADIX),
                    parts[2].equals(ON_STAGING),
                    Long.parseLong(parts[3], RADIX),
                    Long.parseLong(parts[4], RADIX));
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /** The fields without the session, the other cookies as they were: no key, function or origin is to see it. */
    static Fields without(Fields headers) {
        Fields.Builder kept = Fields.builder();
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("cookie") || !value.contains(COOKIE)) {
                kept.add(name, value);
                return;
            }
            StringBuilder cookies = new StringBuilder(value.length());
            for (String pair : value.split(";", -1)) {
                if (!isSession(pair.strip())) {
                    cookies.append(cookies.isEmpty() ? "" : "; ").append(pair.strip());
                }
            }
            if (!cookies.isEmpty()) {
                kept.add(name, cookies.toString());
            }
        });
        return kept.build();
    }

    private static boolean isSession(String cookie) {
        return cookie.startsWith(COOKIE) && cookie.startsWith("=", COOKIE.length());
    }

    /** Whether it goes on now: of this policy and generation, not idle for too long, and not too old. */
    boolean isAlive(String ofPolicyId, Stickiness stickiness, long nowMillis) {
        return policyId.equals(ofPolicyId)
                && generation == stickiness.generation()
                && startMillis <= seenMillis
                && seenMillis <= nowMillis + CLOCK_SKEW_MILLIS
                && nowMillis - seenMillis < stickiness.idleSeconds() * 1000L
                && nowMillis - startMillis < stickiness.maximumSeconds() * 1000L;
    }

    StickySession seenAt(long nowMillis) {
        return new StickySession(policyId, generation, staging, startMillis, Math.max(seenMillis, nowMillis));
    }

    /** For Set-Cookie (RFC 6265 §4.1): kept no longer than the session may last. */
    String setCookie(Stickiness stickiness, boolean secure) {
        long remaining = stickiness.maximumSeconds() - (seenMillis - startMillis) / 1000;
        return COOKIE + '=' + policyId + '.' + Long.toString(generation, RADIX) + '.'
                + (staging ? ON_STAGING : ON_PRIMARY) + '.' + Long.toString(startMillis, RADIX) + '.'
                + Long.toString(seenMillis, RADIX) + "; Path=/; Max-Age="
                + Math.min(stickiness.idleSeconds(), remaining) + "; HttpOnly; SameSite=Lax"
                + (secure ? "; Secure" : "");
    }
}
