package dev.nearside.kit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.HeaderField;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:greet:7";
    private static final FunctionVersion FUNCTION = new FunctionVersion(
            ARN, "greet", "7", "nodejs20.x", "index.handler", "ab12", 100, 128, 3, Map.of("B", "2", "A", "1"));
    private static final OriginRequestPolicy REQUEST_POLICY = new OriginRequestPolicy(
            "orp",
            "all",
            Selection.ALL,
            Selection.NONE,
            new Selection(Selection.Mode.ALL_EXCEPT, List.of("x")),
            Selection.only("q"));
    private static final Invalidation INVALIDATION = new Invalidation("I1", "E1", List.of("/*", "/a"));
    private static final FunctionAssociation ASSOCIATION = new FunctionAssociation(EventType.VIEWER_REQUEST, ARN, true);

    private static final String STORE_ARN = "arn:aws:cloudfront::000000000000:key-value-store/k";
    private static final KeyValueStore STORE = new KeyValueStore(STORE_ARN, "links", 1, 2, Map.of("b", "2", "a", "1"));
    private static final String CFF_ARN = "arn:aws:cloudfront::000000000000:function/rewrite";
    private static final CloudFrontFunction REWRITE = new CloudFrontFunction(
            CFF_ARN, "rewrite", CloudFrontFunction.RUNTIME_2_0, "cd34", "function handler() {}", List.of(STORE_ARN));

    private static final ContinuousDeploymentPolicy BY_WEIGHT = new ContinuousDeploymentPolicy(
            "cd",
            true,
            "E2",
            null,
            new ContinuousDeploymentPolicy.SingleWeight(
                    0.1, new ContinuousDeploymentPolicy.Stickiness(300, 600, 1_700_000_000_000L)));
    private static final ContinuousDeploymentPolicy BY_HEADER = new ContinuousDeploymentPolicy(
            "cd", false, "E2", new ContinuousDeploymentPolicy.SingleHeader("aws-cf-cd-x", "1"), null);

    static Stream<Resource> kinds() {
        return Stream.of(
                CachePolicy.RFC9111,
                REQUEST_POLICY,
                BY_WEIGHT,
                FUNCTION,
                STORE,
                REWRITE,
                distribution("E1", behavior().withCloudFrontFunctions(List.of(rewriteOn(EventType.VIEWER_RESPONSE)))),
                primary("E3", "cd"),
                staging("E2"),
                INVALIDATION);
    }

    // ---- codec, apply, since ----

    @ParameterizedTest(name = "{index}")
    @MethodSource("kinds")
    void eachKindSurvivesTheWire(Resource resource) {
        Snapshot base = Snapshot.of("s", 1, List.of());
        Snapshot next = Snapshot.of("s", 2, List.of(resource));

        Snapshot added = base.apply(sent(next.since(base)));
        assertThat(added).isEqualTo(next);
        Snapshot removed = next.apply(sent(Snapshot.of("s", 3, List.of()).since(next)));
        assertThat(removed.resources()).isEmpty();
        assertThat(removed.revision()).isEqualTo(3);
    }

    @Test
    void deltaHoldsOnlyWhatChanged() {
        Snapshot base = Snapshot.of("s", 4, List.of(CachePolicy.RFC9111, FUNCTION, INVALIDATION));
        Invalidation changed = new Invalidation("I1", "E1", List.of("/b"));
        Snapshot next = Snapshot.of("s", 9, List.of(CachePolicy.RFC9111, changed, REQUEST_POLICY));

        SnapshotDelta delta = sent(next.since(base));

        assertThat(delta.changed()).containsExactly(REQUEST_POLICY, changed);
        assertThat(delta.removed()).containsExactly(FUNCTION.key());
        assertThat(delta.isWhole()).isFalse();
        assertThat(base.apply(delta)).isEqualTo(next);
        assertThat(next.since(next).changed()).isEmpty();
    }

    @Test
    void anotherStateAFutureOrNoRevisionGetTheWhole() {
        Snapshot next = Snapshot.of("s", 9, List.of(FUNCTION));

        for (Snapshot base : List.of(
                Snapshot.EMPTY, Snapshot.of("other", 3, List.of(INVALIDATION)), Snapshot.of("s", 10, List.of()))) {
            SnapshotDelta delta = sent(next.since(base));
            assertThat(delta.isWhole()).isTrue();
            assertThat(base.apply(delta)).isEqualTo(next);
        }
    }

    @Test
    void deltaForAnotherRevisionDoesNotFit() {
        Snapshot one = Snapshot.of("s", 1, List.of());
        SnapshotDelta delta = Snapshot.of("s", 2, List.of(FUNCTION)).since(one);

        assertThatThrownBy(() -> Snapshot.of("s", 2, List.of()).apply(delta))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit revision 2 of state 's'");
        assertThatThrownBy(() -> Snapshot.of("s", 1, List.of(FUNCTION)).apply(delta))
                .hasMessageContaining("digest");
        assertThatThrownBy(() -> Snapshot.of("t", 1, List.of()).apply(delta)).hasMessageContaining("state 't'");
    }

    @Test
    void unknownPropertiesAreIgnoredAndUnknownKindsAreNot() {
        String known = "{\"stateId\":\"s\",\"base\":0,\"revision\":1,\"changed\":[],\"removed\":[],\"new\":{}}";
        String unknown = known.replace("\"changed\":[]", "\"changed\":[{\"kind\":\"tunnel\",\"id\":\"1\"}]");

        assertThat(decoded(known).revision()).isEqualTo(1);
        assertThatThrownBy(() -> decoded(unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a SnapshotDelta")
                .hasMessageContaining("tunnel");
        assertThatThrownBy(() -> decoded("null")).hasMessageContaining("null is not a SnapshotDelta");
        assertThatThrownBy(() -> decoded("{")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resourcesAreFoundByKindAndId() {
        Snapshot snapshot = Snapshot.of("s", 1, kinds().toList());

        assertThat(snapshot.cachePolicy(CachePolicy.RFC9111_ID)).contains(CachePolicy.RFC9111);
        assertThat(snapshot.originRequestPolicy("orp")).contains(REQUEST_POLICY);
        assertThat(snapshot.functionVersion(ARN)).contains(FUNCTION);
        assertThat(snapshot.keyValueStore(STORE_ARN)).contains(STORE);
        assertThat(snapshot.cloudFrontFunction(CFF_ARN)).contains(REWRITE);
        assertThat(snapshot.distribution("E1")).isPresent();
        assertThat(snapshot.distribution("orp")).isEmpty();
        assertThat(snapshot.all(Invalidation.class)).containsExactly(INVALIDATION);
        assertThat(List.copyOf(snapshot.resources().keySet())).isSorted();
    }

    @Test
    void environmentIsNotPrinted() {
        FunctionVersion secret =
                new FunctionVersion(ARN, "greet", "7", "nodejs20.x", "h", "ab", 1, 128, 3, Map.of("TOKEN", "s3cr3t"));

        assertThat(secret.toString()).contains("TOKEN").doesNotContain("s3cr3t");
    }

    // ---- checks ----

    static Stream<Arguments> faults() {
        Behavior good = behavior();
        return Stream.of(
                Arguments.of("sound", null, List.of(distribution("E1", good))),
                Arguments.of(
                        "unknown origin",
                        "distribution E1, behavior '*': target origin 'nowhere' is not one of its origins or origin groups",
                        List.of(distribution("E1", behavior("nowhere", CachePolicy.RFC9111_ID, "orp", ASSOCIATION)))),
                Arguments.of(
                        "unknown cache policy",
                        "distribution E1, behavior '*': cache policy 'none' does not exist",
                        List.of(distribution("E1", behavior("o", "none", "orp", ASSOCIATION)))),
                Arguments.of(
                        "unknown origin request policy",
                        "distribution E1, behavior '*': origin request policy 'none' does not exist",
                        List.of(distribution("E1", behavior("o", CachePolicy.RFC9111_ID, "none", ASSOCIATION)))),
                Arguments.of(
                        "unknown function",
                        "distribution E1, behavior '*': function version 'arn:x' on event origin-request does not exist",
                        List.of(distribution(
                                "E1",
                                behavior(
                                        "o",
                                        CachePolicy.RFC9111_ID,
                                        null,
                                        new FunctionAssociation(EventType.ORIGIN_REQUEST, "arn:x", false))))),
                Arguments.of(
                        "two functions on one event",
                        "distribution E1, behavior '*': event viewer-request has two functions, expected one at most",
                        List.of(distribution(
                                "E1", behavior("o", CachePolicy.RFC9111_ID, null, ASSOCIATION, ASSOCIATION)))),
                Arguments.of(
                        "body on a response event",
                        "distribution E1, behavior '*': event origin-response cannot include the body,"
                                + " only request events can",
                        List.of(distribution(
                                "E1",
                                behavior(
                                        "o",
                                        CachePolicy.RFC9111_ID,
                                        null,
                                        new FunctionAssociation(EventType.ORIGIN_RESPONSE, ARN, true))))),
                Arguments.of(
                        "CloudFront Functions on both viewer events",
                        null,
                        List.of(
                                STORE,
                                REWRITE,
                                distribution(
                                        "E1", withRewriteOn(EventType.VIEWER_REQUEST, EventType.VIEWER_RESPONSE)))),
                Arguments.of(
                        "two CloudFront Functions on one event",
                        "distribution E1, behavior '*': event viewer-request has two CloudFront Functions,"
                                + " expected one at most",
                        List.of(
                                STORE,
                                REWRITE,
                                distribution("E1", withRewriteOn(EventType.VIEWER_REQUEST, EventType.VIEWER_REQUEST)))),
                Arguments.of(
                        "a CloudFront Function on an origin event",
                        "distribution E1, behavior '*': event origin-request has a CloudFront Function,"
                                + " only viewer events can",
                        List.of(STORE, REWRITE, distribution("E1", withRewriteOn(EventType.ORIGIN_REQUEST)))),
                Arguments.of(
                        "unknown CloudFront Function",
                        "distribution E1, behavior '*': CloudFront Function '" + CFF_ARN
                                + "' on event viewer-request does not exist",
                        List.of(distribution("E1", withRewriteOn(EventType.VIEWER_REQUEST)))),
                Arguments.of(
                        "both kinds on viewer events",
                        "distribution E1, behavior '*': its viewer events have Lambda@Edge and CloudFront Functions,"
                                + " expected one kind only",
                        List.of(
                                STORE,
                                REWRITE,
                                distribution(
                                        "E1",
                                        behavior("o", CachePolicy.RFC9111_ID, null, ASSOCIATION)
                                                .withCloudFrontFunctions(
                                                        List.of(rewriteOn(EventType.VIEWER_RESPONSE)))))),
                Arguments.of(
                        "both kinds, but Lambda@Edge on an origin event",
                        null,
                        List.of(
                                STORE,
                                REWRITE,
                                distribution(
                                        "E1",
                                        behavior(
                                                        "o",
                                                        CachePolicy.RFC9111_ID,
                                                        null,
                                                        new FunctionAssociation(EventType.ORIGIN_REQUEST, ARN, false))
                                                .withCloudFrontFunctions(
                                                        List.of(rewriteOn(EventType.VIEWER_RESPONSE)))))),
                Arguments.of(
                        "unknown key value store",
                        "CloudFront Function rewrite: key value store '" + STORE_ARN + "' does not exist",
                        List.of(REWRITE)),
                Arguments.of(
                        "two key value stores",
                        "CloudFront Function rewrite: 2 key value stores, expected one at most",
                        List.of(
                                STORE,
                                new CloudFrontFunction(
                                        CFF_ARN,
                                        "rewrite",
                                        CloudFrontFunction.RUNTIME_2_0,
                                        "cd34",
                                        "",
                                        List.of(STORE_ARN, STORE_ARN)))),
                Arguments.of(
                        "one host twice",
                        "distribution E2: host 'shop.test' belongs to distribution E1 already",
                        List.of(distribution("E1", good), distribution("E2", good))),
                Arguments.of("continuous deployment", null, List.of(primary("E1", "cd"), staging("E2"), BY_WEIGHT)),
                Arguments.of(
                        "unknown continuous deployment policy",
                        "distribution E1: continuous deployment policy 'none' does not exist",
                        List.of(primary("E1", "none"))),
                Arguments.of(
                        "no such staging distribution",
                        "distribution E1: continuous deployment policy 'cd' names 'E2', which is no staging distribution",
                        List.of(primary("E1", "cd"), BY_HEADER)),
                Arguments.of(
                        "a policy that leads to a distribution of its own",
                        "distribution E1: continuous deployment policy 'cd' names 'E2', which is no staging distribution",
                        List.of(primary("E1", "cd"), plain("E2"), BY_HEADER)),
                Arguments.of(
                        "one policy for two",
                        "distribution E3: continuous deployment policy 'cd' belongs to distribution E1 already",
                        List.of(primary("E1", "cd"), primary("E3", "cd"), staging("E2"), BY_WEIGHT)),
                Arguments.of(
                        "a policy on a staging distribution",
                        "distribution E3: it is a staging distribution and has continuous deployment policy 'cd',"
                                + " expected none",
                        List.of(plain("E3").deployedContinuously(true, "cd"), staging("E2"), BY_WEIGHT)),
                Arguments.of(
                        "aliases on a staging distribution",
                        "distribution E1: it is a staging distribution and has the aliases [shop.test], expected none",
                        List.of(distribution("E1", good).deployedContinuously(true, null))),
                Arguments.of(
                        "neither path nor tag",
                        "invalidation I2: path 'a' does not start with /, nor with # as a tag does",
                        List.of(new Invalidation("I2", "E1", List.of("/ok", "#tag", "a")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void faultsAreOneSentenceEach(String what, @Nullable String fault, List<Resource> resources) {
        List<Resource> all = Stream.concat(Stream.of(CachePolicy.RFC9111, REQUEST_POLICY, FUNCTION), resources.stream())
                .toList();

        List<String> faults = SnapshotChecks.faults(Snapshot.of("s", 1, all));

        assertThat(faults).as(what).isEqualTo(fault == null ? List.of() : List.of(fault));
    }

    /** Enabled at 0 per cent a viewer may still ask for Server-Timing; switched off nobody gets it. */
    @ParameterizedTest
    @NullSource
    @ValueSource(doubles = {0, 12.5, 100})
    void samplingAtNothingIsNoSampling(@Nullable Double rate) {
        ResponseHeadersPolicy policy = new ResponseHeadersPolicy("r", "r", null, List.of(), List.of(), rate);

        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(policy), ResponseHeadersPolicy.class)
                        .serverTimingSamplingRate())
                .isEqualTo(rate);
    }

    @Test
    void distributionWithoutADomainNameIsAFaultLikeOthers() {
        String json = new String(SnapshotCodec.encode(distribution("E1", behavior())), StandardCharsets.UTF_8);
        Distribution nameless = SnapshotCodec.decode(
                json.replace("\"domainName\":\"E1.cdn.localhost\",", "").getBytes(StandardCharsets.UTF_8),
                Distribution.class);
        Snapshot snapshot =
                Snapshot.of("s", 1, List.of(CachePolicy.RFC9111, REQUEST_POLICY, FUNCTION, nameless, nameless));

        assertThat(SnapshotChecks.faults(snapshot)).containsExactly("distribution E1: it has no domain name");
    }

    // ---- short ways ----

    private static SnapshotDelta sent(SnapshotDelta delta) {
        SnapshotDelta received = SnapshotCodec.decode(SnapshotCodec.encode(delta), SnapshotDelta.class);
        assertThat(received).isEqualTo(delta);
        return received;
    }

    private static SnapshotDelta decoded(String json) {
        return SnapshotCodec.decode(json.getBytes(StandardCharsets.UTF_8), SnapshotDelta.class);
    }

    private static CloudFrontFunctionAssociation rewriteOn(EventType eventType) {
        return new CloudFrontFunctionAssociation(eventType, CFF_ARN);
    }

    private static Behavior withRewriteOn(EventType... eventTypes) {
        return behavior("o", CachePolicy.RFC9111_ID, null)
                .withCloudFrontFunctions(
                        Stream.of(eventTypes).map(SnapshotTest::rewriteOn).toList());
    }

    private static Behavior behavior() {
        return behavior("o", CachePolicy.RFC9111_ID, "orp", ASSOCIATION);
    }

    private static Behavior behavior(
            String originId, String policyId, @Nullable String requestPolicyId, FunctionAssociation... associations) {
        return new Behavior(
                "*",
                originId,
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("GET", "HEAD"),
                List.of("GET", "HEAD"),
                policyId,
                requestPolicyId,
                null,
                true,
                List.of(),
                List.of(associations));
    }

    private static Distribution primary(String id, String policyId) {
        return plain(id).deployedContinuously(false, policyId);
    }

    private static Distribution staging(String id) {
        return plain(id).deployedContinuously(true, null);
    }

    private static Distribution plain(String id) {
        return distribution(id, behavior(), List.of());
    }

    private static Distribution distribution(String id, Behavior behavior) {
        return distribution(id, behavior, List.of("shop.test"));
    }

    private static Distribution distribution(String id, Behavior behavior, List<String> aliases) {
        Origin origin = new Origin(
                "o",
                "localhost",
                "/site",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.MATCH_VIEWER,
                List.of(new HeaderField("X-Secret", "s")),
                3,
                10,
                30,
                5,
                List.of("TLSv1.2"),
                null);
        return new Distribution(
                id,
                id + ".cdn.localhost",
                aliases,
                true,
                "",
                List.of(origin),
                behavior,
                List.of(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                new Distribution.Logging(true, false, "logs.s3.amazonaws.com", "site/"));
    }
}
