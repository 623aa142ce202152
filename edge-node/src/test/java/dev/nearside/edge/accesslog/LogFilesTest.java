package dev.nearside.edge.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.time.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the log on a real disk: hours, crashes, lack of room, and age. */
class LogFilesTest {

    private static final Distribution.Logging SETTINGS =
            new Distribution.Logging(true, false, "my-logs.s3.amazonaws.com", "site");
    private static final long HOUR = LogName.HOUR_MILLIS;
    private static final long PLENTY = 1L << 30;

    @TempDir
    Path root;

    private final AccessLogCounts counts = new AccessLogCounts();

    private LogFiles files(long maxBytes) {
        return new LogFiles(root, maxBytes, Randomness.seeded(1), LogFile::createFile, counts);
    }

    private List<String> closed() throws IOException {
        return Logs.files(root).stream().filter(file -> file.endsWith(".gz")).toList();
    }

    @Test
    void eachDistributionAndHourHasAFileWithTheHeadOfTheFormat() throws IOException {
        LogFiles files = files(PLENTY);
        files.append(SETTINGS, "E1", 0, "first");
        files.append(SETTINGS, "E1", HOUR - 1, "second");
        files.append(SETTINGS, "E1", HOUR, "third");
        files.append(SETTINGS, "E2", 0, "other");
        files.closeAll();

        assertThat(closed())
                .hasSize(3)
                .anyMatch(file -> file.matches("my-logs/site/E1\\.1970-01-01-00\\.[0-9a-f]{8}\\.gz"))
                .anyMatch(file -> file.matches("my-logs/site/E1\\.1970-01-01-01\\.[0-9a-f]{8}\\.gz"))
                .anyMatch(file -> file.matches("my-logs/site/E2\\.1970-01-01-00\\.[0-9a-f]{8}\\.gz"));
        List<String> lines = Logs.lines(root.resolve(closed().getFirst()));
        assertThat(lines.get(0)).isEqualTo("#Version: 1.0");
        assertThat(lines.get(1)).startsWith("#Fields: date time x-edge-location ");
        assertThat(lines.subList(2, lines.size())).containsExactly("first", "second");
        assertThat(counts.written()).isEqualTo(4);
    }

    @Test
    void fileCanBeReadWhileItsHourRunsAndIsCompressedAfterIt() throws IOException {
        LogFiles files = files(PLENTY);
        files.append(SETTINGS, "E1", 0, "row");
        files.flush();
        assertThat(Logs.files(root)).singleElement().asString().endsWith(".log");
        assertThat(Logs.rows(root)).containsExactly("row");

        files.closeEnded(HOUR - 1);
        assertThat(closed()).isEmpty();
        files.closeEnded(HOUR);

        assertThat(Logs.files(root)).singleElement().asString().endsWith(".gz");
        assertThat(Logs.rows(root)).containsExactly("row");
        assertThat(files.hasOpen()).isFalse();
    }

    @Test
    void whatACrashLeftIsCompressedWithoutTheTornRow() throws IOException {
        Path folder = Files.createDirectories(root.resolve("my-logs/site"));
        LogFiles before = files(PLENTY);
        before.append(SETTINGS, "E1", 0, "whole");
        before.flush();
        Path left = root.resolve(Logs.files(root).getFirst());
        Files.writeString(left, Files.readString(left) + "tor");
        Files.writeString(folder.resolve("E1.1970-01-01-00.00000001.log"), "#Version: 1.0\n#Fiel");
        Files.writeString(folder.resolve("E1.1970-01-01-00.00000002.gz.new"), "half");
        Files.writeString(folder.resolve("notes.txt"), "mine");

        files(PLENTY).recover();

        assertThat(Logs.files(root)).hasSize(2).contains("my-logs/site/notes.txt");
        assertThat(Logs.rows(root)).containsExactly("whole", "mine");
    }

    @Test
    void crashBetweenCompressingAndDeletingLeavesOneFile() throws IOException {
        LogFiles before = files(PLENTY);
        before.append(SETTINGS, "E1", 0, "row");
        before.closeAll();
        Path whole = root.resolve(closed().getFirst());
        Files.writeString(LogName.withSuffix(whole, ".gz", ".log"), "row\n");

        files(PLENTY).recover();

        assertThat(Logs.rows(root)).containsExactly("row");
    }

    @Test
    void longRowsAreRecoveredToTheirLastEnd() throws IOException {
        LogFiles before = files(PLENTY);
        before.append(SETTINGS, "E1", 0, "w".repeat(100_000));
        before.flush();
        Path left = root.resolve(Logs.files(root).getFirst());
        Files.writeString(left, Files.readString(left) + "t".repeat(200_000));

        files(PLENTY).recover();

        assertThat(Logs.rows(root)).containsExactly("w".repeat(100_000));
    }

    /** A file on a disk with only so much room; what does not fit is written as far as it goes. */
    private static final class SmallDisk implements SeekableByteChannel {
        private final SeekableByteChannel file;
        private int room;
        private boolean cuts = true;

        SmallDisk(SeekableByteChannel file, int room) {
            this.file = file;
            this.room = room;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (room == 0) {
                throw new IOException("No space left on device");
            }
            ByteBuffer fitting = bytes.slice(bytes.position(), Math.min(room, bytes.remaining()));
            int written = file.write(fitting);
            bytes.position(bytes.position() + written);
            room -= written;
            return written;
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            if (!cuts) {
                throw new IOException("Input/output error");
            }
            file.truncate(size);
            return this;
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return file.read(bytes);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Test
    void rowsThatFindNoRoomAreCountedAndLeaveNothingTorn() throws IOException {
        SmallDisk[] disk = new SmallDisk[1];
        LogFiles files = new LogFiles(
                root,
                PLENTY,
                Randomness.seeded(1),
                file -> disk[0] = new SmallDisk(LogFile.createFile(file), 1_000),
                counts);
        files.append(SETTINGS, "E1", 0, "fits");
        files.flush();
        files.append(SETTINGS, "E1", 0, "x".repeat(2_000));
        files.append(SETTINGS, "E1", 0, "lost");
        files.flush();
        assertThat(counts.failed()).isEqualTo(2);
        assertThat(Logs.rows(root)).containsExactly("fits");

        disk[0].room = 10_000;
        files.append(SETTINGS, "E1", 0, "room again");
        files.closeAll();

        assertThat(Logs.rows(root)).containsExactly("fits", "room again");
        assertThat(counts.written()).isEqualTo(2);
    }

    @Test
    void fileWhoseTornRowCannotBeCutIsGivenUp() throws IOException {
        SmallDisk[] disk = new SmallDisk[1];
        LogFiles files = new LogFiles(
                root,
                PLENTY,
                Randomness.seeded(1),
                file -> disk[0] = new SmallDisk(LogFile.createFile(file), 1_000),
                counts);
        files.append(SETTINGS, "E1", 0, "fits");
        files.flush();
        disk[0].cuts = false;
        files.append(SETTINGS, "E1", 0, "x".repeat(2_000));
        files.flush();
        files.append(SETTINGS, "E1", 0, "in another file");
        files.closeAll();

        assertThat(closed()).hasSize(2);
        assertThat(Logs.rows(root)).containsExactlyInAnyOrder("fits", "in another file");
    }

    @Test
    void oldestFilesMakeRoomAndNobodyElsesDo() throws IOException {
        Path notes = Files.writeString(
                Files.createDirectories(root.resolve("my-logs")).resolve("notes.gz"), "mine");
        LogFiles files = files(1_500);
        for (long hour = 0; hour < 20; hour++) {
            files.append(SETTINGS, "E1", hour * HOUR, "row of hour " + hour);
            files.flush();
            files.closeEnded((hour + 1) * HOUR);
        }

        assertThat(closed().stream()
                                .mapToLong(file -> root.resolve(file).toFile().length())
                                .sum()
                        - Files.size(notes))
                .isLessThanOrEqualTo(1_500);
        List<String> rows = Logs.rows(root.resolve("my-logs/site"));
        assertThat(rows).hasSizeBetween(2, 6);
        assertThat(rows)
                .isEqualTo(LongStream.range(20 - rows.size(), 20)
                        .mapToObj(hour -> "row of hour " + hour)
                        .toList());
        assertThat(notes).exists();
        assertThat(counts.deletedFiles()).isEqualTo(20 - rows.size());

        LogFiles restarted = files(1);
        restarted.recover();
        assertThat(closed()).containsExactly("my-logs/notes.gz");
    }

    @Test
    void fileThatGrowsTooLongIsFollowedByAnother() throws IOException {
        LogFiles files = files(PLENTY >> 14);
        for (int i = 0; i < 3; i++) {
            files.append(SETTINGS, "E1", 0, "x".repeat(70_000));
            files.flush();
        }

        assertThat(closed()).hasSize(3);
        assertThat(files.hasOpen()).isFalse();
    }

    @Test
    void settingsWithoutABucketLoseTheirRowsOnly() throws IOException {
        LogFiles files = files(PLENTY);
        files.append(new Distribution.Logging(true, false, "../x.s3.amazonaws.com", ""), "E1", 0, "lost");
        files.append(SETTINGS, "E1", 0, "kept");
        files.closeAll();

        assertThat(counts.failed()).isEqualTo(1);
        assertThat(Logs.rows(root)).containsExactly("kept");
        assertThat(root.resolveSibling("x.s3.amazonaws.com")).doesNotExist();
    }
}
