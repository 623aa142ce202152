package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotChecks;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;

/** What a DistributionConfig can say beyond origins and behaviors, as CloudFront's API reference has it. */
class DistributionFeaturesTest {

    private static final String SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03";

    @Test
    void behaviorMayTargetAnOriginGroup() {
        Distribution mapped = distribution(withGroup(group -> group));

        assertThat(mapped.originGroups())
                .containsExactly(new Distribution.OriginGroup("both", List.of(500, 503), List.of("site", "spare")));
        assertThat(mapped.defaultBehavior().targetOriginId()).isEqualTo("both");
    }

    @Test
    void groupIsAskedWithItsDeclaredMethodsOnlyEvenUnderRfc9111() {
        Distribution mapped = distribution(withGroup(group -> group)
                .defaultCacheBehavior(TestPlane.behavior()
                        .targetOriginId("both")
                        .cachePolicyId("Nearside-RFC9111")
                        .build()));

        assertThat(mapped.defaultBehavior().allowedMethods()).containsExactly("GET", "HEAD");
    }

    @Test
    void errorResponsesHaveCloudFrontsDefaults() {
        Distribution mapped = distribution(errors(
                error(404, "/errors/404.html", "200").errorCachingMinTTL(5L).build(),
                error(503, null, null).build()));

        assertThat(mapped.errorResponses())
                .containsExactly(
                        new Distribution.ErrorResponse(404, "/errors/404.html", 200, 5),
                        new Distribution.ErrorResponse(503, null, 0, 10));
    }

    @Test
    void countriesAreRestricted() {
        assertThat(distribution(geo("whitelist", "DE", "AT")).geoRestriction())
                .isEqualTo(new Distribution.GeoRestriction(
                        Distribution.GeoRestriction.Type.WHITELIST, List.of("AT", "DE")));
        assertThat(distribution(geo("blacklist", "FR")).geoRestriction().type())
                .isEqualTo(Distribution.GeoRestriction.Type.BLACKLIST);
        assertThat(distribution(geo("none")).geoRestriction()).isEqualTo(Distribution.GeoRestriction.NONE);
    }

    @Test
    void originHasAShield() {
        Distribution mapped =
                distribution(origin(o -> o.originShield(s -> s.enabled(true).originShieldRegion("eu-west-2"))));
        assertThat(mapped.origins().getFirst().shieldRegion()).isEqualTo("eu-west-2");

        Distribution without = distribution(origin(o -> o.originShield(s -> s.enabled(false))));
        assertThat(without.origins().getFirst().shieldRegion()).isNull();
    }

    @Test
    void managedResponseHeadersPolicyIsPartOfTheSnapshot() {
        List<Resource> parts = map(behavior(b -> b.responseHeadersPolicyId(SECURITY_HEADERS)));
        Snapshot snapshot = Snapshot.of("s", 1, parts);

        assertThat(SnapshotChecks.faults(snapshot)).isEmpty();
        assertThat(snapshot.responseHeadersPolicy(SECURITY_HEADERS)
                        .orElseThrow()
                        .headers())
                .containsExactly(
                        new ResponseHeadersPolicy.Header("X-XSS-Protection", "1; mode=block", false),
                        new ResponseHeadersPolicy.Header("X-Frame-Options", "SAMEORIGIN", false),
                        new ResponseHeadersPolicy.Header("Referrer-Policy", "strict-origin-when-cross-origin", false),
                        new ResponseHeadersPolicy.Header("X-Content-Type-Options", "nosniff", true),
                        new ResponseHeadersPolicy.Header("Strict-Transport-Security", "max-age=31536000", false));
    }

    @Test
    void everyMemberSurvivesBeingStored() {
        DistributionConfig complete = DistributionDefaults.complete(withGroup(group -> group)
                .customErrorResponses(
                        e -> e.quantity(1).items(error(404, "/404.html", "404").build()))
                .restrictions(r -> r.geoRestriction(
                        g -> g.restrictionType("whitelist").quantity(1).items("DE")))
                .build());

        assertThat(StoredConfigs.read(StoredConfigs.write(complete))).isEqualTo(complete);
        assertThat(complete.customErrorResponses().items().getFirst().errorCachingMinTTL())
                .isEqualTo(10);
        assertThat(DistributionDefaults.complete(complete)).isEqualTo(complete);
    }

    @TestFactory
    Stream<DynamicTest> originGroupsAreRefused() {
        return Stream.of(
                refused(
                        "status",
                        "InvalidArgument",
                        "[501]",
                        withGroup(g -> g.failoverCriteria(
                                c -> c.statusCodes(s -> s.quantity(1).items(501))))),
                refused(
                        "no status",
                        "InvalidArgument",
                        "StatusCodes",
                        withGroup(g -> g.failoverCriteria(
                                c -> c.statusCodes(s -> s.quantity(0).items(List.of()))))),
                refused("one member", "InvalidArgument", "[site]", withGroup(g -> members(g, "site"))),
                refused(
                        "same member twice",
                        "InvalidArgument",
                        "[site, site]",
                        withGroup(g -> members(g, "site", "site"))),
                refused(
                        "three members",
                        "InvalidArgument",
                        "[site, spare, third]",
                        withGroup(g -> members(g, "site", "spare", "third"))),
                refused("unknown member", "NoSuchOrigin", "'gone'", withGroup(g -> members(g, "site", "gone"))),
                refused("id of an origin", "InvalidArgument", "'spare'", withGroup(g -> g.id("spare"))),
                refused(
                        "other criterion",
                        "NotImplemented",
                        "media-quality-based",
                        withGroup(g -> g.selectionCriteria("media-quality-based"))),
                refused(
                        "writing methods",
                        "InvalidArgument",
                        "cannot include POST",
                        withGroup(g -> g)
                                .defaultCacheBehavior(TestPlane.behavior()
                                        .targetOriginId("both")
                                        .allowedMethods(m -> m.quantity(7)
                                                .itemsWithStrings(
                                                        "GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"))
                                        .build())));
    }

    @TestFactory
    Stream<DynamicTest> errorResponsesAreRefused() {
        return Stream.of(
                refused(
                        "unknown error",
                        "InvalidErrorCode",
                        "418",
                        errors(error(418, null, null).build())),
                refused(
                        "unknown response",
                        "InvalidResponseCode",
                        "'302'",
                        errors(error(404, "/x", "302").build())),
                refused(
                        "page without code",
                        "InvalidArgument",
                        "both or neither",
                        errors(error(404, "/x", null).build())),
                refused(
                        "code without page",
                        "InvalidArgument",
                        "both or neither",
                        errors(error(404, null, "200").build())),
                refused(
                        "page without slash",
                        "InvalidArgument",
                        "'x'",
                        errors(error(404, "x", "200").build())),
                refused(
                        "negative time",
                        "InvalidArgument",
                        "-1",
                        errors(error(404, null, null).errorCachingMinTTL(-1L).build())),
                refused(
                        "twice",
                        "InvalidArgument",
                        "two responses",
                        errors(
                                error(404, null, null).build(),
                                error(404, null, null).build())));
    }

    @TestFactory
    Stream<DynamicTest> otherMembersAreRefused() {
        return Stream.of(
                refused(
                        "cache tags in no header",
                        "InvalidArgument",
                        "HeaderName 'cache tag'",
                        TestPlane.distribution("r").cacheTagConfig(tags -> tags.headerName("cache tag"))),
                refused(
                        "cache tags without a header",
                        "MalformedXML",
                        "cacheTagConfig.headerName",
                        TestPlane.distribution("r").cacheTagConfig(tags -> tags.headerName(null))),
                refused("too many origins", "TooManyOrigins", "101 origins, expected at most 100", origins(101)),
                refused(
                        "too many behaviors",
                        "TooManyCacheBehaviors",
                        "76 cache behaviors, expected at most 75",
                        TestPlane.distribution("r")
                                .cacheBehaviors(all -> all.quantity(76)
                                        .items(IntStream.range(0, 76)
                                                .mapToObj(i -> TestPlane.behavior("/" + i)
                                                        .build())
                                                .toList()))),
                refused(
                        "too many origin groups",
                        "TooManyOriginGroupsPerDistribution",
                        "11 origin groups, expected at most 10",
                        TestPlane.distribution("r")
                                .originGroups(all -> all.quantity(11)
                                        .items(Collections.nCopies(
                                                11,
                                                OriginGroup.builder().id("g").build())))),
                refused(
                        "too many custom headers",
                        "TooManyOriginCustomHeaders",
                        "31 custom headers, expected at most 30",
                        origin(o -> o.customHeaders(h -> h.quantity(31)
                                .items(IntStream.range(0, 31)
                                        .mapToObj(i -> header("X-" + i, "v"))
                                        .toList())))),
                refused(
                        "custom header that CloudFront sets",
                        "InvalidArgument",
                        "'X-Amz-Anything'",
                        origin(o -> o.customHeaders(h -> h.quantity(1).items(header("X-Amz-Anything", "v"))))),
                refused(
                        "long value of a custom header",
                        "InvalidArgument",
                        "'X-Long'",
                        origin(o -> o.customHeaders(h -> h.quantity(1).items(header("X-Long", "v".repeat(1_784)))))),
                refused("countries with none", "InvalidGeoRestrictionParameter", "1 locations", geo("none", "DE")),
                refused("no countries", "InvalidGeoRestrictionParameter", "0 locations", geo("blacklist")),
                refused("unknown restriction", "InvalidGeoRestrictionParameter", "'some'", geo("some", "DE")),
                refused("no country", "InvalidLocationCode", "'XX'", geo("whitelist", "XX")),
                refused("country in lower case", "InvalidLocationCode", "'de'", geo("whitelist", "de")),
                refused(
                        "shield without region",
                        "InvalidArgument",
                        "OriginShieldRegion",
                        origin(o -> o.originShield(s -> s.enabled(true)))),
                refused(
                        "shield elsewhere",
                        "InvalidArgument",
                        "'eu-north-1'",
                        origin(o -> o.originShield(s -> s.enabled(true).originShieldRegion("eu-north-1")))),
                refused(
                        "unknown headers policy",
                        "NoSuchResponseHeadersPolicy",
                        "'p'",
                        behavior(b -> b.responseHeadersPolicyId("p"))),
                refused(
                        "unknown key group",
                        "TrustedKeyGroupDoesNotExist",
                        "'g'",
                        behavior(b -> b.trustedKeyGroups(
                                t -> t.enabled(true).quantity(1).items("g")))),
                refused(
                        "too many key groups",
                        "TooManyKeyGroupsAssociatedToDistribution",
                        "5",
                        behavior(b -> b.trustedKeyGroups(
                                t -> t.enabled(true).quantity(5).items("a", "b", "c", "d", "e")))),
                refused(
                        "key groups not enabled",
                        "InvalidArgument",
                        "Enabled false",
                        behavior(b -> b.trustedKeyGroups(
                                t -> t.enabled(false).quantity(1).items("g")))),
                refused(
                        "enabled without key groups",
                        "InvalidArgument",
                        "at least one",
                        behavior(b -> b.trustedKeyGroups(t -> t.enabled(true).quantity(0)))));
    }

    private static DynamicTest refused(String row, String code, String text, DistributionConfig.Builder config) {
        return DynamicTest.dynamicTest(row, () -> {
            AwsError error = catchThrowableOfType(AwsError.class, () -> map(config));
            assertThat(error).isNotNull();
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.text()).contains(text);
        });
    }

    private static DistributionConfig.Builder withGroup(UnaryOperator<OriginGroup.Builder> edit) {
        DistributionConfig.Builder config = TestPlane.distribution("r");
        Origin site = config.build().origins().items().getFirst();
        OriginGroup.Builder group = OriginGroup.builder()
                .id("both")
                .failoverCriteria(c -> c.statusCodes(s -> s.quantity(2).items(500, 503)));
        return config.origins(o ->
                        o.quantity(2).items(site, site.toBuilder().id("spare").build()))
                .originGroups(g -> g.quantity(1)
                        .items(edit.apply(members(group, "site", "spare")).build()))
                .defaultCacheBehavior(
                        TestPlane.behavior().targetOriginId("both").build());
    }

    private static OriginGroup.Builder members(OriginGroup.Builder group, String... ids) {
        List<OriginGroupMember> members = Stream.of(ids)
                .map(id -> OriginGroupMember.builder().originId(id).build())
                .toList();
        return group.members(m -> m.quantity(members.size()).items(members));
    }

    private static CustomErrorResponse.Builder error(int code, String page, String response) {
        return CustomErrorResponse.builder()
                .errorCode(code)
                .responsePagePath(page)
                .responseCode(response);
    }

    private static OriginCustomHeader header(String name, String value) {
        return OriginCustomHeader.builder().headerName(name).headerValue(value).build();
    }

    private static DistributionConfig.Builder errors(CustomErrorResponse... responses) {
        return TestPlane.distribution("r")
                .customErrorResponses(e -> e.quantity(responses.length).items(responses));
    }

    private static DistributionConfig.Builder geo(String type, String... countries) {
        return TestPlane.distribution("r")
                .restrictions(r -> r.geoRestriction(
                        g -> g.restrictionType(type).quantity(countries.length).items(countries)));
    }

    private static DistributionConfig.Builder origin(UnaryOperator<Origin.Builder> edit) {
        DistributionConfig.Builder config = TestPlane.distribution("r");
        Origin site = config.build().origins().items().getFirst();
        return config.origins(
                o -> o.quantity(1).items(edit.apply(site.toBuilder()).build()));
    }

    private static DistributionConfig.Builder origins(int count) {
        DistributionConfig.Builder config = TestPlane.distribution("r");
        Origin site = config.build().origins().items().getFirst();
        List<Origin> origins = IntStream.range(0, count)
                .mapToObj(i -> site.toBuilder().id("o" + i).build())
                .toList();
        return config.origins(o -> o.quantity(count).items(origins));
    }

    private static DistributionConfig.Builder behavior(UnaryOperator<DefaultCacheBehavior.Builder> edit) {
        return TestPlane.distribution("r")
                .defaultCacheBehavior(edit.apply(TestPlane.behavior()).build());
    }

    private static List<Resource> map(DistributionConfig.Builder config) {
        return DistributionMapping.map(
                "E1",
                config.build(),
                new References((arn, name, version) -> Optional.empty(), kind -> List.of(), id -> Optional.empty()));
    }

    private static Distribution distribution(DistributionConfig.Builder config) {
        Snapshot snapshot = Snapshot.of("s", 1, map(config));
        assertThat(SnapshotChecks.faults(snapshot)).isEmpty();
        return snapshot.distribution("E1").orElseThrow();
    }
}
