package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudfront.model.FrameOptionsList;
import software.amazon.awssdk.services.cloudfront.model.ReferrerPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyStrictTransportSecurity;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyXSSProtection;

/** The security headers of a response headers policy. */
final class SecurityHeaders {

    /** Lower-case names of what only this part of a policy may set. */
    static final Set<String> NAMES = Set.of(
            "content-security-policy",
            "referrer-policy",
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
            "x-xss-protection");

    private static final int MAX_CSP = 1783;
    private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7e]+");

    private SecurityHeaders() {}

    /**
     * Checks what CloudFront checks.
     *
     * @throws AwsError if CloudFront would refuse it
     */
    static void check(ResponseHeadersPolicySecurityHeadersConfig config) {
        if (config.xssProtection() != null) {
            check(config.xssProtection());
        }
        if (config.frameOptions() != null) {
            require(config.frameOptions().override(), "frameOptions.override");
            if (require(config.frameOptions().frameOption(), "frameOptions.frameOption")
                    == FrameOptionsList.UNKNOWN_TO_SDK_VERSION) {
                throw invalidArgument("The parameter FrameOption is '"
                        + config.frameOptions().frameOptionAsString() + "', expected one of "
                        + FrameOptionsList.knownValues());
            }
        }
        if (config.referrerPolicy() != null) {
            require(config.referrerPolicy().override(), "referrerPolicy.override");
            if (require(config.referrerPolicy().referrerPolicy(), "referrerPolicy.referrerPolicy")
                    == ReferrerPolicyList.UNKNOWN_TO_SDK_VERSION) {
                throw invalidArgument("The parameter ReferrerPolicy is '"
                        + config.referrerPolicy().referrerPolicyAsString() + "', expected one of "
                        + ReferrerPolicyList.knownValues());
            }
        }
        if (config.contentSecurityPolicy() != null) {
            require(config.contentSecurityPolicy().override(), "contentSecurityPolicy.override");
            checkContentSecurityPolicy(require(
                    config.contentSecurityPolicy().contentSecurityPolicy(),
                    "contentSecurityPolicy.contentSecurityPolicy"));
        }
        if (config.contentTypeOptions() != null) {
            require(config.contentTypeOptions().override(), "contentTypeOptions.override");
        }
        if (config.strictTransportSecurity() != null) {
            require(config.strictTransportSecurity().override(), "strictTransportSecurity.override");
            int maxAge = require(
                    config.strictTransportSecurity().accessControlMaxAgeSec(),
                    "strictTransportSecurity.accessControlMaxAgeSec");
            if (maxAge < 0) {
                throw invalidArgument(
                        "The parameter AccessControlMaxAgeSec is " + maxAge + ", expected 0 or more seconds");
            }
        }
    }

    /** The headers in the order in which CloudFront sends them. */
    static List<Header> map(ResponseHeadersPolicySecurityHeadersConfig config) {
        List<Header> headers = new ArrayList<>();
        if (config.xssProtection() != null) {
            headers.add(new Header(
                    "X-XSS-Protection",
                    value(config.xssProtection()),
                    config.xssProtection().override()));
        }
        if (config.frameOptions() != null) {
            headers.add(new Header(
                    "X-Frame-Options",
                    config.frameOptions().frameOptionAsString(),
                    config.frameOptions().override()));
        }
        if (config.referrerPolicy() != null) {
            headers.add(new Header(
                    "Referrer-Policy",
                    config.referrerPolicy().referrerPolicyAsString(),
                    config.referrerPolicy().override()));
        }
        if (config.contentSecurityPolicy() != null) {
            headers.add(new Header(
                    "Content-Security-Policy",
                    config.contentSecurityPolicy().contentSecurityPolicy(),
                    config.contentSecurityPolicy().override()));
        }
        if (config.contentTypeOptions() != null) {
            headers.add(new Header(
                    "X-Content-Type-Options",
                    "nosniff",
                    config.contentTypeOptions().override()));
        }
        if (config.strictTransportSecurity() != null) {
            headers.add(new Header(
                    "Strict-Transport-Security",
                    value(config.strictTransportSecurity()),
                    config.strictTransportSecurity().override()));
        }
        return headers;
    }

    private static void check(ResponseHeadersPolicyXSSProtection protection) {
        require(protection.override(), "xssProtection.override");
        boolean on = require(protection.protection(), "xssProtection.protection");
        boolean blocks = Boolean.TRUE.equals(protection.modeBlock());
        String report = protection.reportUri() == null ? "" : protection.reportUri();
        if (!on && (blocks || !report.isEmpty())) {
            throw invalidArgument(
                    "The parameter XSSProtection has Protection false with ModeBlock or ReportUri, expected neither");
        }
        if (blocks && !report.isEmpty()) {
            throw invalidArgument("The parameter XSSProtection has both ModeBlock true and the ReportUri '" + report
                    + "', expected one of them");
        }
        if (!report.isEmpty() && !report.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw invalidArgument("The parameter ReportUri '" + report + "' is not valid, expected a URL");
        }
    }

    private static void checkContentSecurityPolicy(String policy) {
        if (policy.length() > MAX_CSP) {
            throw AwsError.badRequest(
                    "TooLongCSPInResponseHeadersPolicy",
                    "The parameter ContentSecurityPolicy has " + policy.length() + " characters, expected at most "
                            + MAX_CSP);
        }
        if (!VISIBLE.matcher(policy).matches()) {
            throw invalidArgument("The parameter ContentSecurityPolicy '" + policy
                    + "' is not valid, expected ASCII without control characters");
        }
    }

    private static String value(ResponseHeadersPolicyXSSProtection protection) {
        if (!protection.protection()) {
            return "0";
        }
        if (Boolean.TRUE.equals(protection.modeBlock())) {
            return "1; mode=block";
        }
        String report = protection.reportUri();
        return report == null || report.isEmpty() ? "1" : "1; report=" + report;
    }

    private static String value(ResponseHeadersPolicyStrictTransportSecurity security) {
        return "max-age=" + security.accessControlMaxAgeSec()
                + (Boolean.TRUE.equals(security.includeSubdomains()) ? "; includeSubDomains" : "")
                + (Boolean.TRUE.equals(security.preload()) ? "; preload" : "");
    }
}
