package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import dev.nearside.control.state.Database;
import java.nio.file.Path;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** A request that is made twice under one caller reference makes one thing, whatever happened to it in between. */
class RepeatedRequestsTest {

    @TempDir
    private Path data;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    @Test
    void distributionIsFoundAgainAfterItWasChanged() {
        DistributionConfig asked = TestPlane.distribution("one").build();
        try (TestPlane aws = new TestPlane(data, state())) {
            Distribution made = create(aws, asked);
            comment(aws, made.id(), "changed");
            assertThat(create(aws, asked).distributionConfig().comment()).isEqualTo("changed");
            assertThat(create(aws, asked).id()).isEqualTo(made.id());
            assertThatThrownBy(() ->
                            create(aws, asked.toBuilder().comment("changed").build()))
                    .as("what it has become was never asked for")
                    .isInstanceOf(DistributionAlreadyExistsException.class)
                    .hasMessageContaining("'one' belongs to distribution " + made.id());
        }
    }

    @Test
    void publicKeyIsFoundAgainAfterItWasChanged() {
        PublicKeyConfig asked = PublicKeyConfig.builder()
                .callerReference("key")
                .name("key")
                .encodedKey(TestKeys.rsa(2048))
                .build();
        try (TestPlane aws = new TestPlane(data, state())) {
            CreatePublicKeyResponse made = aws.cloudFront.createPublicKey(r -> r.publicKeyConfig(asked));
            PublicKeyConfig changed = asked.toBuilder().comment("changed").build();
            aws.cloudFront.updatePublicKey(
                    r -> r.id(made.publicKey().id()).ifMatch(made.eTag()).publicKeyConfig(changed));
            assertThat(aws.cloudFront
                            .createPublicKey(r -> r.publicKeyConfig(asked))
                            .publicKey()
                            .id())
                    .isEqualTo(made.publicKey().id());
            assertThatThrownBy(() -> aws.cloudFront.createPublicKey(r -> r.publicKeyConfig(changed)))
                    .isInstanceOf(PublicKeyAlreadyExistsException.class);
        }
    }

    @Test
    void whatAnEarlierReleaseMadeIsComparedAsItIsNow() {
        DistributionConfig asked = TestPlane.distribution("old").build();
        String id;
        try (TestPlane aws = new TestPlane(data)) {
            id = create(aws, asked).id();
        }
        try (Database database = Database.open(data)) {
            database.transaction(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.executeUpdate("UPDATE distribution SET request_digest = ''");
                }
            });
        }
        try (TestPlane aws = new TestPlane(data)) {
            assertThat(create(aws, asked).id()).isEqualTo(id);
            comment(aws, id, "changed");
            assertThatThrownBy(() -> create(aws, asked)).isInstanceOf(DistributionAlreadyExistsException.class);
        }
    }

    private static Distribution create(TestPlane aws, DistributionConfig config) {
        return aws.cloudFront
                .createDistribution(r -> r.distributionConfig(config))
                .distribution();
    }

    private static void comment(TestPlane aws, String id, String comment) {
        var shown = aws.cloudFront.getDistributionConfig(r -> r.id(id));
        aws.cloudFront.updateDistribution(r -> r.id(id)
                .ifMatch(shown.eTag())
                .distributionConfig(
                        shown.distributionConfig().toBuilder().comment(comment).build()));
    }
}
