package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.range;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.api.ConfigErrors.Range;
import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.HeaderField;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.OriginShield;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.SslProtocol;

/** CloudFront's origins as nodes know them, with CloudFront's checks and defaults. */
final class OriginMapping {

    private static final int MAX_ORIGINS = 100;
    private static final int MAX_CUSTOM_HEADERS = 30;
    private static final int MAX_DOMAIN = 253;
    private static final int MAX_PATH = 255;

    private static final Range ATTEMPTS = new Range("ConnectionAttempts", "InvalidArgument", 1, 3, 3);
    private static final Range CONNECT_TIMEOUT = new Range("ConnectionTimeout", "InvalidArgument", 1, 10, 10);
    static final Range READ_TIMEOUT = new Range("OriginReadTimeout", "InvalidOriginReadTimeout", 1, 120, 30);
    private static final Range KEEPALIVE_TIMEOUT =
            new Range("OriginKeepaliveTimeout", "InvalidOriginKeepaliveTimeout", 1, 120, 5);

    private static final List<String> DEFAULT_SSL_PROTOCOLS = List.of("TLSv1.2");

    private static final Pattern HOST_NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final Pattern IPV4 = Pattern.compile("[0-9.]+");
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]{0,1783}");

    /** Where CloudFront has shields. */
    private static final List<String> SHIELD_REGIONS = List.of(
            "us-east-1",
            "us-east-2",
            "us-west-2",
            "ap-south-1",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "eu-central-1",
            "eu-west-1",
            "eu-west-2",
            "me-central-1",
            "sa-east-1");

    private OriginMapping() {}

    static List<Distribution.Origin> map(Origins origins) {
        List<Origin> items = require(origins, "distributionConfig.origins").items();
        if (items.isEmpty()) {
            throw invalidArgument("The parameter Origins is empty, expected at least one origin");
        }
        if (items.size() > MAX_ORIGINS) {
            throw AwsError.badRequest(
                    "TooManyOrigins",
                    "The distribution has " + items.size() + " origins, expected at most " + MAX_ORIGINS);
        }
        List<Distribution.Origin> mapped = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Origin origin : items) {
            if (!ids.add(require(origin.id(), "distributionConfig.origins.id"))) {
                throw invalidArgument("The parameter Origins has two origins with the id '" + origin.id() + "'");
            }
            mapped.add(map(origin));
        }
        return mapped;
    }

    private static Distribution.Origin map(Origin origin) {
        String domain = domain(origin);
        CustomOriginConfig custom = origin.customOriginConfig();
        if ((custom == null) == (origin.s3OriginConfig() == null)) {
            throw invalidArgument(
                    "The origin '" + origin.id() + "' needs exactly one of CustomOriginConfig and S3OriginConfig");
        }
        boolean isCustom = custom != null;
        return new Distribution.Origin(
                origin.id(),
                domain,
                path(origin),
                isCustom ? OriginKind.CUSTOM : OriginKind.S3,
                isCustom ? port("HTTPPort", require(custom.httpPort(), "customOriginConfig.HTTPPort"), domain) : 80,
                isCustom ? port("HTTPSPort", require(custom.httpsPort(), "customOriginConfig.HTTPSPort"), domain) : 443,
                isCustom ? protocolPolicy(custom) : ProtocolPolicy.MATCH_VIEWER,
                customHeaders(origin),
                range(origin.connectionAttempts(), ATTEMPTS),
                range(origin.connectionTimeout(), CONNECT_TIMEOUT),
                isCustom ? range(custom.originReadTimeout(), READ_TIMEOUT) : bucketReadTimeout(origin),
                range(isCustom ? custom.originKeepaliveTimeout() : null, KEEPALIVE_TIMEOUT),
                isCustom && custom.originSslProtocols() != null ? sslProtocols(custom) : DEFAULT_SSL_PROTOCOLS,
                shieldRegion(origin));
    }

    /** Earlier releases ignored and stored whatever was said here. */
    private static int bucketReadTimeout(Origin origin) {
        Integer seconds = origin.s3OriginConfig().originReadTimeout();
        return seconds == null ? READ_TIMEOUT.usual() : Math.clamp(seconds, READ_TIMEOUT.least(), READ_TIMEOUT.most());
    }

    private static @Nullable String shieldRegion(Origin origin) {
        OriginShield shield = origin.originShield();
        if (shield == null || !require(shield.enabled(), "originShield.enabled")) {
            return null;
        }
        String region = shield.originShieldRegion();
        if (region == null || !SHIELD_REGIONS.contains(region)) {
            throw invalidArgument("The parameter OriginShieldRegion of origin '" + origin.id() + "' is '" + region
                    + "', expected one of " + SHIELD_REGIONS + " because its origin shield is enabled");
        }
        return region;
    }

    private static String domain(Origin origin) {
        String domain = require(origin.domainName(), "distributionConfig.origins.domainName");
        String lower = domain.toLowerCase(Locale.ROOT);
        // The length first, because the patterns backtrack.
        boolean isName = lower.length() <= MAX_DOMAIN
                && HOST_NAME.matcher(lower).matches()
                && !IPV4.matcher(lower).matches()
                && (lower.contains(".") || lower.equals("localhost"));
        if (!isName) {
            throw AwsError.badRequest(
                    "InvalidOrigin",
                    "The parameter Origin DomainName '" + domain + "' of origin '" + origin.id()
                            + "' does not refer to a valid host name: expected a domain name or localhost, without a "
                            + "port, and not an IP address");
        }
        return lower;
    }

    private static String path(Origin origin) {
        String path = origin.originPath() == null ? "" : origin.originPath();
        boolean valid = path.isEmpty()
                || (path.startsWith("/")
                        && !path.endsWith("/")
                        && path.length() <= MAX_PATH
                        && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#'));
        if (!valid) {
            throw invalidArgument("The parameter OriginPath '" + path + "' of origin '" + origin.id()
                    + "' is not valid: expected a path that starts with / and does not end with /, URL-encoded, of at "
                    + "most " + MAX_PATH + " characters");
        }
        return path;
    }

    /** CloudFront's ports; a server on this machine may have any. */
    private static int port(String member, int port, String domain) {
        boolean local = domain.equals("localhost") || domain.endsWith(".localhost");
        boolean valid = port <= 65_535 && (port >= 1024 || port == 80 || port == 443 || (local && port >= 1));
        if (!valid) {
            throw invalidArgument("The parameter " + member + " is " + port + ", expected 80, 443 or 1024 to 65535"
                    + (local ? ", or any port of localhost from 1" : ""));
        }
        return port;
    }

    private static ProtocolPolicy protocolPolicy(CustomOriginConfig custom) {
        return switch (require(custom.originProtocolPolicy(), "customOriginConfig.originProtocolPolicy")) {
            case HTTP_ONLY -> ProtocolPolicy.HTTP_ONLY;
            case MATCH_VIEWER -> ProtocolPolicy.MATCH_VIEWER;
            case HTTPS_ONLY -> ProtocolPolicy.HTTPS_ONLY;
            case UNKNOWN_TO_SDK_VERSION ->
                throw invalidArgument("The parameter OriginProtocolPolicy is '" + custom.originProtocolPolicyAsString()
                        + "', expected http-only, match-viewer or https-only");
        };
    }

    private static List<String> sslProtocols(CustomOriginConfig custom) {
        List<SslProtocol> protocols = custom.originSslProtocols().items();
        if (protocols.isEmpty() || protocols.contains(SslProtocol.UNKNOWN_TO_SDK_VERSION)) {
            throw invalidArgument("The parameter OriginSslProtocols is "
                    + custom.originSslProtocols().itemsAsStrings() + ", expected some of " + SslProtocol.knownValues());
        }
        return custom.originSslProtocols().itemsAsStrings();
    }

    private static List<HeaderField> customHeaders(Origin origin) {
        if (origin.customHeaders() == null) {
            return List.of();
        }
        List<OriginCustomHeader> headers = origin.customHeaders().items();
        if (headers.size() > MAX_CUSTOM_HEADERS) {
            throw AwsError.badRequest(
                    "TooManyOriginCustomHeaders",
                    "The origin '" + origin.id() + "' has " + headers.size() + " custom headers, expected at most "
                            + MAX_CUSTOM_HEADERS);
        }
        List<HeaderField> fields = new ArrayList<>();
        for (OriginCustomHeader header : headers) {
            String name = require(header.headerName(), "customHeaders.headerName");
            String value = require(header.headerValue(), "customHeaders.headerValue");
            if (!HEADER_NAME.matcher(name).matches()
                    || !HEADER_VALUE.matcher(value).matches()) {
                // The value may be a credential, so it is not repeated.
                throw invalidArgument("The custom header '" + name + "' of origin '" + origin.id()
                        + "' is not valid: expected a header name and a value without control characters");
            }
            if (HeaderNames.NOT_FOR_CUSTOM_HEADERS.include(name)) {
                throw invalidArgument("The custom header '" + name + "' of origin '" + origin.id()
                        + "' is not allowed, expected one that neither frames a message nor is CloudFront's to set");
            }
            fields.add(new HeaderField(name, value));
        }
        return fields;
    }
}
