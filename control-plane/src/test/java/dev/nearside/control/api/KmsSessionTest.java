package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.TestPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;
import software.amazon.awssdk.services.kms.model.RotationType;
import software.amazon.awssdk.services.kms.model.RotationsListEntry;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionResponse;
import software.amazon.awssdk.services.kms.model.Tag;

/** The stock SDK through KMS: lives of keys, their names, their material and what they are for. */
class KmsSessionTest {

    private static final SdkBytes MESSAGE = SdkBytes.fromUtf8String("a message");
    private static final Map<String, String> CONTEXT = Map.of("app", "shop", "stage", "test");

    @TempDir
    private Path data;

    private TestPlane aws;
    private KmsClient kms;
    private String key;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        kms = aws.kms("nearside");
        key = kms.createKey().keyMetadata().keyId();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KmsException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode())
                                .as("%s", e.getMessage())
                                .isEqualTo(code));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().tagKey(key).tagValue(value).build();
    }

    private EncryptResponse encrypted() {
        return kms.encrypt(request -> request.keyId(key).plaintext(MESSAGE).encryptionContext(CONTEXT));
    }

    private SdkBytes decrypted(SdkBytes ciphertext) {
        return kms.decrypt(request -> request.ciphertextBlob(ciphertext).encryptionContext(CONTEXT))
                .plaintext();
    }

    @Test
    void aKeyIsMadeShownListedAndDescribed() {
        KeyMetadata made = kms.createKey(
                        request -> request.description("of a test").tags(tag("team", "edge")))
                .keyMetadata();
        assertThat(made.arn()).isEqualTo("arn:aws:kms:us-east-1:000000000000:key/" + made.keyId());
        assertThat(made.enabled()).isTrue();
        assertThat(made.keyManagerAsString()).isEqualTo("CUSTOMER");
        assertThat(made.keySpecAsString()).isEqualTo("SYMMETRIC_DEFAULT");
        assertThat(made.encryptionAlgorithmsAsStrings()).containsExactly("SYMMETRIC_DEFAULT");

        kms.updateKeyDescription(request -> request.keyId(made.arn()).description("another"));
        kms.tagResource(request -> request.keyId(made.keyId()).tags(tag("a", "b")));
        kms.untagResource(request -> request.keyId(made.keyId()).tagKeys("team"));

        assertThat(kms.describeKey(request -> request.keyId(made.keyId()))
                        .keyMetadata()
                        .description())
                .isEqualTo("another");
        assertThat(kms.listResourceTags(request -> request.keyId(made.keyId())).tags())
                .singleElement()
                .satisfies(tag -> assertThat(tag.tagKey() + tag.tagValue()).isEqualTo("ab"));
        assertThat(kms.listKeysPaginator(request -> request.limit(1)).keys())
                .extracting(entry -> entry.keyId())
                .containsExactlyInAnyOrder(key, made.keyId());
        refused("NotFoundException", () -> kms.describeKey(request -> request.keyId("no-key")));
        refused(
                "NotFoundException",
                () -> kms.describeKey(request -> request.keyId(made.arn().replace("us-east-1", "eu-west-1"))));
    }

    @Test
    void aCiphertextOpensWithItsContextAndKeyOnly() {
        EncryptResponse encrypted = encrypted();
        assertThat(encrypted.keyId()).endsWith(key);
        assertThat(encrypted.ciphertextBlob().asByteArray().length).isLessThanOrEqualTo(6_144);
        assertThat(new String(encrypted.ciphertextBlob().asByteArray(), StandardCharsets.ISO_8859_1))
                .doesNotContain("message");

        assertThat(decrypted(encrypted.ciphertextBlob())).isEqualTo(MESSAGE);
        refused(
                "InvalidCiphertextException",
                () -> kms.decrypt(request -> request.ciphertextBlob(encrypted.ciphertextBlob())));
        refused(
                "InvalidCiphertextException",
                () -> kms.decrypt(request -> request.ciphertextBlob(encrypted.ciphertextBlob())
                        .encryptionContext(Map.of("app", "Shop", "stage", "test"))));
        refused(
                "InvalidCiphertextException",
                () -> kms.decrypt(request -> request.ciphertextBlob(SdkBytes.fromUtf8String("nothing of ours"))));
        String other = kms.createKey().keyMetadata().keyId();
        refused(
                "IncorrectKeyException",
                () -> kms.decrypt(request -> request.keyId(other)
                        .ciphertextBlob(encrypted.ciphertextBlob())
                        .encryptionContext(CONTEXT)));
    }

    @Test
    void messagesHaveTheirLimits() {
        SdkBytes longest = SdkBytes.fromByteArray(new byte[4_096]);
        EncryptResponse encrypted = kms.encrypt(request -> request.keyId(key).plaintext(longest));
        assertThat(kms.decrypt(request -> request.ciphertextBlob(encrypted.ciphertextBlob()))
                        .plaintext())
                .isEqualTo(longest);

        refused(
                "ValidationException",
                () -> kms.encrypt(request -> request.keyId(key).plaintext(SdkBytes.fromByteArray(new byte[4_097]))));
        refused(
                "ValidationException",
                () -> kms.encrypt(request -> request.keyId(key).plaintext(SdkBytes.fromByteArray(new byte[0]))));
        refused(
                "ValidationException",
                () -> kms.decrypt(request -> request.ciphertextBlob(SdkBytes.fromByteArray(new byte[6_145]))));
        refused(
                "InvalidKeyUsageException",
                () -> kms.encrypt(
                        request -> request.keyId(key).plaintext(MESSAGE).encryptionAlgorithm("RSAES_OAEP_SHA_256")));
    }

    @Test
    void whatOneKeyEncryptedAnotherTakesOver() {
        String other = kms.createKey().keyMetadata().arn();

        ReEncryptResponse moved =
                kms.reEncrypt(request -> request.ciphertextBlob(encrypted().ciphertextBlob())
                        .sourceEncryptionContext(CONTEXT)
                        .destinationKeyId(other)
                        .destinationEncryptionContext(Map.of("moved", "yes")));

        assertThat(moved.sourceKeyId()).endsWith(key);
        assertThat(moved.keyId()).isEqualTo(other);
        assertThat(kms.decrypt(request -> request.keyId(other)
                                .ciphertextBlob(moved.ciphertextBlob())
                                .encryptionContext(Map.of("moved", "yes")))
                        .plaintext())
                .isEqualTo(MESSAGE);
    }

    @Test
    void dataKeysComeInBothForms() {
        GenerateDataKeyResponse made = kms.generateDataKey(
                request -> request.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT));
        assertThat(made.plaintext().asByteArray()).hasSize(32);
        assertThat(decrypted(made.ciphertextBlob())).isEqualTo(made.plaintext());
        SdkBytes sealed = kms.generateDataKeyWithoutPlaintext(
                        request -> request.keyId(key).numberOfBytes(100).encryptionContext(CONTEXT))
                .ciphertextBlob();
        assertThat(decrypted(sealed).asByteArray()).hasSize(100);
        assertThat(kms.generateRandom(request -> request.numberOfBytes(24))
                        .plaintext()
                        .asByteArray())
                .hasSize(24);

        refused("ValidationException", () -> kms.generateDataKey(request -> request.keyId(key)));
        refused(
                "ValidationException",
                () -> kms.generateDataKey(request -> request.keyId(key).numberOfBytes(1_025)));
        refused(
                "DryRunOperationException",
                () -> kms.generateDataKey(
                        request -> request.keyId(key).keySpec("AES_128").dryRun(true)));
    }

    @Test
    void whatWouldFillTheRecordIsRefusedOrCut() {
        String tooLong = "x".repeat(2_049);
        Map<String, String> wide = Map.of("a", "\u00e9".repeat(4_096));
        refused("ValidationException", () -> kms.describeKey(request -> request.keyId(tooLong)));
        refused(
                "ValidationException",
                () -> kms.encrypt(
                        request -> request.keyId(key).plaintext(MESSAGE).encryptionContext(wide)));
        refused(
                "ValidationException",
                () -> kms.decrypt(request -> request.keyId(tooLong).ciphertextBlob(MESSAGE)));
        refused("NotFoundException", () -> kms.describeKey(request -> request.keyId("x".repeat(2_048))));

        List<Event> events = aws.cloudTrail().lookupEvents().events();
        assertThat(events).extracting(Event::eventName).containsExactly("DescribeKey", "CreateKey");
        assertThat(events.getFirst().cloudTrailEvent()).hasSizeLessThan(4_000);
    }

    @Test
    void aDisabledKeyIsUsedAgainOnceItIsEnabled() {
        EncryptResponse encrypted = encrypted();
        kms.disableKey(request -> request.keyId(key));
        assertThat(kms.describeKey(request -> request.keyId(key)).keyMetadata().keyState())
                .isEqualTo(KeyState.DISABLED);

        refused("DisabledException", this::encrypted);
        refused("DisabledException", () -> decrypted(encrypted.ciphertextBlob()));
        refused("DisabledException", () -> kms.rotateKeyOnDemand(request -> request.keyId(key)));

        kms.enableKey(request -> request.keyId(key));
        assertThat(decrypted(encrypted.ciphertextBlob())).isEqualTo(MESSAGE);
    }

    @Test
    void aDeletionCanBeCancelled() {
        EncryptResponse encrypted = encrypted();
        ScheduleKeyDeletionResponse scheduled =
                kms.scheduleKeyDeletion(request -> request.keyId(key).pendingWindowInDays(7));
        assertThat(scheduled.keyState()).isEqualTo(KeyState.PENDING_DELETION);
        assertThat(kms.describeKey(request -> request.keyId(key)).keyMetadata().deletionDate())
                .isEqualTo(scheduled.deletionDate());

        refused("KMSInvalidStateException", () -> decrypted(encrypted.ciphertextBlob()));
        refused("KMSInvalidStateException", () -> kms.enableKey(request -> request.keyId(key)));
        refused("KMSInvalidStateException", () -> kms.scheduleKeyDeletion(request -> request.keyId(key)));

        kms.cancelKeyDeletion(request -> request.keyId(key));
        assertThat(kms.describeKey(request -> request.keyId(key)).keyMetadata().keyState())
                .isEqualTo(KeyState.DISABLED);
        refused("KMSInvalidStateException", () -> kms.cancelKeyDeletion(request -> request.keyId(key)));
        refused(
                "ValidationException",
                () -> kms.scheduleKeyDeletion(request -> request.keyId(key).pendingWindowInDays(6)));
    }

    @Test
    void newMaterialEncryptsAndOldStillOpens() {
        SdkBytes old = encrypted().ciphertextBlob();
        kms.rotateKeyOnDemand(request -> request.keyId(key));
        SdkBytes young = encrypted().ciphertextBlob();

        assertThat(decrypted(old)).isEqualTo(MESSAGE);
        assertThat(decrypted(young)).isEqualTo(MESSAGE);
        assertThat(kms.listKeyRotations(request -> request.keyId(key)).rotations())
                .extracting(RotationsListEntry::rotationType)
                .containsExactly(RotationType.ON_DEMAND);
        for (int i = 1; i < 25; i++) {
            kms.rotateKeyOnDemand(request -> request.keyId(key));
        }
        refused("LimitExceededException", () -> kms.rotateKeyOnDemand(request -> request.keyId(key)));
        assertThat(kms.listKeyRotationsPaginator(request -> request.keyId(key).limit(10))
                        .rotations())
                .hasSize(25);
    }

    @Test
    void rotationHasAPeriod() {
        assertThat(kms.getKeyRotationStatus(request -> request.keyId(key)).keyRotationEnabled())
                .isFalse();
        kms.enableKeyRotation(request -> request.keyId(key).rotationPeriodInDays(180));
        GetKeyRotationStatusResponse status = kms.getKeyRotationStatus(request -> request.keyId(key));
        assertThat(status.keyRotationEnabled()).isTrue();
        assertThat(status.rotationPeriodInDays()).isEqualTo(180);
        assertThat(status.nextRotationDate()).isNotNull();

        kms.disableKeyRotation(request -> request.keyId(key));
        assertThat(kms.getKeyRotationStatus(request -> request.keyId(key)).keyRotationEnabled())
                .isFalse();
        refused(
                "ValidationException",
                () -> kms.enableKeyRotation(request -> request.keyId(key).rotationPeriodInDays(89)));
    }

    @Test
    void aliasesNameKeys() {
        String other = kms.createKey().keyMetadata().keyId();
        kms.createAlias(request -> request.aliasName("alias/shop").targetKeyId(key));
        SdkBytes ciphertext = kms.encrypt(request -> request.keyId("alias/shop").plaintext(MESSAGE))
                .ciphertextBlob();
        refused(
                "AlreadyExistsException",
                () -> kms.createAlias(request -> request.aliasName("alias/shop").targetKeyId(other)));

        kms.updateAlias(request -> request.aliasName("alias/shop").targetKeyId(other));
        refused(
                "IncorrectKeyException",
                () -> kms.decrypt(request -> request.keyId("alias/shop").ciphertextBlob(ciphertext)));
        assertThat(kms.listAliases(request -> request.keyId(other)).aliases())
                .extracting(AliasListEntry::aliasName)
                .containsExactly("alias/shop");

        kms.deleteAlias(request -> request.aliasName("alias/shop"));
        refused(
                "NotFoundException",
                () -> kms.encrypt(request -> request.keyId("alias/shop").plaintext(MESSAGE)));
        refused(
                "InvalidAliasNameException",
                () -> kms.createAlias(request -> request.aliasName("shop").targetKeyId(key)));
        refused(
                "NotAuthorizedException",
                () -> kms.createAlias(
                        request -> request.aliasName("alias/aws/shop").targetKeyId(key)));
    }

    @Test
    void keysOutliveARestart() {
        SdkBytes ciphertext = encrypted().ciphertextBlob();
        aws.close();
        aws = new TestPlane(data);
        kms = aws.kms("nearside");

        assertThat(decrypted(ciphertext)).isEqualTo(MESSAGE);
    }

    @Test
    void keysOfOtherKindsAreRefusedByName() {
        assertThatThrownBy(() -> kms.createKey(request -> request.keySpec("RSA_2048")))
                .hasMessageContaining("KeySpec 'RSA_2048' is not offered");
        assertThatThrownBy(() -> kms.createKey(request -> request.multiRegion(true)))
                .hasMessageContaining("MultiRegion 'true' is not offered");
    }
}
