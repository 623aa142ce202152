package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Header;
import dev.nearside.kit.snapshot.Selection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;

/** Policies as CloudFront's API reference has them: what nodes get, and what is refused. */
class PolicyKindsTest {

    private static final References NOTHING =
            new References((arn, name, version) -> Optional.empty(), kind -> List.of(), id -> Optional.empty());

    @Test
    void cachePolicyHasCloudFrontsDefaults() {
        CachePolicyConfig config =
                CachePolicyConfig.builder().name("p").minTTL(100_000L).build();
        CachePolicyConfig complete = CachePolicyKind.INSTANCE.checked(config, NOTHING);

        assertThat(complete.defaultTTL()).isEqualTo(100_000);
        assertThat(complete.maxTTL()).isEqualTo(31_536_000);
        assertThat(CachePolicyKind.INSTANCE.checked(complete, NOTHING)).isEqualTo(complete);
        CachePolicy policy = (CachePolicy)
                CachePolicyKind.INSTANCE.resource("id", complete, NOTHING).orElseThrow();
        assertThat(policy.queryStrings()).isEqualTo(Selection.NONE);
        assertThat(policy.gzip()).isFalse();
    }

    @Test
    void cachePolicySelectsWhatItNames() {
        CachePolicyConfig complete =
                CachePolicyKind.INSTANCE.checked(cache(c -> c).build(), NOTHING);

        assertThat(CachePolicyKind.INSTANCE.resource("id", complete, NOTHING))
                .contains(new CachePolicy(
                        "id",
                        "p",
                        CachePolicy.TtlRules.CLOUDFRONT,
                        1,
                        2,
                        3,
                        Selection.only("Accept-Language"),
                        new Selection(Selection.Mode.ALL_EXCEPT, List.of("tracking")),
                        Selection.ALL,
                        true,
                        false));
    }

    @TestFactory
    Stream<DynamicTest> cachePoliciesAreRefused() {
        List<String> eleven = IntStream.range(0, 11).mapToObj(i -> "X-" + i).toList();
        return Stream.of(
                cache("name", "'a b'", c -> c.name("a b")),
                cache("comment", "129", c -> c.comment("x".repeat(129))),
                cache("TTL order", "MinTTL 9", c -> c.minTTL(9L)),
                cache("negative TTL", "MinTTL -1", c -> c.minTTL(-1L)),
                cache("more than 100 years", "MaxTTL 3153600001", c -> c.maxTTL(3_153_600_001L)),
                cache(
                        "key without caching",
                        "EnableAcceptEncodingGzip is invalid for policy",
                        c -> c.minTTL(0L).defaultTTL(0L).maxTTL(0L)),
                cache("header behavior", "'allViewer'", headers("allViewer", List.of())),
                cache("no names", "at least one", headers("whitelist", List.of())),
                cache("names of none", "expected none", headers("none", List.of("X"))),
                cache("no header name", "'a:b'", headers("whitelist", List.of("a:b"))),
                cache("forbidden header", "Transfer-Encoding", headers("whitelist", List.of("Transfer-Encoding"))),
                cache("forbidden beginning", "Proxy-X", headers("whitelist", List.of("Proxy-X"))),
                cache("compression twice", "Accept-Encoding", headers("whitelist", List.of("accept-encoding"))),
                cache("header twice", "twice", headers("whitelist", List.of("X-A", "x-a"))),
                refused(
                        "too many headers",
                        "TooManyHeadersInCachePolicy",
                        "11",
                        CachePolicyKind.INSTANCE,
                        headers("whitelist", eleven).apply(cache(c -> c)).build()),
                refused(
                        "too many cookies",
                        "TooManyCookiesInCachePolicy",
                        "11",
                        CachePolicyKind.INSTANCE,
                        cache(c -> c.parametersInCacheKeyAndForwardedToOrigin(
                                        c.build().parametersInCacheKeyAndForwardedToOrigin().toBuilder()
                                                .cookiesConfig(k -> k.cookieBehavior("whitelist")
                                                        .cookies(n ->
                                                                n.quantity(11).items(eleven)))
                                                .build()))
                                .build()),
                refused(
                        "quantity",
                        "InconsistentQuantities",
                        "Quantity 2 and 1 items",
                        CachePolicyKind.INSTANCE,
                        cache(c -> c.parametersInCacheKeyAndForwardedToOrigin(
                                        c.build().parametersInCacheKeyAndForwardedToOrigin().toBuilder()
                                                .headersConfig(h -> h.headerBehavior("whitelist")
                                                        .headers(n ->
                                                                n.quantity(2).items("X")))
                                                .build()))
                                .build()));
    }

    @Test
    void originRequestPolicyKeepsCloudFrontsHeadersApart() {
        assertThat(originRequest(originRequest("whitelist", List.of("X-A", "CloudFront-Viewer-Country"))))
                .satisfies(policy -> {
                    assertThat(policy.viewerHeaders()).isEqualTo(Selection.only("X-A"));
                    assertThat(policy.cloudFrontHeaders()).isEqualTo(Selection.only("CloudFront-Viewer-Country"));
                });
        assertThat(originRequest(originRequest("allViewerAndWhitelistCloudFront", List.of("CloudFront-Viewer-ASN"))))
                .satisfies(policy -> {
                    assertThat(policy.viewerHeaders()).isEqualTo(Selection.ALL);
                    assertThat(policy.cloudFrontHeaders()).isEqualTo(Selection.only("CloudFront-Viewer-ASN"));
                });
        assertThat(originRequest(originRequest("allExcept", List.of("Host"))).viewerHeaders())
                .isEqualTo(new Selection(Selection.Mode.ALL_EXCEPT, List.of("Host")));
    }

    @Test
    void managedPoliciesSurviveTheirShape() {
        for (OriginRequestPolicy managed : ManagedPolicies.ORIGIN_REQUEST) {
            assertThat(NOTHING.originRequestPolicy(managed.id())).isEqualTo(managed);
        }
    }

    @TestFactory
    Stream<DynamicTest> originRequestPoliciesAreRefused() {
        OriginRequestPolicyKind kind = OriginRequestPolicyKind.INSTANCE;
        return Stream.of(
                refused(
                        "authorization",
                        "InvalidArgument",
                        "Authorization",
                        kind,
                        originRequest("whitelist", List.of("Authorization"))),
                refused(
                        "compression",
                        "InvalidArgument",
                        "Accept-Encoding",
                        kind,
                        originRequest("whitelist", List.of("Accept-Encoding"))),
                refused(
                        "viewer's header beside all",
                        "InvalidArgument",
                        "X-A",
                        kind,
                        originRequest("allViewerAndWhitelistCloudFront", List.of("X-A"))),
                refused(
                        "too many",
                        "TooManyHeadersInOriginRequestPolicy",
                        "11",
                        kind,
                        originRequest("whitelist", Collections.nCopies(11, "X"))));
    }

    @Test
    void securityHeadersComeInCloudFrontsOrderAndCustomOnesAfterThem() {
        ResponseHeadersPolicy policy = responseHeaders(headers(c -> c.securityHeadersConfig(
                        s -> s.strictTransportSecurity(h -> h.override(true)
                                        .accessControlMaxAgeSec(60)
                                        .includeSubdomains(true)
                                        .preload(true))
                                .contentTypeOptions(h -> h.override(true))
                                .contentSecurityPolicy(
                                        h -> h.override(false).contentSecurityPolicy("default-src 'self'"))
                                .frameOptions(h -> h.override(true).frameOption("DENY"))
                                .referrerPolicy(h -> h.override(false).referrerPolicy("no-referrer"))
                                .xssProtection(
                                        h -> h.override(true).protection(true).reportUri("https://r.test/x")))
                .customHeadersConfig(custom -> custom.quantity(1).items(custom("X-Team", "edge")))
                .removeHeadersConfig(remove -> remove.quantity(1).items(remove("X-Powered-By")))
                .serverTimingHeadersConfig(t -> t.enabled(true).samplingRate(12.5))));

        assertThat(policy.headers())
                .containsExactly(
                        new Header("X-XSS-Protection", "1; report=https://r.test/x", true),
                        new Header("X-Frame-Options", "DENY", true),
                        new Header("Referrer-Policy", "no-referrer", false),
                        new Header("Content-Security-Policy", "default-src 'self'", false),
                        new Header("X-Content-Type-Options", "nosniff", true),
                        new Header("Strict-Transport-Security", "max-age=60; includeSubDomains; preload", true),
                        new Header("X-Team", "edge", true));
        assertThat(policy.removedHeaders()).containsExactly("X-Powered-By");
        assertThat(policy.serverTimingSamplingRate()).isEqualTo(12.5);
        assertThat(policy.cors()).isNull();
    }

    @Test
    void serverTimingThatIsSwitchedOffIsNotSampledAtAll() {
        assertThat(responseHeaders(headers(c -> c.serverTimingHeadersConfig(
                                t -> t.enabled(false).samplingRate(50.0))))
                        .serverTimingSamplingRate())
                .isNull();
        assertThat(responseHeaders(headers(c -> c.serverTimingHeadersConfig(t -> t.enabled(true))))
                        .serverTimingSamplingRate())
                .isZero();
    }

    @TestFactory
    Stream<DynamicTest> xssProtectionHasFourForms() {
        return Stream.of(
                xss("0", false, null, null),
                xss("1", true, null, null),
                xss("1; mode=block", true, true, null),
                xss("1; report=https://r.test/", true, false, "https://r.test/"));
    }

    @Test
    void corsIsKeptAndAllMeansEveryMethod() {
        ResponseHeadersPolicy.Cors cors =
                responseHeaders(headers(c -> c.corsConfig(cors(k -> k)))).cors();

        assertThat(cors)
                .isEqualTo(new ResponseHeadersPolicy.Cors(
                        false,
                        List.of("https://a.test"),
                        List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                        List.of("*"),
                        List.of("X-Id"),
                        600,
                        true));
    }

    @TestFactory
    Stream<DynamicTest> responseHeadersPoliciesAreRefused() {
        return Stream.of(
                headers("nothing", "InvalidArgument", "changes nothing", c -> c),
                headers(
                        "security header as custom one",
                        "InvalidArgument",
                        "security header",
                        customs(custom("strict-transport-security", "x"))),
                headers(
                        "CORS header as custom one",
                        "InvalidArgument",
                        "CORS header",
                        customs(custom("Access-Control-Allow-Origin", "x"))),
                headers("framing header", "InvalidArgument", "Content-Length", customs(custom("Content-Length", "1"))),
                headers("control character", "InvalidArgument", "control characters", customs(custom("X", "a\u0001"))),
                headers("custom header twice", "InvalidArgument", "twice", customs(custom("X", "a"), custom("x", "b"))),
                headers(
                        "too many custom headers",
                        "TooManyCustomHeadersInResponseHeadersPolicy",
                        "11",
                        customs(IntStream.range(0, 11)
                                .mapToObj(i -> custom("X-" + i, "v"))
                                .toArray(ResponseHeadersPolicyCustomHeader[]::new))),
                headers("removal of Via", "InvalidArgument", "Via", removals("Via")),
                headers("removal of CloudFront's own", "InvalidArgument", "X-Amz-Cf-Id", removals("X-Amz-Cf-Id")),
                headers(
                        "too many removals",
                        "TooManyRemoveHeadersInResponseHeadersPolicy",
                        "11",
                        removals(IntStream.range(0, 11).mapToObj(i -> "X-" + i).toArray(String[]::new))),
                headers(
                        "* with credentials",
                        "InvalidArgument",
                        "cannot contain *",
                        c -> c.corsConfig(cors(k -> k.accessControlAllowCredentials(true)))),
                headers(
                        "no allowed headers",
                        "InvalidArgument",
                        "Access-Control-Allow-Headers is empty",
                        c -> c.corsConfig(cors(k ->
                                k.accessControlAllowHeaders(h -> h.quantity(0).items(List.of()))))),
                headers(
                        "unknown method",
                        "InvalidArgument",
                        "[FETCH]",
                        c -> c.corsConfig(cors(k ->
                                k.accessControlAllowMethods(m -> m.quantity(1).itemsWithStrings("FETCH"))))),
                headers(
                        "long CSP",
                        "TooLongCSPInResponseHeadersPolicy",
                        "1784",
                        security(s -> s.contentSecurityPolicy(
                                p -> p.override(true).contentSecurityPolicy("x".repeat(1784))))),
                headers(
                        "frame option",
                        "InvalidArgument",
                        "'MAYBE'",
                        security(s -> s.frameOptions(f -> f.override(true).frameOption("MAYBE")))),
                headers(
                        "block and report",
                        "InvalidArgument",
                        "both ModeBlock",
                        security(s -> s.xssProtection(x -> x.override(true)
                                .protection(true)
                                .modeBlock(true)
                                .reportUri("https://r.test/")))),
                headers(
                        "sampling rate",
                        "InvalidArgument",
                        "100.5",
                        c -> c.serverTimingHeadersConfig(t -> t.enabled(true).samplingRate(100.5))));
    }

    private static DynamicTest xss(String value, boolean on, Boolean block, String report) {
        return DynamicTest.dynamicTest(
                value,
                () -> assertThat(responseHeaders(headers(security(s -> s.xssProtection(x -> x.override(false)
                                        .protection(on)
                                        .modeBlock(block)
                                        .reportUri(report)))))
                                .headers())
                        .containsExactly(new Header("X-XSS-Protection", value, false)));
    }

    private static CachePolicyConfig.Builder cache(UnaryOperator<CachePolicyConfig.Builder> edit) {
        return edit.apply(CachePolicyConfig.builder()
                .name("p")
                .minTTL(1L)
                .defaultTTL(2L)
                .maxTTL(3L)
                .parametersInCacheKeyAndForwardedToOrigin(key -> key.enableAcceptEncodingGzip(true)
                        .headersConfig(h -> h.headerBehavior("whitelist")
                                .headers(n -> n.quantity(1).items("Accept-Language")))
                        .cookiesConfig(c -> c.cookieBehavior("allExcept")
                                .cookies(n -> n.quantity(1).items("tracking")))
                        .queryStringsConfig(q -> q.queryStringBehavior("all"))));
    }

    private static UnaryOperator<CachePolicyConfig.Builder> headers(String behavior, List<String> names) {
        return c -> c.parametersInCacheKeyAndForwardedToOrigin(
                c.build().parametersInCacheKeyAndForwardedToOrigin().toBuilder()
                        .headersConfig(h -> h.headerBehavior(behavior)
                                .headers(n -> n.quantity(names.size()).items(names)))
                        .build());
    }

    private static DynamicTest cache(String row, String text, UnaryOperator<CachePolicyConfig.Builder> edit) {
        return refused(
                row,
                "InvalidArgument",
                text,
                CachePolicyKind.INSTANCE,
                cache(edit).build());
    }

    private static OriginRequestPolicyConfig originRequest(String behavior, List<String> headers) {
        return OriginRequestPolicyConfig.builder()
                .name("p")
                .headersConfig(h -> h.headerBehavior(behavior)
                        .headers(n -> n.quantity(headers.size()).items(headers)))
                .cookiesConfig(c -> c.cookieBehavior("none"))
                .queryStringsConfig(q -> q.queryStringBehavior("all"))
                .build();
    }

    private static OriginRequestPolicy originRequest(OriginRequestPolicyConfig config) {
        OriginRequestPolicyKind kind = OriginRequestPolicyKind.INSTANCE;
        return (OriginRequestPolicy)
                kind.resource("id", kind.checked(config, NOTHING), NOTHING).orElseThrow();
    }

    private static ResponseHeadersPolicyConfig headers(UnaryOperator<ResponseHeadersPolicyConfig.Builder> edit) {
        return edit.apply(ResponseHeadersPolicyConfig.builder().name("p")).build();
    }

    private static DynamicTest headers(
            String row, String code, String text, UnaryOperator<ResponseHeadersPolicyConfig.Builder> edit) {
        return refused(row, code, text, ResponseHeadersPolicyKind.INSTANCE, headers(edit));
    }

    private static ResponseHeadersPolicy responseHeaders(ResponseHeadersPolicyConfig config) {
        ResponseHeadersPolicyKind kind = ResponseHeadersPolicyKind.INSTANCE;
        return (ResponseHeadersPolicy)
                kind.resource("id", kind.checked(config, NOTHING), NOTHING).orElseThrow();
    }

    private static UnaryOperator<ResponseHeadersPolicyConfig.Builder> customs(
            ResponseHeadersPolicyCustomHeader... headers) {
        return c -> c.customHeadersConfig(h -> h.quantity(headers.length).items(headers));
    }

    private static UnaryOperator<ResponseHeadersPolicyConfig.Builder> removals(String... names) {
        return c -> c.removeHeadersConfig(h -> h.quantity(names.length)
                .items(Stream.of(names).map(PolicyKindsTest::remove).toList()));
    }

    private static UnaryOperator<ResponseHeadersPolicyConfig.Builder> security(
            UnaryOperator<ResponseHeadersPolicySecurityHeadersConfig.Builder> edit) {
        return c -> c.securityHeadersConfig(
                edit.apply(ResponseHeadersPolicySecurityHeadersConfig.builder()).build());
    }

    private static ResponseHeadersPolicyCorsConfig cors(UnaryOperator<ResponseHeadersPolicyCorsConfig.Builder> edit) {
        return edit.apply(ResponseHeadersPolicyCorsConfig.builder()
                        .accessControlAllowOrigins(o -> o.quantity(1).items("https://a.test"))
                        .accessControlAllowHeaders(h -> h.quantity(1).items("*"))
                        .accessControlAllowMethods(m -> m.quantity(1).itemsWithStrings("ALL"))
                        .accessControlExposeHeaders(h -> h.quantity(1).items("X-Id"))
                        .accessControlMaxAgeSec(600)
                        .accessControlAllowCredentials(false)
                        .originOverride(true))
                .build();
    }

    private static ResponseHeadersPolicyCustomHeader custom(String name, String value) {
        return ResponseHeadersPolicyCustomHeader.builder()
                .header(name)
                .value(value)
                .override(true)
                .build();
    }

    private static ResponseHeadersPolicyRemoveHeader remove(String name) {
        return ResponseHeadersPolicyRemoveHeader.builder().header(name).build();
    }

    private static <C extends SdkPojo> DynamicTest refused(
            String row, String code, String text, ConfigKind<C> kind, C config) {
        return DynamicTest.dynamicTest(row, () -> {
            AwsError error = catchThrowableOfType(AwsError.class, () -> kind.checked(config, NOTHING));
            assertThat(error).isNotNull();
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.text()).contains(text);
        });
    }
}
