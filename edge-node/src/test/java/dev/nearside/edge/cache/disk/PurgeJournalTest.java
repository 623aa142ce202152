package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheTags;
import dev.nearside.edge.cache.PurgeLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PurgeJournalTest {

    private static final String LONG = "/long/" + "x".repeat(2_000);

    @TempDir
    Path folder;

    private static void purge(PurgeLog log, String path) {
        log.purge(new PurgeLog.Purge("I1", "E1", List.of(path)));
    }

    /** A journal with a base, and the log above it. */
    private static PurgeLog begun(PurgeJournal journal) {
        PurgeLog log = new PurgeLog(journal.nextSequence(), journal);
        journal.allChecked();
        journal.tidy(log);
        return log;
    }

    private static void outgrow(PurgeLog log) {
        for (int i = 0; i < 40; i++) {
            purge(log, LONG);
        }
    }

    private long bytes() throws IOException {
        return Files.size(folder.resolve(PurgeJournal.NAME));
    }

    @Test
    void isWrittenAnewWhileTheNodeRunsAndSaysTheSame() throws IOException {
        long asked;
        long later;
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            PurgeLog log = begun(journal);
            asked = log.sequence();
            purge(log, "/a");
            later = log.sequence();
            for (int round = 0; round < 10; round++) {
                outgrow(log);
                assertThat(bytes()).isGreaterThan(PurgeJournal.SMALL_BYTES);
                journal.tidy(log);
                assertThat(bytes()).as("round %d", round).isLessThan(3_000);
            }
        }
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            assertThat(journal.isCurrent("E1", "/a", CacheTags.NONE, asked)).isFalse();
            assertThat(journal.isCurrent("E1", "/a", CacheTags.NONE, later)).isTrue();
            assertThat(journal.isCurrent("E1", LONG, CacheTags.NONE, later)).isFalse();
            assertThat(journal.knownIds()).containsExactly("I1");
            assertThat(journal.nextSequence()).isGreaterThan(later + 400);
        }
    }

    @Test
    void oneThatSaysMuchIsLeftAloneUntilItHasGrownFarBeyondThat() throws IOException {
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            PurgeLog log = begun(journal);
            for (int i = 0; i < 100; i++) {
                purge(log, LONG + i);
            }
            journal.tidy(log);
            long whenNew = bytes();
            outgrow(log);
            journal.tidy(log);

            assertThat(bytes()).isGreaterThan(whenNew);
        }
    }

    @Test
    void whatComesWhileItIsWrittenAnewIsInBoth() throws IOException {
        PurgeLog[] log = new PurgeLog[1];
        long asked;
        try (CacheFiles files = new FolderFiles(folder) {
                    @Override
                    public FileChannel beside(String name) throws IOException {
                        FileChannel beside = super.beside(name);
                        if (log[0] != null) {
                            purge(log[0], "/late-too");
                            log[0].purge("E1", List.of("/late"));
                        }
                        return beside;
                    }
                };
                PurgeJournal journal = new PurgeJournal(files)) {
            PurgeLog begun = begun(journal);
            asked = begun.sequence();
            outgrow(begun);
            log[0] = begun;
            journal.tidy(begun);
            assertThat(bytes()).isLessThan(3_000);
        }
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            assertThat(journal.isCurrent("E1", "/late", CacheTags.NONE, asked)).isFalse();
            assertThat(journal.isCurrent("E1", "/late-too", CacheTags.NONE, asked))
                    .isFalse();
            assertThat(journal.isCurrent("E1", "/other", CacheTags.NONE, asked)).isTrue();
        }
    }

    @Test
    void failureAtAnyChangeWhileItIsWrittenAnewLosesNoInvalidation() throws IOException {
        long failures = 1;
        for (long n = 1; failures > 0; n++) {
            Path own = folder.resolve("change-" + n);
            long change = n;
            boolean[] armed = {false};
            long[] count = {0};
            long asked;
            try (FailingFiles files = new FailingFiles(new FolderFiles(own), _ -> armed[0] && ++count[0] == change);
                    PurgeJournal journal = new PurgeJournal(files)) {
                PurgeLog log = begun(journal);
                asked = log.sequence();
                purge(log, "/a");
                outgrow(log);
                armed[0] = true;
                journal.tidy(log);
                purge(log, "/b");
                armed[0] = false;
                failures = files.failures();
            }
            try (CacheFiles files = new FolderFiles(own);
                    PurgeJournal journal = new PurgeJournal(files)) {
                assertThat(journal.isCurrent("E1", "/a", CacheTags.NONE, asked))
                        .as("change %d", n)
                        .isFalse();
                assertThat(journal.isCurrent("E1", "/b", CacheTags.NONE, asked))
                        .as("change %d", n)
                        .isFalse();
            }
        }
    }

    @Test
    void whatACrashLeftBesideItIsNoMatter() throws IOException {
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            begun(journal);
        }
        Files.write(folder.resolve(PurgeJournal.NAME + ".new"), new byte[1_000]);
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            assertThat(journal.isTrusted()).isTrue();
        }
    }

    @Test
    void recordOfAnUnknownKindMakesItUntrusted() throws IOException {
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            purge(begun(journal), "/a");
        }
        byte[] strange = {99, 1, 2, 3};
        Path file = folder.resolve(PurgeJournal.NAME);
        byte[] before = Files.readAllBytes(file);
        ByteBuffer after = ByteBuffer.allocate(before.length + 12).put(before);
        after.putInt(strange.length).putInt(RecordFile.crc(strange, 0, 4)).put(strange);
        Files.write(file, after.array());
        try (CacheFiles files = new FolderFiles(folder);
                PurgeJournal journal = new PurgeJournal(files)) {
            assertThat(journal.isTrusted()).isFalse();
        }
    }
}
