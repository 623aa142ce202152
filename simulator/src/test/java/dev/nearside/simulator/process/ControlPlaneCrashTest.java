package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.testing.PostgresServer;
import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.Viewer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Control planes that are killed with SIGKILL under load, again and again on the same state; {@code
 * -Dnearside.crash.rounds=N} says how often.
 */
class ControlPlaneCrashTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = Integer.getInteger("nearside.crash.rounds", 1);
    private static final int WRITERS = 3;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 30;

    @TempDir
    private Path folder;

    private @Nullable Fleet started;

    /** Where the state is. */
    enum Store {
        SQLITE,
        POSTGRES
    }

    @AfterEach
    void endProcesses() {
        if (started != null) {
            started.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedControlPlanesLoseNothingThatTheyAcknowledged(Store store) throws Exception {
        Fleet fleet = new Fleet(
                folder, store == Store.POSTGRES ? PostgresServer.shared().newDatabase() : null);
        started = fleet;
        List<Acknowledged> writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> new Acknowledged("w" + writer, fleet.originPort(), fleet.apiPort()))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            NearsideProcess controlPlane = fleet.controlPlane().ready();
            try (AwsClients aws = new AwsClients(fleet.apiPort())) {
                for (Acknowledged writer : writers) {
                    writer.assertAllThere(aws);
                }
                int goal = count(writers) + ACKNOWLEDGED_BEFORE_KILL;
                List<CompletableFuture<Void>> writing = writers.stream()
                        .map(writer -> CompletableFuture.runAsync(() -> writer.addUntilRefused(aws)))
                        .toList();
                Await.until(
                        LIMIT,
                        "enough calls are acknowledged",
                        () -> count(writers) >= goal || writing.stream().allMatch(CompletableFuture::isDone));
                controlPlane.kill();
                writing.forEach(CompletableFuture::join);
                assertThat(count(writers)).isGreaterThanOrEqualTo(goal);
            }
        }
        fleet.controlPlane().ready();
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            for (Acknowledged writer : writers) {
                writer.assertAllThere(aws);
            }
        }
    }

    @Test
    void nodeServesTheStateOfAKilledControlPlane() throws Exception {
        Fleet fleet = new Fleet(folder);
        started = fleet;
        Acknowledged writer = new Acknowledged("w", fleet.originPort(), fleet.apiPort());
        NearsideProcess first = fleet.controlPlane().ready();
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writer.addUntilRefused(aws));
            Await.until(LIMIT, "enough calls are acknowledged", () -> writer.count() >= WRITERS || writing.isDone());
            first.kill();
            writing.join();
        }
        NearsideProcess london = fleet.edge("LHR");
        NearsideProcess origin = fleet.origin();
        fleet.controlPlane().ready();
        origin.ready();
        fleet.awaitNodes(1);
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            writer.assertAllThere(aws);
            String host = aws.deployed(AwsClients.distribution("after", fleet.originPort(), AwsClients.RFC_POLICY))
                    .domainName();
            assertThat(Viewer.get(london.port(), host, "/").status()).isEqualTo(200);
        }
    }

    private static int count(List<Acknowledged> writers) {
        return writers.stream().mapToInt(Acknowledged::count).sum();
    }
}
