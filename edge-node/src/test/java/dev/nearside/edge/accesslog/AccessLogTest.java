package dev.nearside.edge.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.accesslog.AccessLog.Limits;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way from event loops to the log's thread. */
class AccessLogTest {

    private static final Distribution.Logging SETTINGS =
            new Distribution.Logging(true, false, "my-logs.s3.amazonaws.com", "");
    private static final NodeIdentity IDENTITY = new NodeIdentity("LHR-1", "LHR");

    @TempDir
    Path root;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);

    private ExchangeRecord record() {
        ExchangeRecord record = new ExchangeRecord(
                "id==",
                new Timeline(time),
                new Viewer("198.51.100.7", "http", "shop.test", "1.1"),
                new RequestHead("GET", "/a", "", Fields.EMPTY));
        record.routed("E1", "e1.cdn.localhost", "*");
        record.answered(200, "Hit");
        record.ended(5, true, time.nanos());
        return record;
    }

    private AccessLog open(Limits limits) {
        return AccessLog.open(root.resolve("logs"), limits, IDENTITY, time, Randomness.fast());
    }

    @Test
    void closingWritesWhatIsQueued() throws Exception {
        AccessLog log = open(Limits.of(1 << 20));
        for (int i = 0; i < 5_000; i++) {
            log.add(SETTINGS, record());
        }
        log.close();

        assertThat(Logs.rows(root.resolve("logs"))).hasSize(5_000);
        assertThat(Logs.files(root.resolve("logs"))).allMatch(file -> file.endsWith(".gz"));
        log.add(SETTINGS, record());
        assertThat(log.counts().dropped()).as("after the end").isEqualTo(1);
    }

    @Test
    void fullQueueDropsAndCountsAndNobodyWaits() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AccessLog log = new AccessLog(
                new Limits(1 << 20, 2, 1 << 20),
                IDENTITY,
                time,
                counts -> new LogFiles(
                        root,
                        1 << 20,
                        Randomness.fast(),
                        file -> {
                            opening.countDown();
                            try {
                                goOn.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            return LogFile.createFile(file);
                        },
                        counts));
        log.add(SETTINGS, record());
        opening.await();
        for (int i = 0; i < 5; i++) {
            log.add(SETTINGS, record());
        }
        assertThat(log.counts().dropped()).isEqualTo(3);
        goOn.countDown();
        log.close();

        assertThat(log.counts().written()).isEqualTo(3);
        assertThat(Logs.rows(root)).hasSize(3);
    }

    @Test
    void queueIsBoundedByBytesToo() throws Exception {
        AccessLog log = open(new Limits(1 << 20, 100, record().weight() - 1));
        log.add(SETTINGS, record());
        log.close();

        assertThat(log.counts().dropped()).isEqualTo(1);
        assertThat(Logs.files(root)).isEmpty();
    }

    @Test
    void noBytesMeanNoLog() throws Exception {
        AccessLog log = open(Limits.of(0));
        log.add(SETTINGS, record());
        log.close();

        assertThat(Logs.files(root)).isEmpty();
        assertThat(log.counts().dropped()).isZero();
    }
}
