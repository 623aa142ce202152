package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.keys.EncryptionContext;
import dev.nearside.kit.keys.SealedVariables;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.DataKeyAnswer;
import dev.nearside.kit.watch.DataKeyRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttribute;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.lambda.model.EnvironmentResponse;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** Environment variables from the API to a node that asks for their data key. */
class EncryptedVariablesTest {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello";
    private static final Map<String, String> VARIABLES = Map.of("SECRET", "s3cr3t", "PLACE", "here");

    @TempDir
    private Path data;

    private TestPlane aws;
    private KmsClient kms;
    private FakeNode node;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        kms = aws.kms("nearside");
        node = aws.node("lhr-1").following("null");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private void create(String keyArn) {
        aws.lambda.createFunction(TestPlane.function("hello")
                .publish(true)
                .kmsKeyArn(keyArn)
                .environment(environment -> environment.variables(VARIABLES))
                .build());
    }

    private SealedVariables served() {
        String id = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("one")
                        .defaultCacheBehavior(TestPlane.behavior()
                                .lambdaFunctionAssociations(association())
                                .build())
                        .build()))
                .distribution()
                .id();
        aws.cloudFront.waiter().waitUntilDistributionDeployed(request -> request.id(id));
        FunctionVersion version = node.snapshot().functionVersion(ARN + ":1").orElseThrow();
        assertThat(version.environment()).isEmpty();
        assertThat(new String(SnapshotCodec.encode(node.snapshot().whole()), StandardCharsets.UTF_8))
                .doesNotContain("s3cr3t");
        SealedVariables sealed = version.sealedVariables();
        assertThat(sealed).isNotNull();
        return sealed;
    }

    private static LambdaFunctionAssociations association() {
        return LambdaFunctionAssociations.builder()
                .quantity(1)
                .items(LambdaFunctionAssociation.builder()
                        .eventType("viewer-request")
                        .lambdaFunctionARN(ARN + ":1")
                        .build())
                .build();
    }

    private DataKeyAnswer ask(String versionId, String dataKey) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                node.post("/data-keys", SnapshotCodec.encode(new DataKeyRequest("lhr-1", versionId, dataKey)));
        assertThat(response.statusCode()).isEqualTo(200);
        return SnapshotCodec.decode(response.body(), DataKeyAnswer.class);
    }

    private String customerKey() {
        return kms.createKey().keyMetadata().arn();
    }

    @Test
    void theFirstFunctionWithVariablesMakesTheServicesKey() {
        assertThat(kms.listAliases().aliases()).isEmpty();
        aws.lambda.createFunction(TestPlane.function("plain").build());
        assertThat(kms.listAliases().aliases())
                .as("without variables there is no need")
                .isEmpty();

        create(null);

        assertThat(kms.listAliases().aliases())
                .extracting(AliasListEntry::aliasName)
                .containsExactly("alias/aws/lambda");
        assertThat(kms.describeKey(request -> request.keyId("alias/aws/lambda"))
                        .keyMetadata()
                        .keyManagerAsString())
                .isEqualTo("AWS");
        assertThat(kms.getKeyRotationStatus(request -> request.keyId("alias/aws/lambda"))
                        .rotationPeriodInDays())
                .isEqualTo(365);
    }

    @Test
    void aNodeGetsVariablesSealedAndTheKeyOnDemand() throws Exception {
        create(null);
        SealedVariables sealed = served();

        DataKeyAnswer answer = ask(ARN + ":1", sealed.dataKey());

        assertThat(answer.errorType()).isNull();
        assertThat(sealed.open(answer.key(), EncryptionContext.ofFunction(ARN))).isEqualTo(VARIABLES);
        assertThatThrownBy(() -> sealed.open(answer.key(), EncryptionContext.ofFunction(ARN + "x")))
                .as("they are bound to their function")
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void aNodeGetsNoOtherDataKey() throws Exception {
        create(null);
        SealedVariables sealed = served();
        String other = Base64.getEncoder()
                .encodeToString(kms.generateDataKey(
                                request -> request.keyId(customerKey()).keySpec("AES_256"))
                        .ciphertextBlob()
                        .asByteArray());

        assertThat(ask(ARN + ":1", other).errorType()).isEqualTo("ResourceNotFoundException");
        assertThat(ask(ARN + ":2", sealed.dataKey()).errorType()).isEqualTo("ResourceNotFoundException");
        assertThat(ask("nothing", sealed.dataKey()).errorType()).isEqualTo("ResourceNotFoundException");
        assertThat(ask("", "").key()).isNull();
        assertThat(node.post("/data-keys", "{}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void theServicesKeyIsForLambdaOnly() {
        create(null);

        assertThatThrownBy(() -> kms.encrypt(
                        request -> request.keyId("alias/aws/lambda").plaintext(SdkBytes.fromUtf8String("x"))))
                .isInstanceOfSatisfying(
                        KmsException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
        assertThatThrownBy(() -> kms.disableKey(
                        request -> request.keyId(kms.describeKey(describe -> describe.keyId("alias/aws/lambda"))
                                .keyMetadata()
                                .keyId())))
                .isInstanceOfSatisfying(
                        KmsException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
    }

    @Test
    void aFunctionsOwnKeyDecidesOverItsVariables() throws Exception {
        String key = customerKey();
        create(key);
        SealedVariables sealed = served();
        assertThat(sealed.keyArn()).isEqualTo(key);
        assertThat(aws.lambda
                        .getFunctionConfiguration(request -> request.functionName("hello"))
                        .kmsKeyArn())
                .isEqualTo(key);
        assertThat(ask(ARN + ":1", sealed.dataKey()).key()).isNotNull();

        kms.disableKey(request -> request.keyId(key));
        DataKeyAnswer disabled = ask(ARN + ":1", sealed.dataKey());
        assertThat(disabled.errorType()).isEqualTo("KMSDisabledException");
        assertThat(disabled.message()).contains("the KMS key used is disabled").contains(key);
        EnvironmentResponse hidden = aws.lambda
                .getFunctionConfiguration(request -> request.functionName("hello"))
                .environment();
        assertThat(hidden.variables()).isEmpty();
        assertThat(hidden.error().errorCode()).isEqualTo("DisabledException");

        kms.scheduleKeyDeletion(request -> request.keyId(key));
        assertThat(ask(ARN + ":1", sealed.dataKey()).errorType()).isEqualTo("KMSInvalidStateException");

        kms.cancelKeyDeletion(request -> request.keyId(key));
        kms.enableKey(request -> request.keyId(key));
        assertThat(ask(ARN + ":1", sealed.dataKey()).key()).isNotNull();
    }

    @Test
    void theRoleDecryptsByAGrantThatCanBeRevoked() throws Exception {
        String key = customerKey();
        kms.putKeyPolicy(request -> request.keyId(key).policy("""
                {"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
                 "Condition":{"StringLike":{"aws:PrincipalArn":["*:root","*:user/AKIATEST"]}}}}"""));
        create(key);
        SealedVariables sealed = served();
        GrantListEntry grant =
                kms.listGrants(request -> request.keyId(key)).grants().getFirst();
        assertThat(grant.granteePrincipal()).isEqualTo(TestPlane.ROLE);
        assertThat(grant.constraints().encryptionContextEquals()).containsEntry("aws:lambda:FunctionArn", ARN);
        assertThat(ask(ARN + ":1", sealed.dataKey()).key()).isNotNull();

        kms.revokeGrant(request -> request.keyId(key).grantId(grant.grantId()));

        assertThat(ask(ARN + ":1", sealed.dataKey()).errorType()).isEqualTo("KMSAccessDeniedException");
    }

    @Test
    void whoMayNotUseTheKeyMayNotGiveItToAFunction() {
        String key = customerKey();
        kms.putKeyPolicy(request -> request.keyId(key).policy("""
                {"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
                 "Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:root"}}}}"""));

        assertThatThrownBy(() -> create(key))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("KMS Exception: AccessDeniedException")
                .hasMessageContaining("kms:CreateGrant");
        assertThat(aws.lambda.listFunctions().functions()).isEmpty();
        assertThatThrownBy(() -> create(key.replaceFirst("key/.", "key/x")))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("kMSKeyArn");
    }

    @Test
    void variablesMoveToAnotherKeyAndAVersionKeepsItsOwn() {
        String key = customerKey();
        create(null);
        aws.lambda.updateFunctionConfiguration(
                request -> request.functionName("hello").kmsKeyArn(key));

        EnvironmentResponse moved = aws.lambda
                .getFunctionConfiguration(request -> request.functionName("hello"))
                .environment();
        assertThat(moved.variables()).isEqualTo(VARIABLES);
        kms.disableKey(request -> request.keyId(key));
        assertThat(aws.lambda
                        .getFunctionConfiguration(request -> request.functionName("hello"))
                        .environment()
                        .error())
                .isNotNull();
        assertThat(aws.lambda
                        .getFunctionConfiguration(
                                request -> request.functionName("hello").qualifier("1"))
                        .environment()
                        .variables())
                .as("a published version is what it was")
                .isEqualTo(VARIABLES);
    }

    @Test
    void theSameVariablesAgainAreNoChange() {
        create(null);
        aws.lambda.updateFunctionConfiguration(
                request -> request.functionName("hello").environment(environment -> environment.variables(VARIABLES)));
        assertThat(aws.lambda
                        .publishVersion(request -> request.functionName("hello"))
                        .version())
                .isEqualTo("1");

        aws.lambda.updateFunctionConfiguration(request ->
                request.functionName("hello").environment(environment -> environment.variables(Map.of("A1", "b"))));
        assertThat(aws.lambda
                        .publishVersion(request -> request.functionName("hello"))
                        .environment()
                        .variables())
                .isEqualTo(Map.of("A1", "b"));

        aws.lambda.updateFunctionConfiguration(
                request -> request.functionName("hello").environment(environment -> environment.variables(Map.of())));
        assertThat(aws.lambda
                        .getFunctionConfiguration(request -> request.functionName("hello"))
                        .environment())
                .isNull();
    }

    @Test
    void aDeletedFunctionsGrantsGoWithIt() {
        String key = customerKey();
        create(key);
        aws.lambda.deleteFunction(request -> request.functionName("hello"));

        assertThat(kms.listGrants(request -> request.keyId(key)).grants()).isEmpty();
    }

    @Test
    void whatAnEarlierReleaseStoredInClearIsSealedAtTheStart() throws Exception {
        create(null);
        aws.close();
        try (Connection state = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("state.db"))) {
            storeInClear(state);
        }
        start();

        assertThat(aws.lambda
                        .getFunctionConfiguration(request -> request.functionName("hello"))
                        .environment()
                        .variables())
                .isEqualTo(Map.of("OLD", "cl3ar nearside:ciphertext"));
        assertThat(aws.cloudTrail()
                        .lookupEvents(request -> request.lookupAttributes(LookupAttribute.builder()
                                .attributeKey(LookupAttributeKey.USERNAME)
                                .attributeValue("nearside")
                                .build()))
                        .events())
                .as("done by the platform, not by the account's root")
                .extracting(Event::eventName)
                .containsExactly("Encrypt");
        aws.close();
        try (Connection state = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("state.db"));
                var rows = state.createStatement()
                        .executeQuery(
                                "SELECT COUNT(*) FROM lambda_function_version WHERE configuration LIKE '%cl3ar%'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
        }
        start();
    }

    private static void storeInClear(Connection state) throws SQLException {
        try (var rows = state.createStatement()
                .executeQuery("SELECT configuration FROM lambda_function_version WHERE version = 0")) {
            rows.next();
            String sealed = rows.getString(1);
            String clear = sealed.replaceFirst(
                    "\"Environment\":\\{[^}]*\\}\\}",
                    "\"Environment\":{\"Variables\":{\"OLD\":\"cl3ar nearside:ciphertext\"}}");
            assertThat(clear).contains("cl3ar");
            try (PreparedStatement update =
                    state.prepareStatement("UPDATE lambda_function_version SET configuration = ? WHERE version = 0")) {
                update.setString(1, clear);
                update.executeUpdate();
            }
        }
    }

    @Test
    void aStrictControlPlaneAssociatesNoFunctionWithVariables(@TempDir Path other) {
        try (TestPlane strict =
                new TestPlane(ControlPlaneConfig.in(other.toString()).withStrict(true))) {
            strict.lambda.createFunction(TestPlane.function("hello")
                    .publish(true)
                    .environment(environment -> environment.variables(VARIABLES))
                    .build());

            assertThatThrownBy(() -> strict.cloudFront.createDistribution(
                            request -> request.distributionConfig(TestPlane.distribution("one")
                                    .defaultCacheBehavior(TestPlane.behavior()
                                            .lambdaFunctionAssociations(association())
                                            .build())
                                    .build())))
                    .isInstanceOfSatisfying(
                            CloudFrontException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode())
                                    .isEqualTo("InvalidLambdaFunctionAssociation"))
                    .hasMessageContaining("The function cannot have environment variables. Function: " + ARN + ":1");
        }
    }
}
