package dev.nearside.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.state.StateException;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;

class ControlPlaneTest {

    @TempDir
    private Path directory;

    @Test
    void restartFindsEverythingAtTheSameRevision() throws Exception {
        Path data = directory.resolve("data");
        Snapshot before;
        String token;
        String id;
        try (TestPlane aws = new TestPlane(data)) {
            FakeNode node = aws.node("n");
            aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
            LambdaFunctionAssociation association = LambdaFunctionAssociation.builder()
                    .eventType("viewer-request")
                    .lambdaFunctionARN("arn:aws:lambda:us-east-1:000000000000:function:hello:1")
                    .build();
            id = aws.cloudFront
                    .createDistribution(request -> request.distributionConfig(TestPlane.distribution("one")
                            .defaultCacheBehavior(TestPlane.behavior()
                                    .lambdaFunctionAssociations(
                                            all -> all.quantity(1).items(association))
                                    .build())
                            .build()))
                    .distribution()
                    .id();
            aws.cloudFront.createInvalidation(request -> request.distributionId(id)
                    .invalidationBatch(batch -> batch.callerReference("r")
                            .paths(paths -> paths.quantity(1).items("/*"))));
            node.follow(5_000);
            before = node.snapshot();
            token = aws.plane.enrolmentToken();
        }
        try (TestPlane aws = new TestPlane(data)) {
            FakeNode fresh = aws.node("fresh");
            assertThat(aws.plane.enrolmentToken()).isEqualTo(token);
            fresh.follow(5_000);
            assertThat(fresh.snapshot()).isEqualTo(before);
            assertThat(fresh.watch(10).delta())
                    .as("a node that was away has missed nothing")
                    .isNull();
            assertThat(aws.lambda
                            .listVersionsByFunction(request -> request.functionName("hello"))
                            .versions())
                    .hasSize(2);
            assertThat(aws.cloudFront
                            .getDistribution(request -> request.id(id))
                            .distribution()
                            .distributionConfig()
                            .callerReference())
                    .isEqualTo("one");

            aws.cloudFront.createDistribution(request ->
                    request.distributionConfig(TestPlane.distribution("two").build()));
            assertThat(fresh.watch(5_000).delta().revision()).isEqualTo(before.revision() + 1);
        }
    }

    @Test
    void secondControlPlaneIsKeptAwayFromTheData() {
        try (TestPlane first = new TestPlane(directory)) {
            assertThatThrownBy(() -> new TestPlane(directory))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("another control plane");
            assertThat(first.lambda.listFunctions().functions()).isEmpty();
        }
    }

    @Test
    void restartOnPostgresFindsEverythingAndRefusesTheFolderOfAnotherState() {
        TestState postgres = TestState.newPostgres();
        try (TestPlane aws = new TestPlane(directory.resolve("data"), postgres)) {
            aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
        }
        assertThatThrownBy(() -> new TestPlane(directory.resolve("other"), postgres))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(directory.resolve("other").toString())
                .hasMessageContaining("none of the 1 packages");
        try (TestPlane aws = new TestPlane(directory.resolve("data"), postgres)) {
            assertThat(aws.lambda.listFunctions().functions()).hasSize(1);
        }
    }

    @Test
    void takenPortIsNamedAndNothingStaysOpen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ControlPlaneConfig config =
                    ControlPlaneConfig.in(directory.toString()).onPorts(taken.getLocalPort(), 0);
            assertThatThrownBy(() -> ControlPlane.start(config, Time.system(), Randomness.secret()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(":" + taken.getLocalPort())
                    .hasMessageContaining("api-port");
        }
        try (TestPlane again = new TestPlane(directory)) {
            assertThat(again.plane.apiAddress().getPort()).isPositive();
        }
    }

    @Test
    void closedControlPlaneListensNoMore() {
        TestPlane aws = new TestPlane(directory);
        int api = aws.plane.apiAddress().getPort();
        int watch = aws.plane.watchAddress().getPort();
        aws.close();

        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), api).close())
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), watch).close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void secretsAreReadableByTheirOwnerOnly() throws IOException {
        Path data = directory.resolve("data");
        try (TestPlane aws = new TestPlane(data)) {
            assertThat(Files.readString(data.resolve("enrolment-token")).strip())
                    .isEqualTo(aws.plane.enrolmentToken())
                    .hasSize(64);
            for (String file : new String[] {"enrolment-token", "state.db"}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void configurationHasDefaults() throws IOException {
        Path file = directory.resolve("control-plane.json");
        Files.writeString(file, "{\"watch-port\": 0, \"data\": \"/tmp/x\"}");

        ControlPlaneConfig config = ConfigFile.read(file, ControlPlaneConfig.class);
        assertThat(config).isEqualTo(ControlPlaneConfig.in("/tmp/x").onPorts(7080, 0));
        assertThat(new ControlPlaneConfig(
                                null,
                                null,
                                null,
                                null,
                                null,
                                "a-very-secret-token",
                                null,
                                null,
                                null,
                                "jdbc:postgresql://db.example/state?user=secret-name&password=secret-word",
                                "secret-name",
                                "secret-word",
                                null)
                        .toString())
                .contains("postgresql://db.example:5432/state")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"api-port\": 70000}                     | api-port 70000",
                "{\"watch-port\": -1}                      | watch-port -1",
                "{\"api-host\": \"0.0.0.0\"}               | api-host '0.0.0.0'",
                "{\"database\": \"jdbc:mysql://u:s3@h/d?password=x\"} | 'jdbc:mysql://h/d' is not a PostgreSQL URL",
                "{\"account-id\": \"12\"}                  | account-id '12'",
                "{\"max-viewer-timeout-seconds\": 31}     | max-viewer-timeout-seconds is 31, expected 1 to 30",
                "{\"enrolment-token\": \"short\"}          | enrolment-token has 5 characters",
                "{\"apiport\": 1}                          | unknown key 'apiport'"
            })
    void unusableConfigurationSaysWhy(String json, String message) throws IOException {
        Path file = directory.resolve("control-plane.json");
        Files.writeString(file, json);

        assertThatThrownBy(() -> ConfigFile.read(file, ControlPlaneConfig.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
