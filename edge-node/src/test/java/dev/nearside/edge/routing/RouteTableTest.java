package dev.nearside.edge.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.staging.StagingRule;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    @ParameterizedTest(name = "host {0}")
    @CsvSource(
            nullValues = "-",
            value = {
                "e1.cdn.localhost, E1",
                "e1.cdn.localhost:7101, E1",
                "E1.CDN.localhost:7101, E1",
                "shop.test, E1",
                "SHOP.test:80, E1",
                "127.0.0.1, E1",
                "127.0.0.1:7101, E1",
                "[::1], E1",
                "[::1]:7101, E1",
                "[::2]:7101, -",
                "::1, -",
                "other.test, -",
                "e1.cdn.localhost.evil.test, -",
                "'', -",
                "':80', -",
                "e2.cdn.localhost, -",
            })
    void hostsAreFoundWithAnyPortAndCase(String host, @Nullable String distributionId) {
        RouteTable table = table(
                distribution("E1", true, List.of("Shop.test", "127.0.0.1", "[::1]")),
                distribution("E2", false, List.of()));

        Route route = table.find(host, "/");

        assertThat(route == null ? null : route.distribution().id()).isEqualTo(distributionId);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b.jpg, /a/*",
        "/b.jpg, *.jpg",
        "/c, *",
        "/A/b, *",
    })
    void firstBehaviorThatMatchesServes(String uri, String pattern) {
        RouteTable table = table(distribution("E1", true, List.of(), "/a/*", "*.jpg", "/a/b.jpg"));

        assertThat(behaviorOf(table, uri)).isEqualTo(pattern);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "www.example.com, E1",
        "WWW.example.com:7101, E1",
        "own.example.com, E2",
        "a.b.example.com,",
        "example.com,",
    })
    void wildcardAliasesStandForOneLabelAndYieldToWholeNames(String host, @Nullable String distributionId) {
        RouteTable table = table(
                distribution("E1", true, List.of("*.example.com")),
                distribution("E2", true, List.of("own.example.com")));

        Route found = table.find(host, "/");
        assertThat(found == null ? null : found.distribution().id()).isEqualTo(distributionId);
    }

    @Test
    void pageOfErrorsKnowsAllDistributions() {
        RouteTable table = table(distribution("E1", true, List.of()), distribution("E2", false, List.of()));

        assertThat(table.distributions()).extracting(Distribution::id).containsExactly("E1", "E2");
    }

    @Test
    void viewersCannotNameStagingDistributionsButNodesCan() {
        RouteTable table = table(distribution("E2", true, List.of()).deployedContinuously(true, null));

        assertThat(table.find("e2.cdn.localhost", "/")).isNull();
        assertThat(table.answersTo("e2.cdn.localhost")).isFalse();
        assertThat(table.distributions()).isEmpty();
        assertThat(table.find("e2.cdn.localhost", "*", "/")).isNotNull();
        assertThat(table.within("E2", "/").distribution().id()).isEqualTo("E2");
        assertThatThrownBy(() -> table.within("E3", "/")).hasMessageContaining("'E3'");
    }

    @ParameterizedTest(name = "policy enabled {0}, staging enabled {1}, chooses {2}: in force {3}")
    @CsvSource({
        "true, true, true, true",
        "false, true, true, false",
        "true, false, true, false",
        "true, true, false, false"
    })
    void policiesAreInForceWhileTheyAndTheirStagingDistributionsAreEnabled(
            boolean enabled, boolean stagingEnabled, boolean chooses, boolean inForce) {
        ContinuousDeploymentPolicy policy = new ContinuousDeploymentPolicy(
                "cd", enabled, "E2", chooses ? new SingleHeader("aws-cf-cd-x", "1") : null, null);
        RouteTable table = new RouteTable(
                Snapshot.of(
                        "s",
                        1,
                        List.of(
                                CachePolicy.RFC9111,
                                policy,
                                distribution("E1", true, List.of()).deployedContinuously(false, "cd"),
                                distribution("E2", stagingEnabled, List.of()).deployedContinuously(true, null))),
                RouteTableTest::unbound);

        StagingRule rule = table.within("E1", "/").staging();

        assertThat(rule == null ? null : rule.stagingId()).isEqualTo(inForce ? "E2" : null);
        assertThat(table.within("E2", "/").staging()).isNull();
    }

    @Test
    void danglingPoliciesAreNamed() {
        Distribution primary = distribution("E1", true, List.of()).deployedContinuously(false, "cd");
        ContinuousDeploymentPolicy policy = new ContinuousDeploymentPolicy("cd", true, "E2", null, null);

        assertThatThrownBy(() -> table(primary)).hasMessageContaining("continuous deployment policy 'cd'");
        assertThatThrownBy(() -> new RouteTable(
                        Snapshot.of("s", 1, List.of(CachePolicy.RFC9111, policy, primary)), RouteTableTest::unbound))
                .hasMessageContaining("staging distribution 'E2'");
    }

    @Test
    void functionsOfBehaviorsAreBound() {
        Behavior behavior = new Behavior(
                "*",
                "o",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("GET"),
                List.of("GET"),
                CachePolicy.RFC9111_ID,
                null,
                null,
                false,
                List.of(),
                List.of(new FunctionAssociation(EventType.ORIGIN_REQUEST, "arn:1", false)));

        assertThatThrownBy(() -> table(distribution("E1", true, List.of(), behavior)))
                .isInstanceOf(UnboundException.class)
                .hasMessage("arn:1");
    }

    @Test
    void danglingReferencesAreNamed() {
        Behavior noOrigin = behavior("*", "nowhere", CachePolicy.RFC9111_ID);
        Behavior noPolicy = behavior("*", "o", "missing");

        assertThatThrownBy(() -> table(distribution("E1", true, List.of(), noOrigin)))
                .hasMessageContaining("origin 'nowhere'");
        assertThatThrownBy(() -> table(distribution("E1", true, List.of(), noPolicy)))
                .hasMessageContaining("cache policy 'missing'");
    }

    @ParameterizedTest(name = "{0} allows {1}: {2}")
    @CsvSource({"GET, GET, true", "GET, POST, false", "GET, get, false", "*, BREW, true"})
    void behaviorsAllowTheirMethods(String allowed, String method, boolean allows) {
        Behavior behavior = new Behavior(
                "*",
                "o",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of(allowed),
                List.of(),
                CachePolicy.RFC9111_ID,
                null,
                null,
                false,
                List.of(),
                List.of());
        Route route = table(distribution("E1", true, List.of(), behavior)).find("e1.cdn.localhost", "/");

        assertThat(route)
                .isNotNull()
                .satisfies(it -> assertThat(it.allows(method)).isEqualTo(allows));
    }

    private static @Nullable String behaviorOf(RouteTable table, String uri) {
        Route route = table.find("e1.cdn.localhost", uri);
        return route == null ? null : route.behavior().pathPattern();
    }

    private static RouteTable table(Distribution... distributions) {
        return new RouteTable(snapshot(distributions), RouteTableTest::unbound);
    }

    private static BoundFunction unbound(FunctionAssociation association) {
        throw new UnboundException(association.functionArn());
    }

    /** Says that a function was asked for. */
    private static final class UnboundException extends RuntimeException {
        UnboundException(String arn) {
            super(arn);
        }
    }

    private static Snapshot snapshot(Distribution... distributions) {
        List<Resource> resources = new ArrayList<>(List.of(distributions));
        resources.add(CachePolicy.RFC9111);
        return Snapshot.of("s", 1, resources);
    }

    private static Distribution distribution(String id, boolean enabled, List<String> aliases, String... patterns) {
        Distribution plain = distribution(id, enabled, aliases, behavior("*", "o", CachePolicy.RFC9111_ID));
        return new Distribution(
                id,
                plain.domainName(),
                aliases,
                enabled,
                "",
                plain.origins(),
                plain.defaultBehavior(),
                java.util.stream.Stream.of(patterns)
                        .map(pattern -> behavior(pattern, "o", CachePolicy.RFC9111_ID))
                        .toList(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                Distribution.Logging.OFF);
    }

    private static Distribution distribution(String id, boolean enabled, List<String> aliases, Behavior standard) {
        Origin origin = new Origin(
                "o",
                "localhost",
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                3,
                10,
                30,
                5,
                List.of("TLSv1.2"),
                null);
        return new Distribution(
                id,
                id.toLowerCase(java.util.Locale.ROOT) + ".cdn.localhost",
                aliases,
                enabled,
                "",
                List.of(origin),
                standard,
                List.of(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                Distribution.Logging.OFF);
    }

    private static Behavior behavior(String pattern, String originId, String policyId) {
        return new Behavior(
                pattern,
                originId,
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("GET", "HEAD"),
                List.of("GET", "HEAD"),
                policyId,
                null,
                null,
                false,
                List.of(),
                List.of());
    }
}
