package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.fetch.BreakerSettings;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.testing.DeadPort;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with a circuit breaker for its origin. */
class CircuitBreakerTest {

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder, NodeSettings.DEFAULTS.withBreaker("localhost", new BreakerSettings(50, 3, 3_600)));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void originThatCannotBeReachedIsLeftAlone() throws Exception {
        try (DeadPort dead = new DeadPort()) {
            bed.withOriginPort(dead.number()).publish();
            for (int i = 0; i < 3; i++) {
                assertThat(bed.get("/" + i).status()).isEqualTo(502);
            }
            RawViewer.Response refused = bed.get("/a");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("it is left alone for a while");
        }
    }

    @Test
    void originThatKeepsSilentIsLeftAlone() throws Exception {
        bed.withReadTimeoutSeconds(1).publish();
        CountDownLatch end = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> end.await());
        for (int i = 0; i < 3; i++) {
            assertThat(bed.get("/" + i).status()).isEqualTo(504);
        }
        end.countDown();
        assertThat(bed.get("/a").text()).contains("it is left alone for a while");
    }

    @Test
    void errorsThatAnOriginAnswersWithAreAnswers() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("503 Busy", "later")));
        for (int i = 0; i < 10; i++) {
            assertThat(bed.get("/" + i).text()).isEqualTo("later");
        }
        assertThat(bed.origin.requests()).hasSize(10);
    }
}
