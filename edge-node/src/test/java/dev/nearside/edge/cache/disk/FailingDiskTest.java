package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A disk that fails, at every single change that is made to it, and for a while. */
class FailingDiskTest {

    @TempDir
    Path folder;

    @Test
    void whateverChangeFailsNothingIsTornAndNothingOldComesBack() throws IOException {
        long failures = 1;
        for (long n = 1; failures > 0; n++) {
            long change = n;
            failures = new Play("change " + n + " fails", folder.resolve("one-" + n), each -> each == change).play();
        }
        failures = 1;
        for (long n = 1; failures > 0; n += 3) {
            long change = n;
            failures = new Play(
                            "3 changes from " + n + " on fail",
                            folder.resolve("three-" + n),
                            each -> each >= change && each < change + 3)
                    .play();
        }
    }

    /** Objects that come, are replaced, invalidated and removed, on a disk that fails; then on one that does not. */
    private static final class Play {

        private final String where;
        private final Path folder;
        private final List<FailingFiles> opened = new ArrayList<>();
        private final ManualBed bed;
        private boolean isWell;

        /** By key, the lowest version that may still be found. */
        private final Map<CacheKey, Integer> lowest = new HashMap<>();

        Play(String where, Path folder, LongPredicate fails) {
            this.where = where;
            this.folder = folder;
            this.bed = new ManualBed(() -> {
                FailingFiles files = new FailingFiles(new FolderFiles(folder), each -> !isWell && fails.test(each));
                opened.add(files);
                return files;
            });
            bed.threads.runAll();
        }

        /** Returns how many changes failed. */
        long play() throws IOException {
            leaveMemory("/a");
            deliver("/b");
            leaveMemory("/a");
            purge("/b");
            deliver("/b");
            leaveMemory("/c");
            remove("/c");
            putVariant("de,en");
            putVariant("de");
            purge("/a");
            leaveMemory("/d");
            comesBack();
            for (int start = 0; start < 2; start++) {
                bed.restart();
                bed.threads.runAll();
                lookAtAll();
                filesAreKnown();
            }
            bed.store.close();
            return opened.getFirst().failures();
        }

        private void leaveMemory(String uri) {
            CacheKey key = ManualBed.key(uri);
            bed.store.put(key, bed.next(uri));
            lowest.put(key, bed.version);
            bed.memory.evict(key);
            settle();
        }

        private void deliver(String uri) {
            ManualBed.Delivered delivered = bed.deliver(uri);
            lowest.putIfAbsent(ManualBed.key(uri), 1);
            bed.threads.runAll();
            delivered.complete();
            settle();
        }

        private void putVariant(String accepted) {
            VaryRule rule = new VaryRule(List.of("accept-language"), 7);
            CacheKey primary = ManualBed.key("/v");
            CachedResponse response =
                    bed.next("/v", 16_384, Fields.of("Vary", "Accept-Language").with("Content-Language", "de"));
            bed.store.put(primary, rule);
            for (String value : List.of(accepted, "=de")) {
                CacheKey key = rule.variant(primary, Fields.of("Accept-Language", value));
                bed.store.put(key, response);
                lowest.put(key, bed.version);
            }
            bed.memory.keys().forEach(bed.memory::evict);
            settle();
        }

        private void purge(String uri) {
            bed.store.purges().purge(new PurgeLog.Purge(uri.equals("/a") ? "I1" : null, "E1", List.of(uri)));
            lowest.put(ManualBed.key(uri), bed.version + 1);
            settle();
        }

        private void remove(String uri) {
            bed.store.remove(ManualBed.key(uri));
            lowest.put(ManualBed.key(uri), bed.version + 1);
            settle();
        }

        private void settle() {
            bed.threads.runAll();
            lookAtAll();
        }

        private void lookAtAll() {
            for (CacheKey key : List.copyOf(lowest.keySet())) {
                if (bed.store.get(key) instanceof CachedResponse response
                        && !bed.store.purges().covers("E1", response.uri(), response.purgeStamp())) {
                    assertThat(ManualBed.versionOf(response))
                            .as("%s: %s", where, key.text())
                            .isGreaterThanOrEqualTo(lowest.get(key));
                    bed.check(response);
                }
            }
        }

        /** The disk works again; the rest is over at the latest now. */
        private void comesBack() {
            isWell = true;
            bed.time.advance(Duration.ofNanos(DiskHealth.REST_NANOS));
            for (int i = 0; i < 2; i++) {
                leaveMemory("/back" + i);
            }
            assertThat(bed.store.get(ManualBed.key("/back1")))
                    .as("%s, and it works again", where)
                    .isInstanceOf(CachedResponse.class);
        }

        /** No file is left that no object stands for, and all bytes are counted. */
        private void filesAreKnown() throws IOException {
            try (Stream<Path> all = Files.list(folder)) {
                List<Path> files =
                        all.filter(file -> file.toString().endsWith(".object")).toList();
                long bytes = 0;
                for (Path file : files) {
                    bytes += Files.size(file);
                }
                assertThat((long) files.size())
                        .as(where)
                        .isEqualTo(bed.store.diskCounts().entries());
                assertThat(bytes).as(where).isEqualTo(bed.store.diskCounts().bytes());
            }
        }
    }

    @Test
    void diskThatGoesOnFailingIsGivenARestAndComesBack() {
        AtomicBoolean full = new AtomicBoolean(true);
        List<ILoggingEvent> said = new ArrayList<>();
        try (Listening _ = new Listening(said)) {
            ManualBed bed = new ManualBed(() -> new FailingFiles(new FolderFiles(folder), change -> full.get()));
            bed.threads.runAll();
            for (int i = 0; i < 20; i++) {
                bed.store.put(ManualBed.key("/" + i), bed.next("/" + i));
                bed.memory.evict(ManualBed.key("/" + i));
                bed.threads.runAll();
            }
            long failuresUntilRest = bed.store.diskCounts().failures();
            assertThat(bed.store.diskCounts().rests()).isEqualTo(1);
            assertThat(bed.deliver("/film").begun).as("while it rests").isFalse();
            bed.time.advance(Duration.ofNanos(DiskHealth.REST_NANOS));
            assertThat(bed.deliver("/film").begun).as("after the rest").isTrue();
            bed.threads.runAll();
            assertThat(bed.store.diskCounts().rests())
                    .as("one failure sends it back")
                    .isEqualTo(2);
            assertThat(bed.store.diskCounts().failures()).isGreaterThan(failuresUntilRest);

            full.set(false);
            bed.time.advance(Duration.ofNanos(DiskHealth.REST_NANOS));
            bed.deliver("/film").complete();
            bed.threads.runAll();
            assertThat(bed.store.get(ManualBed.key("/film"))).isInstanceOf(CachedResponse.class);
            bed.restart();
            bed.threads.runAll();
            assertThat(bed.store.get(ManualBed.key("/film")))
                    .as("the journal has been written anew")
                    .isInstanceOf(CachedResponse.class);
            bed.store.close();
        }
        assertThat(said.stream().map(ILoggingEvent::getFormattedMessage))
                .satisfiesExactly(
                        first -> assertThat(first).contains("TEST-1").contains(FailingFiles.NO_SPACE),
                        last -> assertThat(last).contains("works again"));
    }

    /** Hears what the disk's health says. */
    private static final class Listening implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(DiskHealth.class);
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        Listening(List<ILoggingEvent> said) {
            appender.list = said;
            appender.start();
            logger.setLevel(Level.INFO);
            logger.addAppender(appender);
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
            logger.setLevel(null);
        }
    }
}
