package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyAccessControlAllowMethodsValues;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;

/** The CORS part of a response headers policy. */
final class CorsHeaders {

    /** Lower-case names of what only this part of a policy may set. */
    static final Set<String> NAMES = Set.of(
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin",
            "access-control-expose-headers",
            "access-control-max-age");

    private static final List<String> ALL_METHODS = List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE");

    private CorsHeaders() {}

    /**
     * Checks what CloudFront checks.
     *
     * @throws AwsError if CloudFront would refuse it
     */
    static void check(ResponseHeadersPolicyCorsConfig config) {
        boolean credentials =
                require(config.accessControlAllowCredentials(), "corsConfig.accessControlAllowCredentials");
        require(config.originOverride(), "corsConfig.originOverride");
        List<String> origins = require(config.accessControlAllowOrigins(), "corsConfig.accessControlAllowOrigins")
                .items();
        List<String> headers = require(config.accessControlAllowHeaders(), "corsConfig.accessControlAllowHeaders")
                .items();
        require(config.accessControlAllowMethods(), "corsConfig.accessControlAllowMethods");
        checkItems("Access-Control-Allow-Origin", origins);
        checkItems("Access-Control-Allow-Headers", headers);
        // With credentials browsers take this * for a header of that name (Fetch standard).
        if (credentials && headers.contains("*")) {
            throw invalidArgument("The parameter Access-Control-Allow-Headers cannot contain * when "
                    + "AccessControlAllowCredentials is true.");
        }
        checkMethods(config);
        if (!exposed(config).isEmpty()) {
            checkItems("Access-Control-Expose-Headers", exposed(config));
        }
        Integer maxAge = config.accessControlMaxAgeSec();
        if (maxAge != null && maxAge < 0) {
            throw invalidArgument("The parameter AccessControlMaxAgeSec is " + maxAge + ", expected 0 or more seconds");
        }
    }

    static Cors map(ResponseHeadersPolicyCorsConfig config) {
        List<String> methods = config.accessControlAllowMethods().itemsAsStrings();
        return new Cors(
                config.accessControlAllowCredentials(),
                config.accessControlAllowOrigins().items(),
                methods.contains("ALL") ? ALL_METHODS : methods,
                config.accessControlAllowHeaders().items(),
                exposed(config),
                config.accessControlMaxAgeSec(),
                config.originOverride());
    }

    private static void checkItems(String header, List<String> items) {
        if (items.isEmpty()) {
            throw invalidArgument("The parameter " + header + " is empty, expected at least one item");
        }
        for (String item : items) {
            if (item.isEmpty() || !item.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',')) {
                throw invalidArgument("The parameter " + header + " contains '" + item
                        + "', expected visible ASCII characters without commas");
            }
        }
    }

    private static void checkMethods(ResponseHeadersPolicyCorsConfig config) {
        List<ResponseHeadersPolicyAccessControlAllowMethodsValues> methods =
                config.accessControlAllowMethods().items();
        if (methods.isEmpty()
                || methods.contains(ResponseHeadersPolicyAccessControlAllowMethodsValues.UNKNOWN_TO_SDK_VERSION)) {
            throw invalidArgument("The parameter Access-Control-Allow-Methods is "
                    + config.accessControlAllowMethods().itemsAsStrings() + ", expected some of " + ALL_METHODS
                    + " or ALL");
        }
    }

    private static List<String> exposed(ResponseHeadersPolicyCorsConfig config) {
        return config.accessControlExposeHeaders() == null
                ? List.of()
                : config.accessControlExposeHeaders().items();
    }
}
