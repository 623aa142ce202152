package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTimingTest {

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final Timeline timeline = new Timeline(time);

    @Test
    void hitNamesItsLayer() {
        time.advance(Duration.ofMillis(7));

        assertThat(ServerTiming.of("Hit", "LHR50-C1", "id==", timeline, time.nanos()))
                .isEqualTo("cdn-cache-hit,cdn-pop;desc=\"LHR50-C1\",cdn-rid;desc=\"id==\",cdn-hit-layer;desc=\"EDGE\","
                        + "cdn-downstream-fbl;dur=7");
    }

    @ParameterizedTest
    @CsvSource({"Miss, cdn-cache-miss", "RefreshHit, cdn-cache-refresh", "Error, cdn-cache-miss"})
    void missTellsOfTheOrigin(String result, String metric) {
        int span = timeline.begin("origin-connect");
        time.advance(Duration.ofMillis(114));
        span = timeline.next(span, "origin-wait");
        time.advance(Duration.ofMillis(177));
        timeline.end(span);
        time.advance(Duration.ofMillis(9));

        assertThat(ServerTiming.of(result, "LHR50-C1", "id==", timeline, time.nanos()))
                .isEqualTo("cdn-upstream-layer;desc=\"EDGE\",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=114,"
                        + "cdn-upstream-fbl;dur=177," + metric
                        + ",cdn-pop;desc=\"LHR50-C1\",cdn-rid;desc=\"id==\",cdn-downstream-fbl;dur=300");
    }

    @Test
    void sampleIsAsLargeAsItsRate() {
        RandomGenerator random = Randomness.seeded(7);
        RequestHead plain = new RequestHead("GET", "/", "", Fields.EMPTY);
        int wanted = 0;
        for (int i = 0; i < 10_000; i++) {
            wanted += ServerTiming.isWanted(25.0, plain, random) ? 1 : 0;
            assertThat(ServerTiming.isWanted(100.0, plain, random)).isTrue();
            assertThat(ServerTiming.isWanted(0.0, plain, random)).isFalse();
        }
        assertThat(wanted).isBetween(2_300, 2_700);
    }

    @Test
    void pragmaForcesIt() {
        RequestHead asking = new RequestHead("GET", "/", "", Fields.of("Pragma", "no-cache, server-timing"));
        assertThat(ServerTiming.isWanted(0.0, asking, Randomness.seeded(1))).isTrue();
        assertThat(ServerTiming.isWanted(null, asking, Randomness.seeded(1)))
                .as("of a policy that has none")
                .isFalse();
    }
}
