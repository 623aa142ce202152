package dev.nearside.control.api;

import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.FrameOptionsList;
import software.amazon.awssdk.services.cloudfront.model.ReferrerPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;

/** The response headers policies that CloudFront has without anybody making them, under their real ids. */
final class ManagedResponseHeaders {

    private static final int YEAR = 31_536_000;
    private static final List<String> METHODS = List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private static final ResponseHeadersPolicyCorsConfig SIMPLE_CORS = ResponseHeadersPolicyCorsConfig.builder()
            .accessControlAllowOrigins(origins -> origins.quantity(1).items("*"))
            .accessControlAllowHeaders(headers -> headers.quantity(0).items(List.of()))
            .accessControlAllowMethods(methods -> methods.quantity(0).items(List.of()))
            .accessControlAllowCredentials(false)
            .originOverride(false)
            .build();

    private static final ResponseHeadersPolicyCorsConfig CORS_WITH_PREFLIGHT = SIMPLE_CORS.toBuilder()
            .accessControlAllowMethods(
                    methods -> methods.quantity(METHODS.size()).itemsWithStrings(METHODS))
            .accessControlExposeHeaders(headers -> headers.quantity(1).items("*"))
            .build();

    private static final ResponseHeadersPolicySecurityHeadersConfig SECURITY =
            ResponseHeadersPolicySecurityHeadersConfig.builder()
                    .xssProtection(xss -> xss.override(false).protection(true).modeBlock(true))
                    .frameOptions(frame -> frame.override(false).frameOption(FrameOptionsList.SAMEORIGIN))
                    .referrerPolicy(referrer ->
                            referrer.override(false).referrerPolicy(ReferrerPolicyList.STRICT_ORIGIN_WHEN_CROSS_ORIGIN))
                    .contentTypeOptions(options -> options.override(true))
                    .strictTransportSecurity(security -> security.override(false)
                            .includeSubdomains(false)
                            .preload(false)
                            .accessControlMaxAgeSec(YEAR))
                    .build();

    /** Everything managed that a behavior can name as its ResponseHeadersPolicyId. */
    static final List<Configured<ResponseHeadersPolicyConfig>> ALL = List.of(
            policy("60669652-455b-4ae9-85a4-c4c02393f86c", named("SimpleCORS").corsConfig(SIMPLE_CORS)),
            policy(
                    "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
                    named("CORS-With-Preflight").corsConfig(CORS_WITH_PREFLIGHT)),
            policy(
                    "67f7725c-6f97-4210-82d7-5512b31e9d03",
                    named("SecurityHeadersPolicy").securityHeadersConfig(SECURITY)),
            policy(
                    "e61eb60c-9c35-4d20-a928-2b84e02af89c",
                    named("CORS-and-SecurityHeadersPolicy")
                            .corsConfig(SIMPLE_CORS)
                            .securityHeadersConfig(SECURITY)),
            policy(
                    "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
                    named("CORS-with-preflight-and-SecurityHeadersPolicy")
                            .corsConfig(CORS_WITH_PREFLIGHT)
                            .securityHeadersConfig(SECURITY)));

    private ManagedResponseHeaders() {}

    private static ResponseHeadersPolicyConfig.Builder named(String name) {
        return ResponseHeadersPolicyConfig.builder().name("Managed-" + name).comment("");
    }

    private static Configured<ResponseHeadersPolicyConfig> policy(
            String id, ResponseHeadersPolicyConfig.Builder config) {
        return Configured.managed(id, config.build());
    }
}
