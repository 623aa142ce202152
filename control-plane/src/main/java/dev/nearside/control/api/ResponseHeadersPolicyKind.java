package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Header;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyServerTimingHeadersConfig;

/** Response headers policies: CloudFront's checks, and the form in which nodes know them. */
final class ResponseHeadersPolicyKind implements ConfigKind<ResponseHeadersPolicyConfig> {

    static final ResponseHeadersPolicyKind INSTANCE = new ResponseHeadersPolicyKind();

    private static final Terms TERMS = new Terms(
            "response-headers-policy",
            "response headers policy",
            "ResponseHeadersPolicyConfig",
            "NoSuchResponseHeadersPolicy",
            "ResponseHeadersPolicyAlreadyExists",
            "ResponseHeadersPolicyInUse");

    private static final int MAX_HEADERS = 10;
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]{0,1783}");

    private ResponseHeadersPolicyKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return ResponseHeadersPolicyConfig.builder();
    }

    @Override
    public String name(ResponseHeadersPolicyConfig config) {
        return config.name();
    }

    @Override
    public List<Configured<ResponseHeadersPolicyConfig>> managed() {
        return ManagedResponseHeaders.ALL;
    }

    @Override
    public ResponseHeadersPolicyConfig checked(ResponseHeadersPolicyConfig config, References references) {
        ConfigErrors.checkQuantities(config, TERMS.root());
        ConfigErrors.checkPolicyName(config.name(), config.comment());
        if (config.corsConfig() == null
                && config.securityHeadersConfig() == null
                && customHeaders(config).isEmpty()
                && removedHeaders(config).isEmpty()
                && config.serverTimingHeadersConfig() == null) {
            throw invalidArgument(
                    "The response headers policy '" + config.name() + "' changes nothing, expected one of "
                            + "CorsConfig, SecurityHeadersConfig, CustomHeadersConfig, RemoveHeadersConfig and "
                            + "ServerTimingHeadersConfig at least");
        }
        if (config.corsConfig() != null) {
            CorsHeaders.check(config.corsConfig());
        }
        if (config.securityHeadersConfig() != null) {
            SecurityHeaders.check(config.securityHeadersConfig());
        }
        checkCustomHeaders(customHeaders(config));
        checkRemovedHeaders(removedHeaders(config));
        checkServerTiming(config);
        return config.toBuilder()
                .comment(config.comment() == null ? "" : config.comment())
                .build();
    }

    @Override
    public Optional<Resource> resource(String id, ResponseHeadersPolicyConfig config, References references) {
        List<Header> headers = new ArrayList<>();
        if (config.securityHeadersConfig() != null) {
            headers.addAll(SecurityHeaders.map(config.securityHeadersConfig()));
        }
        for (ResponseHeadersPolicyCustomHeader header : customHeaders(config)) {
            headers.add(new Header(header.header(), header.value(), header.override()));
        }
        return Optional.of(new ResponseHeadersPolicy(
                id,
                config.name(),
                config.corsConfig() == null ? null : CorsHeaders.map(config.corsConfig()),
                headers,
                removedHeaders(config).stream()
                        .map(ResponseHeadersPolicyRemoveHeader::header)
                        .toList(),
                samplingRate(config)));
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, Resource.Kind.RESPONSE_HEADERS_POLICY, id);
    }

    private static void checkCustomHeaders(List<ResponseHeadersPolicyCustomHeader> headers) {
        if (headers.size() > MAX_HEADERS) {
            throw AwsError.badRequest(
                    "TooManyCustomHeadersInResponseHeadersPolicy",
                    "The policy has " + headers.size() + " custom headers, expected at most " + MAX_HEADERS);
        }
        Set<String> unique = new HashSet<>();
        for (ResponseHeadersPolicyCustomHeader header : headers) {
            String lower = checkedName(header.header(), "CustomHeadersConfig", unique);
            if (SecurityHeaders.NAMES.contains(lower)) {
                throw invalidArgument("The parameter CustomHeaders contains " + header.header()
                        + " that is a security header and cannot be set as custom header.");
            }
            if (CorsHeaders.NAMES.contains(lower)) {
                throw invalidArgument("The parameter CustomHeaders contains " + header.header()
                        + " that is a CORS header and cannot be set as custom header.");
            }
            require(header.override(), "customHeadersConfig.override");
            String value = require(header.value(), "customHeadersConfig.value");
            if (!HEADER_VALUE.matcher(value).matches()) {
                throw invalidArgument("The value '" + value + "' of the custom header " + header.header()
                        + " is not valid, expected at most 1783 characters and no control characters");
            }
        }
    }

    private static void checkRemovedHeaders(List<ResponseHeadersPolicyRemoveHeader> headers) {
        if (headers.size() > MAX_HEADERS) {
            throw AwsError.badRequest(
                    "TooManyRemoveHeadersInResponseHeadersPolicy",
                    "The policy removes " + headers.size() + " headers, expected at most " + MAX_HEADERS);
        }
        Set<String> unique = new HashSet<>();
        headers.forEach(header -> checkedName(header.header(), "RemoveHeadersConfig", unique));
    }

    /** The name in lower case, once it is one that a policy may change and that is not there before. */
    private static String checkedName(String given, String where, Set<String> before) {
        String name = require(given, where + ".header");
        String lower = name.toLowerCase(Locale.ROOT);
        if (!HEADER_NAME.matcher(name).matches()) {
            throw invalidArgument("The parameter " + where + " contains '" + name + "', which is not a header name");
        }
        if (HeaderNames.NOT_FOR_RESPONSE_POLICIES.include(name)) {
            throw invalidArgument("The parameter " + where + " contains " + name
                    + " that is not allowed. It frames messages or is CloudFront's to set.");
        }
        if (!before.add(lower)) {
            throw invalidArgument("The parameter " + where + " contains " + name + " twice");
        }
        return lower;
    }

    private static void checkServerTiming(ResponseHeadersPolicyConfig config) {
        ResponseHeadersPolicyServerTimingHeadersConfig timing = config.serverTimingHeadersConfig();
        if (timing == null) {
            return;
        }
        require(timing.enabled(), "serverTimingHeadersConfig.enabled");
        Double rate = timing.samplingRate();
        if (rate != null && !(rate >= 0 && rate <= 100)) {
            throw invalidArgument("The parameter SamplingRate is " + rate + ", expected 0 to 100");
        }
    }

    /** A viewer's {@code Pragma: server-timing} works where Server-Timing is enabled, at a rate of 0 too. */
    private static @Nullable Double samplingRate(ResponseHeadersPolicyConfig config) {
        ResponseHeadersPolicyServerTimingHeadersConfig timing = config.serverTimingHeadersConfig();
        if (timing == null || !timing.enabled()) {
            return null;
        }
        return timing.samplingRate() == null ? Double.valueOf(0) : timing.samplingRate();
    }

    private static List<ResponseHeadersPolicyCustomHeader> customHeaders(ResponseHeadersPolicyConfig config) {
        return config.customHeadersConfig() == null
                ? List.of()
                : config.customHeadersConfig().items();
    }

    private static List<ResponseHeadersPolicyRemoveHeader> removedHeaders(ResponseHeadersPolicyConfig config) {
        return config.removeHeadersConfig() == null
                ? List.of()
                : config.removeHeadersConfig().items();
    }
}
