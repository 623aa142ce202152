package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.TestPlane;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.MalformedPolicyDocumentException;

/** Who may use a key: its policy and its grants decide. */
class KeyPermissionsTest {

    private static final String USER = "arn:aws:iam::000000000000:user/";
    private static final SdkBytes MESSAGE = SdkBytes.fromUtf8String("a message");

    @TempDir
    private Path data;

    private TestPlane aws;
    private KmsClient root;
    private KmsClient ann;
    private KmsClient bob;
    private String key;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        root = aws.kms("nearside");
        ann = aws.kms("ann");
        bob = aws.kms("bob");
        key = root.createKey().keyMetadata().keyId();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private static void denied(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KmsException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
    }

    private SdkBytes encrypt(KmsClient user, Map<String, String> context) {
        return user.encrypt(request -> request.keyId(key).plaintext(MESSAGE).encryptionContext(context))
                .ciphertextBlob();
    }

    private void onlyRootAdministers() {
        root.putKeyPolicy(request -> request.keyId(key).policy("""
                {"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*",
                  "Condition":{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:root"}}},
                 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/ann"},
                  "Action":["kms:Encrypt","kms:CreateGrant"],"Resource":"*"}]}"""));
    }

    @Test
    void theUsualPolicyLetsTheWholeAccountIn() {
        assertThat(encrypt(bob, Map.of())).isNotNull();
        assertThat(bob.listKeyPolicies(request -> request.keyId(key)).policyNames())
                .containsExactly("default");
        assertThat(bob.getKeyPolicy(request -> request.keyId(key).policyName("default"))
                        .policy())
                .contains("arn:aws:iam::000000000000:root");
    }

    @Test
    void aPolicyThatNamesUsersKeepsOthersOut() {
        onlyRootAdministers();

        SdkBytes ciphertext = encrypt(ann, Map.of());
        denied(() -> ann.decrypt(request -> request.ciphertextBlob(ciphertext)));
        denied(() -> encrypt(bob, Map.of()));
        denied(() -> bob.describeKey(request -> request.keyId(key)));
        denied(() -> bob.putKeyPolicy(request -> request.keyId(key).policy("{}")));
        assertThatThrownBy(() -> encrypt(bob, Map.of()))
                .hasMessageContaining("User: " + USER + "bob is not authorized to perform: kms:Encrypt on resource: ")
                .hasMessageContaining("because no resource-based policy allows the kms:Encrypt action");
        assertThat(root.decrypt(request -> request.ciphertextBlob(ciphertext)).plaintext())
                .isEqualTo(MESSAGE);
    }

    @Test
    void aPolicyDoesNotLockItsAuthorOutUnlessTold() {
        String ofAnn = "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" + USER
                + "ann\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}";

        assertThatThrownBy(() -> root.putKeyPolicy(request -> request.keyId(key).policy(ofAnn)))
                .hasMessageContaining("will not allow you to update the key policy in the future");
        root.putKeyPolicy(request -> request.keyId(key).policy(ofAnn).bypassPolicyLockoutSafetyCheck(true));
        denied(() -> encrypt(root, Map.of()));
        assertThat(encrypt(ann, Map.of())).isNotNull();
    }

    @Test
    void aConditionThatCannotBeReadIsRefused() {
        for (String condition : List.of(
                "\"x\"", "{\"StringEquals\":{}}", "{\"StringEquals\":{\"kms:ViaService\":[7]}}", "{\"Bool\":[]}")) {
            assertThatThrownBy(() -> root.putKeyPolicy(request -> request.keyId(key)
                            .policy("{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\","
                                    + "\"Resource\":\"*\",\"Condition\":" + condition + "}}")))
                    .as(condition)
                    .isInstanceOf(MalformedPolicyDocumentException.class);
        }
        assertThat(encrypt(ann, Map.of())).as("the policy of before").isNotNull();
    }

    @Test
    void aStoredPolicyThatCannotBeReadIsMendedByAUserOfTheAccount() throws Exception {
        aws.close();
        try (Connection state = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("state.db"));
                Statement statement = state.createStatement()) {
            statement.executeUpdate("""
                    UPDATE kms_key SET policy = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*",
                    "Resource":"*","Condition":{"StringEquals":7}}}'""");
        }
        aws = new TestPlane(data);
        root = aws.kms("nearside");
        ann = aws.kms("ann");

        denied(() -> encrypt(ann, Map.of()));
        assertThatThrownBy(() -> encrypt(root, Map.of()))
                .hasMessageContaining(
                        "because of the key's policy. The key policy cannot be used: the condition operator "
                                + "'StringEquals' has a value of type number");
        assertThat(root.getKeyPolicy(request -> request.keyId(key)).policy()).contains("StringEquals");
        onlyRootAdministers();
        assertThat(encrypt(ann, Map.of())).isNotNull();
    }

    @Test
    void aGrantLetsInWithinItsConstraintsUntilItIsRevoked() {
        onlyRootAdministers();
        CreateGrantResponse grant = root.createGrant(request -> request.keyId(key)
                .granteePrincipal(USER + "bob")
                .operations(GrantOperation.ENCRYPT)
                .constraints(constraints -> constraints.encryptionContextSubset(Map.of("app", "shop"))));

        assertThat(encrypt(bob, Map.of("app", "shop", "more", "x"))).isNotNull();
        denied(() -> encrypt(bob, Map.of("app", "other")));
        denied(() -> bob.decrypt(request -> request.keyId(key)
                .encryptionContext(Map.of("app", "shop"))
                .ciphertextBlob(encrypt(bob, Map.of("app", "shop")))));
        assertThat(root.listGrants(request -> request.keyId(key)).grants())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.granteePrincipal()).isEqualTo(USER + "bob");
                    assertThat(entry.constraints().encryptionContextSubset()).containsEntry("app", "shop");
                });

        root.revokeGrant(request -> request.keyId(key).grantId(grant.grantId()));
        denied(() -> encrypt(bob, Map.of("app", "shop")));
    }

    @Test
    void anExplicitDenialIsStrongerThanAGrant() {
        root.createGrant(
                request -> request.keyId(key).granteePrincipal(USER + "bob").operations(GrantOperation.ENCRYPT));
        root.putKeyPolicy(request -> request.keyId(key).policy("""
                {"Statement":[
                 {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"},
                 {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"kms:Encrypt",
                  "Resource":"*"}]}"""));

        denied(() -> encrypt(bob, Map.of()));
        assertThat(encrypt(ann, Map.of())).isNotNull();
    }

    @Test
    void whoMayGrantByAGrantGivesNoMoreThanItGives() {
        onlyRootAdministers();
        root.createGrant(request -> request.keyId(key)
                .granteePrincipal(USER + "bob")
                .operations(GrantOperation.CREATE_GRANT, GrantOperation.ENCRYPT));

        denied(() -> bob.createGrant(
                request -> request.keyId(key).granteePrincipal(USER + "cleo").operations(GrantOperation.DECRYPT)));
        bob.createGrant(
                request -> request.keyId(key).granteePrincipal(USER + "cleo").operations(GrantOperation.ENCRYPT));
        assertThat(encrypt(aws.kms("cleo"), Map.of())).isNotNull();
    }

    @Test
    void theSameGrantUnderOneNameIsGivenOnceAndRetiredByWhoMay() {
        String first = root.createGrant(request -> request.keyId(key)
                        .name("n")
                        .granteePrincipal(USER + "bob")
                        .retiringPrincipal(USER + "ann")
                        .operations(GrantOperation.ENCRYPT))
                .grantId();
        CreateGrantResponse again = root.createGrant(request -> request.keyId(key)
                .name("n")
                .granteePrincipal(USER + "bob")
                .retiringPrincipal(USER + "ann")
                .operations(GrantOperation.ENCRYPT));
        assertThat(again.grantId()).isEqualTo(first);
        assertThat(ann.listRetirableGrants(request -> request.retiringPrincipal(USER + "ann"))
                        .grants())
                .extracting(GrantListEntry::grantId)
                .containsExactly(first);

        denied(() -> bob.retireGrant(request -> request.keyId(key).grantId(first)));
        ann.retireGrant(request -> request.grantToken(again.grantToken()));
        assertThat(root.listGrants(request -> request.keyId(key)).grants()).isEmpty();
    }

    @Test
    void malformedGrantsAreRefused() {
        assertThatThrownBy(() -> root.createGrant(
                        request -> request.keyId(key).granteePrincipal("bob").operations(GrantOperation.ENCRYPT)))
                .hasMessageContaining("'bob' is not the ARN");
        assertThatThrownBy(() -> root.createGrant(request ->
                        request.keyId(key).granteePrincipal(USER + "bob").operations(GrantOperation.SIGN)))
                .hasMessageContaining("[Sign]");
    }
}
