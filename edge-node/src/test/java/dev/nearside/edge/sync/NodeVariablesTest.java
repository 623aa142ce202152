package dev.nearside.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.Variables;
import dev.nearside.kit.keys.EncryptionContext;
import dev.nearside.kit.keys.SealedVariables;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.watch.DataKeyAnswer;
import dev.nearside.kit.watch.DataKeyRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Data keys on a node: asked for when an environment starts, known for five minutes, refused for a second. */
class NodeVariablesTest {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello";
    private static final byte[] KEY = new byte[32];
    private static final FunctionVersion VERSION = new FunctionVersion(
                    ARN + ":1", "hello", "1", "nodejs22.x", "index.handler", "0".repeat(64), 1, 128, 3, Map.of())
            .withSealedVariables(SealedVariables.seal(
                    Map.of("SECRET", "value"),
                    new SealedVariables.DataKey("arn:key", KEY, new byte[] {1, 2, 3}),
                    EncryptionContext.ofFunction(ARN),
                    Randomness.secret()));

    private final ManualTime time = new ManualTime(0);
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final List<DataKeyRequest> asked = new ArrayList<>();
    private final List<Map<String, String>> opened = new ArrayList<>();
    private final List<Failures.Failure> refused = new ArrayList<>();
    private CompletableFuture<ControlPlaneConnection.Reply> reply = answered(DataKeyAnswer.of(KEY));

    private final Variables variables = new NodeVariables(
                    "lhr-1",
                    (path, json, _) -> {
                        assertThat(path).isEqualTo("/data-keys");
                        asked.add(SnapshotCodec.decode(json, DataKeyRequest.class));
                        return reply;
                    },
                    time,
                    timers)
            .of(VERSION);

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    private static CompletableFuture<ControlPlaneConnection.Reply> answered(DataKeyAnswer answer) {
        return CompletableFuture.completedFuture(new ControlPlaneConnection.Reply(200, SnapshotCodec.encode(answer)));
    }

    private void open() {
        variables.open(opened::add, refused::add);
    }

    @Test
    void aKeyIsKnownForFiveMinutesAndNoLonger() {
        open();
        time.advance(Duration.ofSeconds(299));
        open();
        assertThat(opened).containsExactly(Map.of("SECRET", "value"), Map.of("SECRET", "value"));
        assertThat(asked).containsExactly(new DataKeyRequest("lhr-1", ARN + ":1", "AQID"));

        reply = answered(DataKeyAnswer.refused("KMSDisabledException", "it is disabled"));
        time.advance(Duration.ofSeconds(1));
        open();

        assertThat(asked).hasSize(2);
        assertThat(refused)
                .containsExactly(Failures.keyRefused("KMSDisabledException", "it is disabled"))
                .allMatch(failure -> failure.reason() == FailureReason.KEY_REFUSED);
    }

    @Test
    void environmentsThatStartTogetherAskOnce() {
        reply = new CompletableFuture<>();
        open();
        open();
        assertThat(opened).isEmpty();

        reply.complete(new ControlPlaneConnection.Reply(200, SnapshotCodec.encode(DataKeyAnswer.of(KEY))));

        assertThat(opened).hasSize(2);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aRefusalIsAskedAgainAfterASecond() {
        reply = answered(DataKeyAnswer.refused("KMSDisabledException", "it is disabled"));
        open();
        open();
        assertThat(asked).as("a flood of events is no flood of questions").hasSize(1);

        reply = answered(DataKeyAnswer.of(KEY));
        time.advance(Duration.ofSeconds(1));
        open();

        assertThat(opened).hasSize(1);
    }

    @Test
    void aControlPlaneThatIsAwayIsTheNodesFaultAndNotTheKeys() {
        reply = CompletableFuture.failedFuture(new IOException("connection refused"));
        open();
        time.advance(Duration.ofSeconds(1));
        reply = CompletableFuture.completedFuture(
                new ControlPlaneConnection.Reply(200, "{".getBytes(StandardCharsets.UTF_8)));
        open();

        assertThat(refused).hasSize(2).allMatch(failure -> failure.reason() == FailureReason.ENGINE_FAULT);
        assertThat(refused.getFirst().message()).contains("cannot be asked").contains("connection refused");
    }

    @Test
    void aWrongKeyOpensNothing() {
        reply = answered(otherKey());
        open();

        assertThat(opened).isEmpty();
        assertThat(refused.getFirst().errorType()).isEqualTo("KMSInvalidStateException");
    }

    private static DataKeyAnswer otherKey() {
        byte[] other = KEY.clone();
        other[31] = 1;
        return DataKeyAnswer.of(other);
    }
}
