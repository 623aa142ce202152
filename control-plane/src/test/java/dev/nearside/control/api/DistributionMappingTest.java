package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotChecks;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;

class DistributionMappingTest {

    private static final String ID = "E0123456789ABC";

    @ParameterizedTest
    @CsvSource({"http1.1, HTTP1_1", "http2, HTTP2", "http3, HTTP3", "http2and3, HTTP2_AND_3", ", HTTP2"})
    void httpVersionSaysWhatViewersMaySpeak(@Nullable String configured, Distribution.HttpVersions versions) {
        assertThat(distribution(TestPlane.distribution("r")
                                .httpVersion(configured)
                                .build())
                        .httpVersions())
                .isEqualTo(versions);
    }

    @Test
    void httpVersionThatAnEarlierReleaseHasStoredServesOn() {
        DistributionConfig config =
                TestPlane.distribution("r").httpVersion("http4").build();
        assertThat(distribution(config).httpVersions()).isEqualTo(Distribution.HttpVersions.HTTP2);
    }

    @Test
    void distributionKeepsWhatItsOwnerSaid() {
        Distribution mapped = distribution(TestPlane.distribution("r")
                .aliases(aliases -> aliases.quantity(3).items("WWW.Example.test", "127.0.0.1", "localhost"))
                .defaultRootObject("index.html")
                .cacheBehaviors(all -> all.quantity(2)
                        .items(
                                TestPlane.behavior("/api/*")
                                        .allowedMethods(methods -> methods.quantity(7)
                                                .itemsWithStrings(
                                                        "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
                                        .viewerProtocolPolicy("redirect-to-https")
                                        .compress(true)
                                        .build(),
                                TestPlane.behavior("*.jpg").build()))
                .build());

        assertThat(mapped.domainName()).isEqualTo("e0123456789abc.cdn.localhost");
        assertThat(mapped.aliases()).containsExactly("www.example.test", "127.0.0.1", "localhost");
        assertThat(mapped.defaultRootObject()).isEqualTo("index.html");
        assertThat(mapped.behaviors())
                .extracting(Distribution.Behavior::pathPattern)
                .containsExactly("/api/*", "*.jpg");
        Distribution.Behavior api = mapped.behaviors().getFirst();
        assertThat(api.allowedMethods()).hasSize(7);
        assertThat(api.cachedMethods()).containsExactly("GET", "HEAD");
        assertThat(api.viewerProtocolPolicy()).isEqualTo(ViewerProtocolPolicy.REDIRECT_TO_HTTPS);
        assertThat(api.compress()).isTrue();
        assertThat(mapped.defaultBehavior().allowedMethods()).containsExactly("GET", "HEAD");
    }

    @Test
    void originHasCloudFrontsDefaults() {
        Distribution.Origin origin =
                distribution(TestPlane.distribution("r").build()).origins().getFirst();

        assertThat(origin)
                .isEqualTo(new Distribution.Origin(
                        "site",
                        "localhost",
                        "",
                        OriginKind.CUSTOM,
                        7200,
                        443,
                        ProtocolPolicy.HTTP_ONLY,
                        List.of(),
                        3,
                        10,
                        30,
                        5,
                        List.of("TLSv1.2"),
                        null));
    }

    @Test
    void bucketIsAnOriginOfItsOwnKind() {
        Origin bucket = Origin.builder()
                .id("site")
                .domainName("b.s3.amazonaws.com")
                .s3OriginConfig(s3 -> s3.originAccessIdentity(""))
                .customHeaders(headers -> headers.quantity(1)
                        .items(OriginCustomHeader.builder()
                                .headerName("X-Key")
                                .headerValue("v")
                                .build()))
                .build();
        Distribution.Origin origin = distribution(TestPlane.distribution("r")
                        .origins(origins -> origins.quantity(1).items(bucket))
                        .build())
                .origins()
                .getFirst();

        assertThat(origin.kind()).isEqualTo(OriginKind.S3);
        assertThat(origin.protocolPolicy()).isEqualTo(ProtocolPolicy.MATCH_VIEWER);
        assertThat(origin.customHeaders()).containsExactly(new Distribution.HeaderField("X-Key", "v"));
    }

    @ParameterizedTest
    @CsvSource({"localhost, 1", "api.localhost, 81", "example.test, 80", "example.test, 1024", "example.test, 65535"})
    void portIsAccepted(String domain, int port) {
        assertThat(distribution(withOrigin(domain, port)).origins().getFirst().httpPort())
                .isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({"localhost, 0", "localhost, 65536", "example.test, 81", "example.test, 1023"})
    void portIsRefused(String domain, int port) {
        assertThat(refusal(withOrigin(domain, port)).text()).contains("HTTPPort is " + port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "1.2.3",
                "::1",
                "[::1]",
                "a.test:80",
                "http://a.test",
                "a..test",
                "plain",
                "-a.test",
                ""
            })
    void originNameIsRefused(String domain) {
        assertThat(refusal(withOrigin(domain, 80)).code()).isEqualTo("InvalidOrigin");
    }

    @Test
    void managedPolicyIsPartOfTheSnapshot() {
        List<Resource> parts = map(TestPlane.distribution("r")
                .defaultCacheBehavior(TestPlane.behavior()
                        .originRequestPolicyId("b689b0a8-53d0-40ab-baf2-68738e2966ac")
                        .build())
                .build());

        assertThat(parts).hasSize(3);
        assertThat(SnapshotChecks.faults(Snapshot.of("s", 1, parts))).isEmpty();
    }

    @Test
    void legacyBehaviorForwardsEveryHeaderButAFew() {
        List<Resource> parts = map(legacy(values -> values.queryString(false)));

        OriginRequestPolicy forwarded = originRequestPolicy(parts).orElseThrow();
        assertThat(forwarded.viewerHeaders())
                .isEqualTo(new Selection(
                        Selection.Mode.ALL_EXCEPT,
                        List.of(
                                "Accept",
                                "Accept-Charset",
                                "Accept-Encoding",
                                "Accept-Language",
                                "Authorization",
                                "Host",
                                "Referer",
                                "User-Agent",
                                "X-HTTP-Method-Override")));
        assertThat(forwarded.cloudFrontHeaders()).isEqualTo(Selection.NONE);
        assertThat(forwarded.cookies()).isEqualTo(Selection.NONE);
        assertThat(forwarded.queryStrings()).isEqualTo(Selection.NONE);
        CachePolicy cache = cachePolicy(parts);
        assertThat(cache.minTtlSeconds()).isZero();
        assertThat(cache.defaultTtlSeconds()).isEqualTo(86_400);
        assertThat(cache.maxTtlSeconds()).isEqualTo(31_536_000);
        assertThat(cache.queryStrings()).isEqualTo(Selection.NONE);
        assertThat(SnapshotChecks.faults(Snapshot.of("s", 1, parts))).isEmpty();
    }

    @Test
    void legacyHeadersAndCookiesBelongToTheKey() {
        CachePolicy cache = cachePolicy(map(legacy(values -> values.queryString(true)
                .headers(headers -> headers.quantity(2).items("Origin", "Accept"))
                .cookies(cookies -> cookies.forward("whitelist")
                        .whitelistedNames(names -> names.quantity(1).items("session"))))));

        assertThat(cache.headers()).isEqualTo(Selection.only("Accept", "Origin"));
        assertThat(cache.cookies()).isEqualTo(Selection.only("session"));
        assertThat(cache.queryStrings()).isEqualTo(Selection.ALL);
    }

    @Test
    void legacyQueryKeysNarrowTheKeyButNotWhatTheOriginSees() {
        List<Resource> parts = map(legacy(values -> values.queryString(true)
                .queryStringCacheKeys(keys -> keys.quantity(1).items("page"))));

        assertThat(cachePolicy(parts).queryStrings()).isEqualTo(Selection.only("page"));
        assertThat(originRequestPolicy(parts).orElseThrow().queryStrings()).isEqualTo(Selection.ALL);
    }

    @Test
    void legacyForwardingOfEveryHeaderKeepsNothing() {
        List<Resource> parts = map(legacy(values ->
                values.queryString(false).headers(headers -> headers.quantity(1).items("*"))));

        assertThat(cachePolicy(parts).maxTtlSeconds()).isZero();
        assertThat(originRequestPolicy(parts).orElseThrow().viewerHeaders()).isEqualTo(Selection.ALL);
    }

    @ParameterizedTest(name = "Compress {0}, Headers {1}: gzip {2}")
    @CsvSource({
        "true, Origin, true",
        "false, Origin, true",
        "true, Accept-Encoding, true",
        "false, accept-encoding, false"
    })
    @SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
    void legacyAcceptEncodingIsNormalisedUnlessItIsAHeaderOfTheKey(boolean compress, String header, boolean gzip) {
        CachePolicy cache = cachePolicy(map(TestPlane.distribution("r")
                .defaultCacheBehavior(TestPlane.behavior()
                        .cachePolicyId(null)
                        .compress(compress)
                        .forwardedValues(values -> values.queryString(false)
                                .headers(headers -> headers.quantity(1).items(header)))
                        .build())
                .build()));

        assertThat(cache.gzip()).isEqualTo(gzip);
        assertThat(cache.brotli()).isFalse();
    }

    @Test
    void legacyPolicyIsNamedByItsContent() {
        String one =
                cachePolicy(map(legacy(values -> values.queryString(false)))).id();
        String same =
                cachePolicy(map(legacy(values -> values.queryString(false)))).id();
        String other =
                cachePolicy(map(legacy(values -> values.queryString(true)))).id();

        assertThat(one).isEqualTo(same).startsWith("legacy-").isNotEqualTo(other);
    }

    @Test
    @SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
    void legacyTtlsMustBeInOrder() {
        DefaultCacheBehavior behavior = TestPlane.behavior()
                .cachePolicyId(null)
                .forwardedValues(values -> values.queryString(false))
                .minTTL(10L)
                .maxTTL(5L)
                .build();

        AwsError error = refusal(
                TestPlane.distribution("r").defaultCacheBehavior(behavior).build());
        assertThat(error.code()).isEqualTo("InvalidTTLOrder");
        assertThat(error.text()).contains("MinTTL 10", "MaxTTL 5");
    }

    @Test
    @SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
    void legacyTtlsHaveBounds() {
        assertThat(legacyRefusal(b -> b.maxTTL(3_153_600_001L), List.of()).text())
                .isEqualTo("The parameter MaxTTL is 3153600001 seconds, expected at most 3153600000 (100 years)");
        assertThat(legacyRefusal(b -> b.maxTTL(3_153_600_000L), List.of())).isNull();
        assertThat(legacyRefusal(b -> b.minTTL(1L), List.of("*")).text())
                .isEqualTo("The parameter MinTTL is 1, expected 0 because every header is forwarded");
        assertThat(legacyRefusal(b -> b.minTTL(0L), List.of("*"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "headers, TooManyHeadersInForwardedValues",
        "cookies, TooManyCookieNamesInWhiteList",
        "queries, TooManyQueryStringParameters"
    })
    void legacyNamesAreTenAtMost(String member, String code) {
        assertThat(refusal(legacy(values -> names(values, member, 10)))).isNull();
        AwsError refused = refusal(legacy(values -> names(values, member, 11)));
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.text()).contains("name 11 ", "expected at most 10");
    }

    @Test
    void defaultsAreFilledInOnce() {
        DistributionConfig complete =
                DistributionDefaults.complete(TestPlane.distribution("r").build());

        assertThat(DistributionDefaults.complete(complete)).isEqualTo(complete);
        assertThat(StoredConfigs.read(StoredConfigs.write(complete))).isEqualTo(complete);
    }

    private static DistributionConfig withOrigin(String domain, int port) {
        Origin origin = Origin.builder()
                .id("site")
                .domainName(domain)
                .customOriginConfig(
                        custom -> custom.httpPort(port).httpsPort(443).originProtocolPolicy("http-only"))
                .build();
        return TestPlane.distribution("r")
                .origins(origins -> origins.quantity(1).items(origin))
                .build();
    }

    @SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
    private static DistributionConfig legacy(Consumer<ForwardedValues.Builder> values) {
        ForwardedValues.Builder builder = ForwardedValues.builder().cookies(cookies -> cookies.forward("none"));
        values.accept(builder);
        return TestPlane.distribution("r")
                .defaultCacheBehavior(TestPlane.behavior()
                        .cachePolicyId(null)
                        .forwardedValues(builder.build())
                        .minTTL(0L)
                        .build())
                .build();
    }

    @SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
    private static @Nullable AwsError legacyRefusal(Consumer<DefaultCacheBehavior.Builder> edit, List<String> headers) {
        DefaultCacheBehavior.Builder behavior = TestPlane.behavior()
                .cachePolicyId(null)
                .forwardedValues(values -> values.queryString(false)
                        .headers(h -> h.quantity(headers.size()).items(headers)));
        edit.accept(behavior);
        return refusal(TestPlane.distribution("r")
                .defaultCacheBehavior(behavior.build())
                .build());
    }

    @SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
    private static void names(ForwardedValues.Builder values, String member, int count) {
        List<String> names = IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
        values.queryString(true);
        switch (member) {
            case "headers" -> values.headers(h -> h.quantity(count).items(names));
            case "cookies" ->
                values.cookies(c -> c.forward("whitelist")
                        .whitelistedNames(n -> n.quantity(count).items(names)));
            default -> values.queryStringCacheKeys(q -> q.quantity(count).items(names));
        }
    }

    @Test
    void standardLogReachesTheSnapshot() {
        Distribution mapped = distribution(TestPlane.distribution("r")
                .logging(log -> log.enabled(true)
                        .includeCookies(true)
                        .bucket("my-logs.s3.amazonaws.com")
                        .prefix("site/"))
                .build());

        assertThat(mapped.logging())
                .isEqualTo(new Distribution.Logging(true, true, "my-logs.s3.amazonaws.com", "site/"));
        assertThat(distribution(TestPlane.distribution("r").build()).logging()).isEqualTo(Distribution.Logging.OFF);
    }

    private static List<Resource> map(DistributionConfig config) {
        return DistributionMapping.map(
                ID,
                config,
                new References((arn, name, version) -> Optional.empty(), kind -> List.of(), id -> Optional.empty()));
    }

    private static AwsError refusal(DistributionConfig config) {
        return catchThrowableOfType(AwsError.class, () -> map(config));
    }

    private static Distribution distribution(DistributionConfig config) {
        return Snapshot.of("s", 1, map(config)).distribution(ID).orElseThrow();
    }

    private static CachePolicy cachePolicy(List<Resource> parts) {
        return Snapshot.of("s", 1, parts).all(CachePolicy.class).getFirst();
    }

    private static Optional<OriginRequestPolicy> originRequestPolicy(List<Resource> parts) {
        return Snapshot.of("s", 1, parts).all(OriginRequestPolicy.class).stream()
                .findFirst();
    }
}
