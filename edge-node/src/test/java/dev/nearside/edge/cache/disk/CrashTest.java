package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A process that writes to disk is killed in the middle, again and again in one folder. {@code -Dnearside.crash.rounds=N}
 * does so N times.
 */
class CrashTest {

    private static final int ROUNDS = Integer.getInteger("nearside.crash.rounds", 3);
    private static final int MAX_PRINTED_BYTES = 3_000;

    @TempDir
    Path folder;

    /** By path, the version that was whole before the kill and has not been invalidated since. */
    private final Map<String, Integer> kept = new TreeMap<>();

    /** By path, the last version that was invalidated. */
    private final Map<String, Integer> purged = new TreeMap<>();

    @Test
    @Timeout(20 * 60)
    void whateverIsServedAfterAKillIsWhole() throws Exception {
        RandomGenerator random = Randomness.fast();
        int version = 1;
        long tornAtAll = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            int bytes = random.nextInt(MAX_PRINTED_BYTES);
            String printed = printedUntilKilled(version, bytes);
            version = heard(printed, version) + 2;
            long torn = torn();
            tornAtAll += torn;
            check("round " + round + ", killed after " + bytes + " printed bytes", torn);
        }
        LoggerFactory.getLogger(CrashTest.class)
                .info("{} kills, {} torn files dropped, {} objects whole at the end", ROUNDS, tornAtAll, kept.size());
    }

    private String printedUntilKilled(int firstVersion, int bytes) throws Exception {
        Process writer = ChildJvm.start(CrashingWriter.class, folder.toString(), Integer.toString(firstVersion));
        try (InputStream out = writer.getInputStream()) {
            String before = new String(out.readNBytes(bytes), StandardCharsets.UTF_8);
            assertThat(writer.isAlive()).as("it prints: %s", before).isTrue();
            // Not the process's own method, which would close the stream with what it still holds.
            writer.toHandle().destroyForcibly();
            writer.waitFor();
            return before + new String(out.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            writer.destroyForcibly();
        }
    }

    /** Takes in what was done for certain; returns the last version that was begun. */
    private int heard(String printed, int first) {
        int last = first;
        for (String line :
                printed.substring(0, printed.lastIndexOf('\n') + 1).lines().toList()) {
            String[] words = line.replace(".", "").split(" ", -1);
            if (words.length != 3) {
                continue;
            }
            last = Integer.parseInt(words[2]);
            switch (words[0]) {
                case "kept" -> kept.put(words[1], last);
                // From here on it may be gone, and once it is purged it must be.
                case "purging" -> kept.remove(words[1]);
                case "purged" -> purged.put(words[1], last);
                default -> throw new AssertionError("the writer said: " + line);
            }
        }
        return last;
    }

    private void check(String round, long torn) throws IOException {
        long filesBefore = objectFiles();
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(DiskStore.class);
        said.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(said);
        try (TieredStore store = CrashingWriter.open(folder, Time.system())) {
            DiskCounts counts = store.diskCounts();
            assertThat(counts.entries()).as(round).isEqualTo(filesBefore - counts.droppedAtStart());
            assertThat(counts.droppedAtStart()).as(round).isGreaterThanOrEqualTo(torn);
            assertThat(objectFiles()).as(round).isEqualTo(counts.entries());
            if (filesBefore > 0) {
                assertThat(said.list)
                        .as(round)
                        .anyMatch(event -> event.getFormattedMessage()
                                .contains(counts.droppedAtStart() + " were torn, damaged or invalidated"));
            }
            int found = 0;
            for (int i = 0; i < 100; i++) {
                if (store.get(CrashingWriter.key("/" + i)) instanceof CachedResponse response) {
                    found++;
                    checkObject(round, response);
                }
            }
            assertThat(found).as(round).isEqualTo((int) counts.entries());
            kept.forEach((uri, version) -> assertThat(store.get(CrashingWriter.key(uri)))
                    .as("%s: %s was whole in version %d", round, uri, version)
                    .isInstanceOfSatisfying(
                            CachedResponse.class,
                            there -> assertThat(RecomputableObject.of(there).version())
                                    .isGreaterThanOrEqualTo(version)));
        } finally {
            logger.detachAppender(said);
            logger.setLevel(null);
        }
    }

    private void checkObject(String round, CachedResponse response) {
        RecomputableObject object = RecomputableObject.of(response);
        StoredBody body = response.body();
        assertThat(BodyReader.read(body, 0, body.length()))
                .as("%s: %s", round, object)
                .isEqualTo(object.body());
        assertThat(object.version())
                .as("%s: the last version of %s that was invalidated", round, object.uri())
                .isGreaterThan(purged.getOrDefault(object.uri(), 0));
    }

    /** Files that are not whole, told apart without the store. */
    private long torn() throws IOException {
        long torn = 0;
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file :
                    all.filter(each -> each.toString().endsWith(".object")).toList()) {
                try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                    RecordFile.read(in);
                } catch (IOException e) {
                    torn++;
                }
            }
        }
        return torn;
    }

    private long objectFiles() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".object")).count();
        }
    }
}
