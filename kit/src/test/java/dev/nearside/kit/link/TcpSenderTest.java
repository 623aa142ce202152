package dev.nearside.kit.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpSenderTest {

    private static final long ROUND_TRIP = TimeUnit.MILLISECONDS.toNanos(100);

    /** A burst is sent whole: the window doubles each round trip, so n windows are through after log2(n + 1) of them. */
    @ParameterizedTest(name = "{0} bytes leave in {1} bursts")
    @CsvSource({
        "1,          1",
        "14600,      1",
        "14601,      2",
        "43800,      2",
        "43801,      3",
        "102200,     3",
        "102201,     4",
        "219000,     4",
        "452600,     5",
        "919800,     6",
        "1048576,    7",
        "1854200,    7",
        "10485760,   10",
    })
    void coldPathTakesOneRoundTripPerDoubling(long bytes, int bursts) {
        TcpSender sender = new TcpSender(LinkProfile.ofRoundTrip(ROUND_TRIP, 0));
        assertThat(lastDeparture(sender, 0, bytes)).isEqualTo((bursts - 1) * ROUND_TRIP);
    }

    @Test
    void bytesLeaveInOrderAndComplete() {
        TcpSender sender = new TcpSender(LinkProfile.ofRoundTrip(ROUND_TRIP, 0));
        long[] sum = {0};
        long[] latest = {0};
        sender.send(0, 1_000_000, (bytes, at) -> {
            assertThat(bytes).isPositive();
            assertThat(at).isGreaterThanOrEqualTo(latest[0]);
            latest[0] = at;
            sum[0] += bytes;
        });
        assertThat(sum[0]).isEqualTo(1_000_000);
    }

    @Test
    void warmPathSendsAtOnceWhatItHasLearned() {
        TcpSender sender = new TcpSender(LinkProfile.ofRoundTrip(ROUND_TRIP, 0));
        long end = lastDeparture(sender, 0, 1_048_576);
        long soon = end + 2 * ROUND_TRIP;
        assertThat(lastDeparture(sender, soon, 500_000)).isEqualTo(soon);
    }

    @Test
    void pathCoolsDownOverALongPause() {
        TcpSender sender = new TcpSender(LinkProfile.ofRoundTrip(ROUND_TRIP, 0));
        long end = lastDeparture(sender, 0, 1_048_576);
        long muchLater = end + TimeUnit.MINUTES.toNanos(1);
        assertThat(lastDeparture(sender, muchLater, 1_048_576)).isEqualTo(muchLater + 6 * ROUND_TRIP);
    }

    @Test
    void pauseOfOneTimeoutHalvesTheWindow() {
        TcpSender sender = new TcpSender(LinkProfile.ofRoundTrip(ROUND_TRIP, 0));
        long end = lastDeparture(sender, 0, 1_048_576);
        long settled = end + ROUND_TRIP;
        long before = sender.windowBytes(settled);
        long pause = ROUND_TRIP + TcpSender.TIMEOUT_BEYOND_ROUND_TRIP_NANOS + 1;
        lastDeparture(sender, end + pause, 1);
        assertThat(sender.windowBytes(end + pause)).isEqualTo(before / 2);
    }

    @Test
    void smallMessagesDoNotWidenTheWindow() {
        TcpSender sender = new TcpSender(LinkProfile.ofRoundTrip(ROUND_TRIP, 0));
        for (int i = 0; i < 100; i++) {
            lastDeparture(sender, i * ROUND_TRIP, 1_000);
        }
        assertThat(sender.windowBytes(101 * ROUND_TRIP)).isEqualTo(LinkProfile.TEN_SEGMENTS);
    }

    @Test
    void windowStopsGrowingAtItsLimit() {
        TcpSender sender = new TcpSender(new LinkProfile(ROUND_TRIP, 0, 0, 10_000, 40_000));
        // 10,000 + 20,000 + 40,000 in the first three bursts, 40,000 in each of the other two.
        assertThat(lastDeparture(sender, 0, 150_000)).isEqualTo(4 * ROUND_TRIP);
    }

    @Test
    void bandwidthSpreadsBytesOverTime() {
        long bytesPerSecond = 1_000_000;
        TcpSender sender = new TcpSender(new LinkProfile(0, 0, bytesPerSecond, 10_000, 10_000));
        assertThat(lastDeparture(sender, 0, 500_000)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(lastDeparture(sender, 0, 100_000))
                .as("bytes queue behind earlier ones")
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(600));
    }

    @Test
    void longTransferOverALimitedLinkRunsAtItsBandwidth() {
        long bytesPerSecond = 10_000_000;
        TcpSender sender = new TcpSender(
                new LinkProfile(ROUND_TRIP, 0, bytesPerSecond, LinkProfile.TEN_SEGMENTS, LinkProfile.SIX_MEBIBYTES));
        double seconds = lastDeparture(sender, 0, 100_000_000) / 1e9;
        assertThat(seconds).as("ten seconds of sending and a slow start").isBetween(10.0, 11.0);
    }

    @Test
    void withoutDistanceEverythingLeavesAtOnce() {
        TcpSender sender = new TcpSender(LinkProfile.none());
        assertThat(lastDeparture(sender, 42, 100_000_000)).isEqualTo(42);
    }

    private static long lastDeparture(TcpSender sender, long now, long bytes) {
        long[] last = {-1};
        sender.send(now, bytes, (_, at) -> last[0] = at);
        return last[0];
    }
}
