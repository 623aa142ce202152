package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityConfig;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityInUseException;
import software.amazon.awssdk.services.cloudfront.model.CreateCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IllegalOriginAccessConfigurationException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginAccessIdentityException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchCloudFrontOriginAccessIdentityException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlInUseException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.TooManyOriginAccessControlsException;

/** Origin access controls and identities through the stock SDK. */
class OriginAccessSessionTest {

    @TempDir
    private Path data;

    private TestPlane aws;
    private CloudFrontClient cloudFront;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        cloudFront = aws.cloudFront;
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void controlIsMadeShownChangedAndDeleted() {
        CreateOriginAccessControlResponse made = create(control("photos").build());
        String id = made.originAccessControl().id();
        assertThat(id).matches("E[A-Z0-9]{13}");
        assertThat(made.location()).endsWith("/2020-05-31/origin-access-control/" + id);
        assertThat(cloudFront.getOriginAccessControl(r -> r.id(id)).originAccessControl())
                .isEqualTo(made.originAccessControl());

        OriginAccessControlConfig next = control("photos").description("mine").build();
        String etag = cloudFront
                .updateOriginAccessControl(r -> r.id(id).ifMatch(made.eTag()).originAccessControlConfig(next))
                .eTag();
        assertThat(etag).isNotEqualTo(made.eTag());
        assertThat(cloudFront.getOriginAccessControlConfig(r -> r.id(id)).originAccessControlConfig())
                .isEqualTo(next);
        assertThatThrownBy(
                        () -> cloudFront.deleteOriginAccessControl(r -> r.id(id).ifMatch(made.eTag())))
                .isInstanceOf(PreconditionFailedException.class);
        cloudFront.deleteOriginAccessControl(r -> r.id(id).ifMatch(etag));
        assertThatThrownBy(() -> cloudFront.getOriginAccessControl(r -> r.id(id)))
                .isInstanceOf(NoSuchOriginAccessControlException.class)
                .hasMessageContaining("'" + id + "'");
    }

    @Test
    void listGoesOnAfterAMarker() {
        String first = create(control("a").build()).originAccessControl().id();
        String second = create(control("b").build()).originAccessControl().id();
        var page = cloudFront.listOriginAccessControls(r -> r.maxItems("1")).originAccessControlList();
        assertThat(page.isTruncated()).isTrue();
        var rest = cloudFront
                .listOriginAccessControls(r -> r.maxItems("1").marker(page.nextMarker()))
                .originAccessControlList();
        assertThat(rest.isTruncated()).isFalse();
        assertThat(IntStream.of(0, 1)
                        .mapToObj(i -> (i == 0 ? page : rest).items().getFirst().id()))
                .containsExactlyInAnyOrder(first, second);
        assertThat(rest.items().getFirst().signingBehaviorAsString()).isEqualTo("always");
    }

    @ParameterizedTest
    @CsvSource({
        "SigningBehavior, sometimes, '[always, never, no-override]'",
        "SigningProtocol, sigv5, [sigv4]",
        "OriginAccessControlOriginType, ftp, '[lambda, mediapackagev2, mediastore, s3]'"
    })
    void valueThatCloudFrontDoesNotKnowIsRefused(String member, String value, String known) {
        OriginAccessControlConfig.Builder config = control("odd");
        switch (member) {
            case "SigningBehavior" -> config.signingBehavior(value);
            case "SigningProtocol" -> config.signingProtocol(value);
            default -> config.originAccessControlOriginType(value);
        }
        refused(
                "InvalidArgument",
                "The parameter " + member + " is '" + value + "', expected one of " + known,
                () -> create(config.build()));
    }

    @Test
    void namesAreShortAndFree() {
        refused(
                "InvalidArgument",
                "expected 1 to 64",
                () -> create(control("n".repeat(65)).build()));
        refused(
                "InvalidArgument",
                "257 characters",
                () -> create(control("long").description("d".repeat(257)).build()));
        create(control("taken").build());
        assertThatThrownBy(() -> create(control("taken").build()))
                .isInstanceOf(OriginAccessControlAlreadyExistsException.class);
    }

    @Test
    void hundredAreTheMost() {
        for (int i = 0; i < 100; i++) {
            create(control("c" + i).build());
        }
        assertThatThrownBy(() -> create(control("one-more").build()))
                .isInstanceOf(TooManyOriginAccessControlsException.class)
                .hasMessageContaining("100");
    }

    @Test
    void distributionNamesOneThatExistsAndKeepsIt() {
        CreateOriginAccessControlResponse made = create(control("photos").build());
        String id = made.originAccessControl().id();
        refused(
                InvalidOriginAccessControlException.class,
                "'ENOBODY' of origin 'site' does not exist",
                () -> deploy(bucket("ENOBODY", "")));
        deploy(bucket(id, ""));
        assertThatThrownBy(
                        () -> cloudFront.deleteOriginAccessControl(r -> r.id(id).ifMatch(made.eTag())))
                .isInstanceOf(OriginAccessControlInUseException.class)
                .hasMessageContaining("distribution E");
    }

    @Test
    void controlForAnotherTypeOfOriginIsNotForABucket() {
        String id = create(
                        control("urls").originAccessControlOriginType("lambda").build())
                .originAccessControl()
                .id();
        refused(
                InvalidOriginAccessControlException.class,
                "is for origins of type lambda, expected one for s3",
                () -> deploy(bucket(id, "")));
    }

    @Test
    void bucketHasAControlOrAnIdentity() {
        String control = create(control("photos").build()).originAccessControl().id();
        String identity = name(identity("one"));
        refused(
                IllegalOriginAccessConfigurationException.class,
                "expected one of them at most",
                () -> deploy(bucket(control, identity)));
    }

    @Test
    void identityIsMadeOnceAndDeletedWhenNothingUsesIt() {
        CreateCloudFrontOriginAccessIdentityResponse made = identity("one");
        String id = made.cloudFrontOriginAccessIdentity().id();
        assertThat(made.cloudFrontOriginAccessIdentity().s3CanonicalUserId()).matches("[0-9a-f]{64}");
        assertThat(identity("one").cloudFrontOriginAccessIdentity().id()).isEqualTo(id);
        refused(
                InvalidOriginAccessIdentityException.class,
                "does not exist, expected origin-access-identity/cloudfront/",
                () -> deploy(bucket("", "origin-access-identity/cloudfront/ENOBODY")));
        refused(InvalidOriginAccessIdentityException.class, "'" + id + "'", () -> deploy(bucket("", id)));
        deploy(bucket("", name(made)));
        assertThatThrownBy(() -> cloudFront.deleteCloudFrontOriginAccessIdentity(
                        r -> r.id(id).ifMatch(made.eTag())))
                .isInstanceOf(CloudFrontOriginAccessIdentityInUseException.class);

        CreateCloudFrontOriginAccessIdentityResponse free = identity("two");
        String other = free.cloudFrontOriginAccessIdentity().id();
        String etag = cloudFront
                .updateCloudFrontOriginAccessIdentity(r -> r.id(other)
                        .ifMatch(free.eTag())
                        .cloudFrontOriginAccessIdentityConfig(identityConfig("two", "changed")))
                .eTag();
        assertThat(cloudFront
                        .listCloudFrontOriginAccessIdentities(r -> r.maxItems("10"))
                        .cloudFrontOriginAccessIdentityList()
                        .items())
                .extracting(item -> item.comment())
                .containsExactlyInAnyOrder("an identity", "changed");
        refused(
                "IllegalUpdate",
                "expected the unchanged 'two'",
                () -> cloudFront.updateCloudFrontOriginAccessIdentity(r ->
                        r.id(other).ifMatch(etag).cloudFrontOriginAccessIdentityConfig(identityConfig("three", ""))));
        cloudFront.deleteCloudFrontOriginAccessIdentity(r -> r.id(other).ifMatch(etag));
        assertThatThrownBy(() -> cloudFront.getCloudFrontOriginAccessIdentity(r -> r.id(other)))
                .isInstanceOf(NoSuchCloudFrontOriginAccessIdentityException.class);
    }

    private static OriginAccessControlConfig.Builder control(String name) {
        return OriginAccessControlConfig.builder()
                .name(name)
                .description("")
                .signingProtocol("sigv4")
                .signingBehavior("always")
                .originAccessControlOriginType("s3");
    }

    private CreateOriginAccessControlResponse create(OriginAccessControlConfig config) {
        return cloudFront.createOriginAccessControl(r -> r.originAccessControlConfig(config));
    }

    private CreateCloudFrontOriginAccessIdentityResponse identity(String reference) {
        return cloudFront.createCloudFrontOriginAccessIdentity(
                r -> r.cloudFrontOriginAccessIdentityConfig(identityConfig(reference, "an identity")));
    }

    private static CloudFrontOriginAccessIdentityConfig identityConfig(String reference, String comment) {
        return CloudFrontOriginAccessIdentityConfig.builder()
                .callerReference(reference)
                .comment(comment)
                .build();
    }

    private static String name(CreateCloudFrontOriginAccessIdentityResponse made) {
        return "origin-access-identity/cloudfront/"
                + made.cloudFrontOriginAccessIdentity().id();
    }

    private static UnaryOperator<DistributionConfig.Builder> bucket(String control, String identity) {
        Origin origin = Origin.builder()
                .id("site")
                .domainName("photos.s3.us-east-1.amazonaws.com")
                .originAccessControlId(control)
                .s3OriginConfig(s3 -> s3.originAccessIdentity(identity))
                .build();
        return config -> config.origins(origins -> origins.quantity(1).items(origin));
    }

    private void deploy(UnaryOperator<DistributionConfig.Builder> edit) {
        cloudFront.createDistribution(r -> r.distributionConfig(
                edit.apply(TestPlane.distribution("of a bucket")).build()));
    }

    private static void refused(Class<? extends CloudFrontException> type, String words, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessageContaining(words);
    }

    private static void refused(String code, String words, ThrowingCallable call) {
        @Nullable CloudFrontException refused = catchThrowableOfType(CloudFrontException.class, call);
        assertThat(refused).isNotNull().hasMessageContaining(words);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(code);
    }
}
