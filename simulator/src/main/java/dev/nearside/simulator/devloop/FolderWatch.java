package dev.nearside.simulator.devloop;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Notices when files of a folder change. The system's watch says when to look, so that a save is seen at once; where it
 * says nothing, as on network drives, each look finds the change too. Installed packages are not looked at.
 */
public final class FolderWatch implements AutoCloseable {

    private static final int MAX_FILES = 2_000;
    private static final int MAX_FOLDERS = 500;

    /** An editor writes a file in several steps; after this long without another one it is done. */
    private static final long SETTLE_MILLIS = 15;

    private static final int MAX_STEPS = 20;

    private final Path folder;
    private final WatchService system = FileSystems.getDefault().newWatchService();
    private final Map<WatchKey, Path> watched = new HashMap<>();
    private Map<Path, Stamp> seen;

    /** What tells one state of a file from another. */
    private record Stamp(long bytes, FileTime modified) {}

    /**
     * Files that changed.
     *
     * @param name the one that changed last, or that is gone
     * @param modifiedMillis when, by its own stamp; 0 if files have only gone
     */
    public record Change(String name, long modifiedMillis) {}

    /** Looks at a folder as it is now. */
    public FolderWatch(Path folder) throws IOException {
        this.folder = folder;
        this.seen = look();
    }

    /** Waits for a change. */
    public Optional<Change> await(long millis) throws IOException, InterruptedException {
        WatchKey key = system.poll(millis, TimeUnit.MILLISECONDS);
        for (int i = 0; key != null && i < MAX_STEPS; i++) {
            key.pollEvents();
            if (!key.reset()) {
                watched.remove(key);
            }
            key = system.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        }
        Map<Path, Stamp> now = look();
        Optional<Change> change = difference(seen, now);
        seen = now;
        return change;
    }

    private Optional<Change> difference(Map<Path, Stamp> before, Map<Path, Stamp> after) {
        Change last = null;
        for (Path gone : before.keySet()) {
            if (!after.containsKey(gone)) {
                last = new Change(FunctionPackage.nameOf(folder, gone), 0);
            }
        }
        for (Map.Entry<Path, Stamp> file : after.entrySet()) {
            boolean changed = !file.getValue().equals(before.get(file.getKey()));
            long modified = file.getValue().modified().toMillis();
            if (changed && (last == null || modified >= last.modifiedMillis())) {
                last = new Change(FunctionPackage.nameOf(folder, file.getKey()), modified);
            }
        }
        return Optional.ofNullable(last);
    }

    private Map<Path, Stamp> look() throws IOException {
        Map<Path, Stamp> stamps = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                String name = String.valueOf(directory.getFileName());
                if (!directory.equals(folder) && (name.startsWith(".") || name.equals("node_modules"))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                register(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && !String.valueOf(file.getFileName()).startsWith(".")) {
                    stamps.put(file, new Stamp(attributes.size(), attributes.lastModifiedTime()));
                }
                return stamps.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // Gone between the listing and the look: an editor's temporary file.
                return FileVisitResult.CONTINUE;
            }
        });
        return stamps;
    }

    private void register(Path directory) throws IOException {
        if (watched.size() >= MAX_FOLDERS || watched.containsValue(directory)) {
            return;
        }
        try {
            watched.put(
                    directory.register(
                            system,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE),
                    directory);
        } catch (NoSuchFileException _) {
            // Gone since it was listed; its files are gone too, which the walk finds.
            watched.values().remove(directory);
        }
    }

    @Override
    public void close() throws IOException {
        system.close();
    }
}
