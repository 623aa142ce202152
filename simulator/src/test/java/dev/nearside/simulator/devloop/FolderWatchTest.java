package dev.nearside.simulator.devloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void filesAreSeenToComeToChangeAndToGo() throws Exception {
        save("lib/a.js", "1");
        try (FolderWatch watch = new FolderWatch(folder)) {
            assertThat(watch.await(1)).isEmpty();
            save("lib/b.js", "1");
            Await.until(
                    LIMIT,
                    "the new file is seen",
                    () -> watch.await(50)
                            .filter(change -> change.name().equals("lib/b.js"))
                            .isPresent());
            save("new/c.js", "1");
            Await.until(
                    LIMIT,
                    "the file in a new folder is seen",
                    () -> watch.await(50)
                            .filter(change -> change.name().equals("new/c.js"))
                            .isPresent());
            Files.delete(folder.resolve("lib/a.js"));
            Await.until(
                    LIMIT,
                    "the file is missed",
                    () -> watch.await(50)
                            .filter(change -> change.name().equals("lib/a.js"))
                            .isPresent());
            save("node_modules/x/index.js", "1");
            save(".hidden", "1");
            assertThat(watch.await(50)).isEmpty();
        }
    }

    @Test
    void theLastOfThousandsOfFilesIsSeenToChange() throws Exception {
        for (int i = 0; i < 2_100; i++) {
            save("f" + i, "");
        }
        Path last;
        try (Stream<Path> files = Files.walk(folder)) {
            last = files.filter(Files::isRegularFile).reduce((_, next) -> next).orElseThrow();
        }
        try (FolderWatch watch = new FolderWatch(folder)) {
            Files.writeString(last, "changed");
            assertThat(watch.await(50).map(FolderWatch.Change::name))
                    .contains(last.getFileName().toString());
            assertThat(watch.newShortfalls()).isEmpty();
        }
    }

    @Test
    void filesBeyondTheLimitAreSpokenOfOnce() throws Exception {
        save("a", "");
        save("b", "");
        try (FolderWatch watch = new FolderWatch(folder, new SystemSignal(), 2)) {
            assertThat(watch.newShortfalls()).isEmpty();
            save("c", "");
            watch.await(50);
            assertThat(watch.newShortfalls())
                    .containsExactly("more than 2 files; changes of those beyond are not seen");
            watch.await(1);
            assertThat(watch.newShortfalls()).isEmpty();
        }
    }

    @Test
    void changesAreSeenAlsoWhereTheSystemWatchesNoMoreFolders() throws Exception {
        save("a.js", "1");
        save("lib/b.js", "1");
        try (FolderWatch watch = new FolderWatch(folder, new FullSignal(), 10)) {
            assertThat(watch.newShortfalls()).singleElement().asString().contains("User limit of inotify watches");
            save("lib/b.js", "12");
            assertThat(watch.await(1).map(FolderWatch.Change::name)).contains("lib/b.js");
            assertThat(watch.newShortfalls()).isEmpty();
        }
    }

    /** What Linux says where /proc/sys/fs/inotify/max_user_watches is used up. */
    private static final class FullSignal implements ChangeSignal {
        @Override
        public void watch(Path directory) throws IOException {
            throw new IOException("User limit of inotify watches reached");
        }

        @Override
        public void await(long millis) {
            // says nothing
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private void save(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
