package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeySummary;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupResponse;

/** The stock AWS SDK through the operations on policies, public keys and key groups, with a node that follows. */
class PolicySessionTest {

    @TempDir
    private Path data;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    private TestPlane aws;
    private FakeNode node;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, state());
        node = aws.node("lhr-1").following("null");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void cachePolicyGoesThroughItsLife() {
        CreateCachePolicyResponse created =
                aws.cloudFront.createCachePolicy(r -> r.cachePolicyConfig(cachePolicy("p", 5)));
        String id = created.cachePolicy().id();
        assertThat(created.location()).endsWith("/2020-05-31/cache-policy/" + id);
        String distributionId = distribution("one", b -> b.cachePolicyId(id));
        waitUntilDeployed(distributionId);
        assertThat(served().cachePolicy(id).orElseThrow().minTtlSeconds()).isEqualTo(5);

        var updated = aws.cloudFront.updateCachePolicy(
                r -> r.id(id).ifMatch(created.eTag()).cachePolicyConfig(cachePolicy("renamed", 7)));
        assertThat(updated.eTag()).isNotEqualTo(created.eTag());
        waitUntilDeployed(distributionId);
        CachePolicy policy = served().cachePolicy(id).orElseThrow();
        assertThat(policy.minTtlSeconds()).isEqualTo(7);
        assertThat(policy.headers()).isEqualTo(Selection.only("Accept-Language"));

        var config = aws.cloudFront.getCachePolicyConfig(r -> r.id(id));
        assertThat(config.cachePolicyConfig())
                .isEqualTo(aws.cloudFront
                        .getCachePolicy(r -> r.id(id))
                        .cachePolicy()
                        .cachePolicyConfig());
        assertThat(aws.cloudFront
                        .listCachePolicies(r -> r.type("custom"))
                        .cachePolicyList()
                        .items())
                .singleElement()
                .satisfies(summary -> assertThat(
                                summary.cachePolicy().cachePolicyConfig().name())
                        .isEqualTo("renamed"));
        assertRefused(
                409,
                "CachePolicyInUse",
                distributionId,
                () -> aws.cloudFront.deleteCachePolicy(r -> r.id(id).ifMatch(config.eTag())));

        delete(distributionId);
        aws.cloudFront.deleteCachePolicy(r -> r.id(id).ifMatch(config.eTag()));
        assertRefused(404, "NoSuchCachePolicy", id, () -> aws.cloudFront.getCachePolicy(r -> r.id(id)));
    }

    @Test
    void originRequestPolicyIsMadeAndUsed() {
        var created = aws.cloudFront.createOriginRequestPolicy(r -> r.originRequestPolicyConfig(c -> c.name("orp")
                .headersConfig(h ->
                        h.headerBehavior("whitelist").headers(n -> n.quantity(1).items("X-Tenant")))
                .cookiesConfig(k -> k.cookieBehavior("all"))
                .queryStringsConfig(q -> q.queryStringBehavior("none"))));
        String id = created.originRequestPolicy().id();
        String distributionId = distribution("one", b -> b.originRequestPolicyId(id));
        waitUntilDeployed(distributionId);

        assertThat(served().originRequestPolicy(id).orElseThrow().viewerHeaders())
                .isEqualTo(Selection.only("X-Tenant"));
        assertRefused(
                409,
                "OriginRequestPolicyInUse",
                id,
                () -> aws.cloudFront.deleteOriginRequestPolicy(r -> r.id(id).ifMatch(created.eTag())));
        assertThat(aws.cloudFront.getOriginRequestPolicyConfig(r -> r.id(id)).originRequestPolicyConfig())
                .isEqualTo(created.originRequestPolicy().originRequestPolicyConfig());
    }

    @Test
    void changedResponseHeadersPolicyReachesTheNode() {
        CreateResponseHeadersPolicyResponse created =
                aws.cloudFront.createResponseHeadersPolicy(r -> r.responseHeadersPolicyConfig(responseHeaders("one")));
        String id = created.responseHeadersPolicy().id();
        String distributionId = distribution("one", b -> b.responseHeadersPolicyId(id));
        waitUntilDeployed(distributionId);
        assertThat(served().distribution(distributionId)
                        .orElseThrow()
                        .defaultBehavior()
                        .responseHeadersPolicyId())
                .isEqualTo(id);

        aws.cloudFront.updateResponseHeadersPolicy(
                r -> r.id(id).ifMatch(created.eTag()).responseHeadersPolicyConfig(responseHeaders("two")));
        waitUntilDeployed(distributionId);
        assertThat(served().responseHeadersPolicy(id).orElseThrow().headers())
                .containsExactly(new ResponseHeadersPolicy.Header("X-Team", "two", false));
        assertThat(aws.cloudFront
                        .getResponseHeadersPolicyConfig(r -> r.id(id))
                        .responseHeadersPolicyConfig()
                        .customHeadersConfig())
                .isEqualTo(responseHeaders("two").customHeadersConfig());
    }

    @Test
    void managedResponseHeadersPoliciesAreListedAndRead() {
        assertThat(aws.cloudFront
                        .listResponseHeadersPolicies(r -> r.type("managed"))
                        .responseHeadersPolicyList()
                        .items())
                .extracting(summary -> summary.responseHeadersPolicy()
                        .responseHeadersPolicyConfig()
                        .name())
                .containsExactlyInAnyOrder(
                        "Managed-SimpleCORS",
                        "Managed-CORS-With-Preflight",
                        "Managed-SecurityHeadersPolicy",
                        "Managed-CORS-and-SecurityHeadersPolicy",
                        "Managed-CORS-with-preflight-and-SecurityHeadersPolicy");
        var simple = aws.cloudFront.getResponseHeadersPolicy(r -> r.id("60669652-455b-4ae9-85a4-c4c02393f86c"));
        assertThat(simple.responseHeadersPolicy()
                        .responseHeadersPolicyConfig()
                        .corsConfig()
                        .accessControlAllowOrigins()
                        .items())
                .containsExactly("*");
        assertRefused(
                400,
                "IllegalDelete",
                "managed",
                () -> aws.cloudFront.deleteResponseHeadersPolicy(
                        r -> r.id("60669652-455b-4ae9-85a4-c4c02393f86c").ifMatch(simple.eTag())));
        assertRefused(
                400,
                "IllegalUpdate",
                "managed",
                () -> aws.cloudFront.updateResponseHeadersPolicy(r -> r.id("60669652-455b-4ae9-85a4-c4c02393f86c")
                        .ifMatch(simple.eTag())
                        .responseHeadersPolicyConfig(responseHeaders("x"))));
    }

    @Test
    void signingKeysReachTheNodeInTheirGroup() {
        String pem = TestKeys.curve("secp256r1");
        String one = publicKey("one", TestKeys.rsa(2048)).publicKey().id();
        String two = publicKey("two", pem).publicKey().id();
        assertThat(one).matches("K[A-Z0-9]{13}");
        CreateKeyGroupResponse created =
                aws.cloudFront.createKeyGroup(r -> r.keyGroupConfig(keyGroup("signers", List.of(one))));
        String id = created.keyGroup().id();
        String distributionId = distribution(
                "one", b -> b.trustedKeyGroups(t -> t.enabled(true).quantity(1).items(id)));
        waitUntilDeployed(distributionId);
        Distribution distribution = served().distribution(distributionId).orElseThrow();
        assertThat(distribution.defaultBehavior().trustedKeyGroupIds()).containsExactly(id);

        UpdateKeyGroupResponse updated = aws.cloudFront.updateKeyGroup(
                r -> r.id(id).ifMatch(created.eTag()).keyGroupConfig(keyGroup("signers", List.of(two))));
        waitUntilDeployed(distributionId);
        assertThat(served().keyGroup(id))
                .contains(new KeyGroup(id, "signers", List.of(new KeyGroup.PublicKey(two, pem))));
        assertThat(aws.cloudFront
                        .getDistribution(r -> r.id(distributionId))
                        .distribution()
                        .activeTrustedKeyGroups()
                        .items())
                .singleElement()
                .satisfies(active -> {
                    assertThat(active.keyGroupId()).isEqualTo(id);
                    assertThat(active.keyPairIds().items()).containsExactly(two);
                });
        assertRefused(
                409,
                "ResourceInUse",
                distributionId,
                () -> aws.cloudFront.deleteKeyGroup(r -> r.id(id).ifMatch(updated.eTag())));
        assertRefused(409, "PublicKeyInUse", id, () -> deletePublicKey(two));

        deletePublicKey(one);
        delete(distributionId);
        aws.cloudFront.deleteKeyGroup(r -> r.id(id).ifMatch(updated.eTag()));
        deletePublicKey(two);
        assertThat(aws.cloudFront.listKeyGroups(r -> {}).keyGroupList().quantity())
                .isZero();
        assertThat(aws.cloudFront.listPublicKeys(r -> {}).publicKeyList().quantity())
                .isZero();
    }

    @Test
    void publicKeyKeepsAllButItsComment() {
        String pem = TestKeys.curve("secp256r1").replace("\n", "\r\n");
        CreatePublicKeyResponse created = publicKey("one", pem);
        String id = created.publicKey().id();
        PublicKeyConfig config =
                aws.cloudFront.getPublicKeyConfig(r -> r.id(id)).publicKeyConfig();
        assertThat(config.encodedKey()).isEqualTo(pem);
        assertThat(publicKey("one", pem).publicKey().id())
                .as("the same request again")
                .isEqualTo(id);

        assertRefused(409, "PublicKeyAlreadyExists", id, () -> publicKey("one", TestKeys.curve("secp256r1")));
        assertRefused(
                409,
                "PublicKeyAlreadyExists",
                "'one'",
                () -> aws.cloudFront.createPublicKey(r -> r.publicKeyConfig(
                        config.toBuilder().callerReference("another").build())));
        assertRefused(
                400,
                "CannotChangeImmutablePublicKeyFields",
                "'one'",
                () -> aws.cloudFront.updatePublicKey(r -> r.id(id)
                        .ifMatch(created.eTag())
                        .publicKeyConfig(config.toBuilder().name("two").build())));
        aws.cloudFront.updatePublicKey(r -> r.id(id)
                .ifMatch(created.eTag())
                .publicKeyConfig(config.toBuilder().comment("for films").build()));
        assertThat(aws.cloudFront.listPublicKeys(r -> {}).publicKeyList().items())
                .singleElement()
                .extracting(PublicKeySummary::comment)
                .isEqualTo("for films");
    }

    @Test
    void changeNeedsTheNewestEtag() {
        CreateCachePolicyResponse created =
                aws.cloudFront.createCachePolicy(r -> r.cachePolicyConfig(cachePolicy("p", 5)));
        String id = created.cachePolicy().id();

        assertRefused(
                400,
                "InvalidIfMatchVersion",
                "If-Match",
                () -> aws.cloudFront.updateCachePolicy(r -> r.id(id).cachePolicyConfig(cachePolicy("p", 6))));
        assertRefused(
                412,
                "PreconditionFailed",
                "'EOLD'",
                () -> aws.cloudFront.deleteCachePolicy(r -> r.id(id).ifMatch("EOLD")));
    }

    @Test
    void namesAndKeysAreChecked() {
        aws.cloudFront.createCachePolicy(r -> r.cachePolicyConfig(cachePolicy("p", 5)));

        assertRefused(
                409,
                "CachePolicyAlreadyExists",
                "'p'",
                () -> aws.cloudFront.createCachePolicy(r -> r.cachePolicyConfig(cachePolicy("p", 6))));
        assertRefused(400, "InvalidArgument", "PEM", () -> publicKey("bad", "nonsense"));
        assertRefused(
                400,
                "InvalidArgument",
                "'KNONE'",
                () -> aws.cloudFront.createKeyGroup(r -> r.keyGroupConfig(keyGroup("g", List.of("KNONE")))));
        assertRefused(
                400,
                "TooManyPublicKeysInKeyGroup",
                "6",
                () -> aws.cloudFront.createKeyGroup(
                        r -> r.keyGroupConfig(keyGroup("g", List.of("1", "2", "3", "4", "5", "6")))));
        assertRefused(404, "NoSuchResource", "'none'", () -> aws.cloudFront.getKeyGroup(r -> r.id("none")));
        assertRefused(404, "NoSuchPublicKey", "'none'", () -> aws.cloudFront.getPublicKey(r -> r.id("none")));
    }

    @Test
    void policiesAreThereAfterARestart() throws Exception {
        String id = aws.cloudFront
                .createResponseHeadersPolicy(r -> r.responseHeadersPolicyConfig(responseHeaders("one")))
                .responseHeadersPolicy()
                .id();
        waitUntilDeployed(distribution("one", b -> b.responseHeadersPolicyId(id)));
        Snapshot before = served();
        aws.close();
        aws = new TestPlane(data, state());

        FakeNode fresh = aws.node("fresh");
        fresh.follow(5_000);
        assertThat(fresh.snapshot().digest()).isEqualTo(before.digest());
        assertThat(fresh.snapshot().responseHeadersPolicy(id)).isPresent();
    }

    @Test
    void listIsHandedOutInParts() {
        for (String name : List.of("a", "b", "c")) {
            publicKey(name, TestKeys.curve("secp256r1"));
        }
        var first = aws.cloudFront.listPublicKeys(r -> r.maxItems("2")).publicKeyList();
        assertThat(first.maxItems()).isEqualTo(2);
        deletePublicKey(first.nextMarker());

        var rest =
                aws.cloudFront.listPublicKeys(r -> r.marker(first.nextMarker())).publicKeyList();
        assertThat(rest.maxItems()).isEqualTo(100);
        assertThat(rest.items()).as("after the marker, which is gone").hasSize(1);
    }

    @Test
    void invalidationIsInProgressUntilTheNodeHasIt() throws Exception {
        FakeNode slow = aws.node("nrt-1");
        slow.follow(0);
        String id = distribution("one", b -> b);
        aws.cloudFront.createInvalidation(r -> r.distributionId(id)
                .invalidationBatch(batch ->
                        batch.callerReference("ref").paths(p -> p.quantity(1).items("/*"))));
        assertThat(aws.cloudFront.getDistribution(r -> r.id(id)).distribution().inProgressInvalidationBatches())
                .isEqualTo(1);

        slow.follow(0);
        assertThat(aws.cloudFront.getDistribution(r -> r.id(id)).distribution().inProgressInvalidationBatches())
                .isZero();
    }

    private CreatePublicKeyResponse publicKey(String name, String pem) {
        return aws.cloudFront.createPublicKey(
                r -> r.publicKeyConfig(c -> c.callerReference(name).name(name).encodedKey(pem)));
    }

    private void deletePublicKey(String id) {
        String etag = aws.cloudFront.getPublicKey(r -> r.id(id)).eTag();
        aws.cloudFront.deletePublicKey(r -> r.id(id).ifMatch(etag));
    }

    private String distribution(String reference, UnaryOperator<DefaultCacheBehavior.Builder> edit) {
        return aws.cloudFront
                .createDistribution(r -> r.distributionConfig(TestPlane.distribution(reference)
                        .defaultCacheBehavior(edit.apply(TestPlane.behavior()).build())
                        .build()))
                .distribution()
                .id();
    }

    private void delete(String distributionId) {
        var config = aws.cloudFront.getDistributionConfig(r -> r.id(distributionId));
        var disabled = aws.cloudFront.updateDistribution(r -> r.id(distributionId)
                .ifMatch(config.eTag())
                .distributionConfig(
                        config.distributionConfig().toBuilder().enabled(false).build()));
        aws.cloudFront.deleteDistribution(r -> r.id(distributionId).ifMatch(disabled.eTag()));
    }

    private void waitUntilDeployed(String id) {
        aws.cloudFront.waiter().waitUntilDistributionDeployed(r -> r.id(id));
    }

    private Snapshot served() {
        return node.snapshot();
    }

    private static CachePolicyConfig cachePolicy(String name, long minTtl) {
        return CachePolicyConfig.builder()
                .name(name)
                .minTTL(minTtl)
                .parametersInCacheKeyAndForwardedToOrigin(key -> key.enableAcceptEncodingGzip(false)
                        .headersConfig(h -> h.headerBehavior("whitelist")
                                .headers(n -> n.quantity(1).items("Accept-Language")))
                        .cookiesConfig(c -> c.cookieBehavior("none"))
                        .queryStringsConfig(q -> q.queryStringBehavior("all")))
                .build();
    }

    private static ResponseHeadersPolicyConfig responseHeaders(String team) {
        return ResponseHeadersPolicyConfig.builder()
                .name("headers")
                .customHeadersConfig(custom -> custom.quantity(1)
                        .items(ResponseHeadersPolicyCustomHeader.builder()
                                .header("X-Team")
                                .value(team)
                                .override(false)
                                .build()))
                .build();
    }

    private static KeyGroupConfig keyGroup(String name, List<String> keys) {
        return KeyGroupConfig.builder().name(name).items(keys).build();
    }

    private static void assertRefused(int status, String code, String text, Runnable call) {
        AwsServiceException error = catchThrowableOfType(AwsServiceException.class, call::run);
        assertThat(error).isNotNull();
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.awsErrorDetails().errorMessage()).contains(text);
    }
}
