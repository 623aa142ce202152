package dev.nearside.edge.functions;

import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.kit.http.HeaderNames;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which origins a function may choose; pure. */
public final class OriginRules {

    private static final int MAX_CUSTOM_NAME_CHARS = 253;
    private static final int MAX_BUCKET_NAME_CHARS = 128;
    private static final int MAX_PATH_CHARS = 255;
    private static final int MAX_SECONDS = 120;

    /** Host names as the DNS and AWS's endpoints have them; underscores occur. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

    /** A last label that is a number makes the whole an IPv4 address (WHATWG URL, "ends in a number"). */
    private static final Pattern ADDRESS = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)\\.?");

    /** Segments of RFC 3986's pchar. */
    private static final Pattern PATH =
            Pattern.compile("(/[A-Za-z0-9._~!$&'()*+,;=:@-]*(%[0-9A-Fa-f]{2}[A-Za-z0-9._~!$&'()*+,;=:@-]*)*)*");

    private static final List<String> SSL_PROTOCOLS = List.of("TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3");

    private OriginRules() {}

    /**
     * Checks the origin of an answer. Members that are as the function was given them are the configuration's, which may
     * hold more than functions may choose.
     */
    static void check(EdgeRequest before, EdgeRequest after) throws InvalidResultException {
        EdgeOrigin origin = after.origin();
        if (origin == null) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_KIND, "the request has no origin, expected exactly one of custom and s3");
        }
        EdgeOrigin given = before.origin();
        if (given == null
                || given.getClass() != origin.getClass()
                || !origin.domainName().equals(given.domainName())) {
            checkDomainName(origin);
        }
        if (given == null || !origin.path().equals(given.path())) {
            checkPath(origin.path());
        }
        checkCustomHeaders(before, after, origin.customHeaders());
        switch (origin) {
            case EdgeOrigin.Custom custom -> checkCustom(custom, given instanceof EdgeOrigin.Custom was ? was : null);
            case EdgeOrigin.S3 s3 -> checkS3(s3, given instanceof EdgeOrigin.S3 was ? was : null);
        }
    }

    private static void checkDomainName(EdgeOrigin origin) throws InvalidResultException {
        String name = origin.domainName();
        String expected = switch (origin) {
            case EdgeOrigin.Custom _ -> expectedOfCustomName(name);
            case EdgeOrigin.S3 _ -> expectedOfBucketName(name);
        };
        if (expected != null) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_DOMAIN_NAME,
                    "origin.domainName is " + Shown.text(name) + ", expected " + expected);
        }
    }

    /** What the domain name of a custom origin should be instead; null if it may be that. */
    public static @Nullable String expectedOfCustomName(String name) {
        return expectedOfName(name, MAX_CUSTOM_NAME_CHARS);
    }

    /** The same for an S3 origin's. */
    public static @Nullable String expectedOfBucketName(String name) {
        String expected = expectedOfName(name, MAX_BUCKET_NAME_CHARS);
        return expected == null && !name.equals(name.toLowerCase(Locale.ROOT))
                ? "lower case, as names of buckets are"
                : expected;
    }

    private static @Nullable String expectedOfName(String name, int longest) {
        if (name.isEmpty() || name.length() > longest) {
            return "1 to " + longest + " characters";
        } else if (name.indexOf(':') >= 0) {
            return "a name without a port, which has a member of its own";
        } else if (ADDRESS.matcher(name).matches()) {
            return "a name and not an IP address";
        } else if (!NAME.matcher(name).matches()) {
            return "no spaces and nothing else that host names do not hold";
        }
        return null;
    }

    /** What the path of an origin should be instead; null if it may be that. */
    public static @Nullable String expectedOfPath(String path) {
        if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/") || path.length() > MAX_PATH_CHARS)) {
            return "nothing, or a path that starts and does not end with /, of at most 255 characters";
        }
        return PATH.matcher(path).matches() ? null : "it URL-encoded, without spaces, control characters, ? and #";
    }

    /** Whether an origin may listen on that port. */
    public static boolean isPort(int port) {
        return port == 80 || port == 443 || (port >= 1024 && port <= 65_535);
    }

    private static void checkPath(String path) throws InvalidResultException {
        String expected = expectedOfPath(path);
        if (expected != null) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_PATH, "origin.path is " + Shown.text(path) + ", expected " + expected);
        }
    }

    /** What the distribution's own configuration holds is not the function's fault. */
    private static void checkCustomHeaders(EdgeRequest before, EdgeRequest after, EdgeHeaders customHeaders)
            throws InvalidResultException {
        EdgeOrigin originBefore = before.origin();
        for (String name : customHeaders.fields().keySet()) {
            boolean isConfigured = originBefore != null
                    && originBefore.customHeaders().fields().containsKey(name);
            if (!isConfigured && HeaderNames.NOT_FOR_ORIGINS_OF_FUNCTIONS.include(name)) {
                throw new InvalidResultException(
                        ResultRule.ORIGIN_CUSTOM_HEADERS,
                        "origin.customHeaders adds the disallowed header " + Shown.text(name)
                                + ", expected none of those that CloudFront sets itself");
            }
            boolean collidedBefore = isConfigured && before.headers().fields().containsKey(name);
            if (!collidedBefore && after.headers().fields().containsKey(name)) {
                throw new InvalidResultException(
                        ResultRule.ORIGIN_CUSTOM_HEADERS,
                        "origin.customHeaders has " + Shown.text(name)
                                + ", which is in request.headers too, expected it in one of them only");
            }
        }
    }

    private static void checkCustom(EdgeOrigin.Custom custom, EdgeOrigin.@Nullable Custom given)
            throws InvalidResultException {
        if (given == null || custom.port() != given.port()) {
            checkPort(custom.port());
        }
        if (given == null || !custom.protocol().equals(given.protocol())) {
            checkProtocol(custom.protocol());
        }
        if (given == null || custom.readTimeoutSeconds() != given.readTimeoutSeconds()) {
            checkSeconds("custom.readTimeout", custom.readTimeoutSeconds());
        }
        if (given == null || custom.keepaliveTimeoutSeconds() != given.keepaliveTimeoutSeconds()) {
            checkSeconds("custom.keepaliveTimeout", custom.keepaliveTimeoutSeconds());
        }
        if (given == null || !custom.sslProtocols().equals(given.sslProtocols())) {
            checkSslProtocols(custom.sslProtocols());
        }
    }

    private static void checkPort(int port) throws InvalidResultException {
        if (!isPort(port)) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_PORT, "origin.custom.port is " + port + ", expected 80, 443 or 1024 to 65535");
        }
    }

    private static void checkProtocol(String protocol) throws InvalidResultException {
        if (!protocol.equals("http") && !protocol.equals("https")) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_PROTOCOL,
                    "origin.custom.protocol is " + Shown.text(protocol) + ", expected http or https");
        }
    }

    private static void checkSslProtocols(List<String> protocols) throws InvalidResultException {
        for (String protocol : protocols) {
            if (!SSL_PROTOCOLS.contains(protocol)) {
                throw new InvalidResultException(
                        ResultRule.ORIGIN_SSL_PROTOCOLS,
                        "origin.custom.sslProtocols has " + Shown.text(protocol)
                                + ", expected TLSv1.2, TLSv1.1, TLSv1 or SSLv3");
            }
        }
    }

    private static void checkS3(EdgeOrigin.S3 s3, EdgeOrigin.@Nullable S3 given) throws InvalidResultException {
        boolean isOtherAccess = given == null
                || !s3.authMethod().equals(given.authMethod())
                || !s3.region().equals(given.region());
        if (isOtherAccess) {
            checkAccess(s3);
        }
        if (given == null || s3.readTimeoutSeconds() != given.readTimeoutSeconds()) {
            checkSeconds("s3.readTimeout", s3.readTimeoutSeconds());
        }
    }

    private static void checkAccess(EdgeOrigin.S3 s3) throws InvalidResultException {
        boolean withIdentity = s3.authMethod().equals("origin-access-identity");
        if (!withIdentity && !s3.authMethod().equals("none")) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_AUTH_METHOD,
                    "origin.s3.authMethod is " + Shown.text(s3.authMethod())
                            + ", expected origin-access-identity or none");
        }
        if (withIdentity && s3.region().isEmpty()) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_REGION,
                    "origin.s3.region is '' with authMethod origin-access-identity, expected a region");
        }
    }

    private static void checkSeconds(String member, int seconds) throws InvalidResultException {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_TIMEOUT,
                    "origin." + member + " is " + seconds + ", expected 1 to " + MAX_SECONDS + " seconds");
        }
    }

    /** A limit on the whole response, which nodes do not have; 0 means none. */
    static void checkCompletionTimeout(int seconds) throws InvalidResultException {
        if (seconds != 0) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_COMPLETION_TIMEOUT,
                    "origin.responseCompletionTimeout is " + seconds
                            + ", which Nearside does not offer, expected 0 or nothing");
        }
    }
}
