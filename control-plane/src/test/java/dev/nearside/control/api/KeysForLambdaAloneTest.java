package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EnvironmentResponse;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;

/** Access keys that are good for Lambda and not for KMS, which Lambda uses on their behalf. */
class KeysForLambdaAloneTest {

    private static final String SECRET = "a-secret-that-is-never-logged";

    @TempDir
    private Path folder;

    private TestPlane aws;
    private KmsClient kms;
    private LambdaClient deployer;
    private LambdaClient reader;
    private String key;

    @BeforeEach
    void start() throws Exception {
        Path file = folder.resolve("keys.json");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, """
                {"keys": [
                  {"access-key-id": "AKIAANN", "secret-access-key": "%1$s", "name": "ann"},
                  {"access-key-id": "AKIADEPLOYER", "secret-access-key": "%1$s", "name": "deployer",
                   "services": ["lambda"]},
                  {"access-key-id": "AKIAREADER", "secret-access-key": "%1$s", "name": "reader", "read-only": true}
                ]}""".formatted(SECRET));
        aws = new TestPlane(
                TestPlane.config(folder.resolve("data"), TestState.SQLITE).withAuth(file.toString()),
                credentials("AKIAANN"));
        kms = aws.kms(credentials("AKIAANN"));
        deployer = aws.lambda(credentials("AKIADEPLOYER"));
        reader = aws.lambda(credentials("AKIAREADER"));
        key = kms.createKey().keyMetadata().arn();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void theySeeNoVariablesUnderAKeyThatLetsTheAccountIn() {
        create(aws.lambda, "own", key);
        assertThat(variables(aws.lambda, "own").variables()).containsEntry("TOKEN", "s3cr3t");
        for (LambdaClient client : new LambdaClient[] {deployer, reader}) {
            EnvironmentResponse hidden = variables(client, "own");
            assertThat(hidden.variables()).isEmpty();
            assertThat(hidden.error().errorCode()).isEqualTo("AccessDeniedException");
            assertThat(hidden.error().message()).contains("kms:Decrypt").contains(key);
        }
    }

    @Test
    void theyMayNotGiveItToAFunction() {
        assertThatThrownBy(() -> create(deployer, "own", key))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("user/deployer is not authorized to perform: kms:CreateGrant");
    }

    @Test
    void aPolicyThatNamesThemLetsThemIn() {
        create(aws.lambda, "own", key);
        kms.putKeyPolicy(request -> request.keyId(key).policy("""
                {"Statement":{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::000000000000:user/deployer",
                 "arn:aws:iam::000000000000:root"]},"Action":"kms:*","Resource":"*"}}"""));
        assertThat(variables(deployer, "own").variables()).containsEntry("TOKEN", "s3cr3t");
        assertThat(variables(reader, "own").error()).isNotNull();
    }

    @Test
    void lambdasOwnKeyIsForAllWhoMayUseLambda() {
        create(deployer, "usual", null);
        assertThat(variables(deployer, "usual").variables()).containsEntry("TOKEN", "s3cr3t");
        assertThat(variables(reader, "usual").variables()).containsEntry("TOKEN", "s3cr3t");
    }

    private static void create(LambdaClient client, String name, String keyArn) {
        client.createFunction(TestPlane.function(name)
                .kmsKeyArn(keyArn)
                .environment(environment -> environment.variables(Map.of("TOKEN", "s3cr3t")))
                .build());
    }

    private static EnvironmentResponse variables(LambdaClient client, String name) {
        return client.getFunctionConfiguration(request -> request.functionName(name))
                .environment();
    }

    private static AwsBasicCredentials credentials(String id) {
        return AwsBasicCredentials.create(id, SECRET);
    }
}
