package dev.nearside.kit.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.SnapshotCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchRequestTest {

    @Test
    void nodeOfAnEarlierReleaseCountsNothing() {
        byte[] json = """
                {"node": "n", "pop": "LHR", "stateId": "s", "revision": 3, "digest": "d", "waitMillis": 5}""".getBytes(StandardCharsets.UTF_8);

        assertThat(SnapshotCodec.decode(json, WatchRequest.class))
                .isEqualTo(new WatchRequest("n", "LHR", "s", 3, "d", 5, List.of()));
    }

    @Test
    void countsComeThrough() {
        WatchRequest request =
                new WatchRequest("n", "LHR", "s", 3, "d", 5, List.of(new DistributionCounts("E1", 3, 2, 1)));

        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(request), WatchRequest.class))
                .isEqualTo(request);
    }
}
