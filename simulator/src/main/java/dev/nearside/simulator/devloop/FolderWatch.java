package dev.nearside.simulator.devloop;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Notices when files of a folder change. The system's watch says when to look, so that a save is seen at once; where it
 * says nothing, as on network drives, each look finds the change too. Installed packages are not looked at.
 */
public final class FolderWatch implements AutoCloseable {

    private final Path folder;
    private final ChangeSignal signal;
    private final int maxFiles;
    private final List<String> shortfalls = new ArrayList<>();
    private boolean signalWorks = true;
    private boolean complete = true;
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
        this(folder, new SystemSignal(), FunctionPackage.MAX_FILES);
    }

    /** The same with another signal, which ends with it, and another limit. */
    FolderWatch(Path folder, ChangeSignal signal, int maxFiles) throws IOException {
        this.folder = folder;
        this.signal = signal;
        this.maxFiles = maxFiles;
        this.seen = look();
    }

    /** Waits for a change. */
    public Optional<Change> await(long millis) throws IOException, InterruptedException {
        signal.await(millis);
        Map<Path, Stamp> now = look();
        Optional<Change> change = difference(seen, now);
        seen = now;
        return change;
    }

    /** What keeps changes from being seen, or from being seen at once, a sentence each; each is said once. */
    List<String> newShortfalls() {
        List<String> unsaid = List.copyOf(shortfalls);
        shortfalls.clear();
        return unsaid;
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
        boolean[] cut = {false};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = String.valueOf(directory.getFileName());
                if (!directory.equals(folder) && (name.startsWith(".") || name.equals("node_modules"))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                watch(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!attributes.isRegularFile()
                        || String.valueOf(file.getFileName()).startsWith(".")) {
                    return FileVisitResult.CONTINUE;
                }
                if (stamps.size() == maxFiles) {
                    cut[0] = true;
                    return FileVisitResult.TERMINATE;
                }
                stamps.put(file, new Stamp(attributes.size(), attributes.lastModifiedTime()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // Gone between the listing and the look: an editor's temporary file.
                return FileVisitResult.CONTINUE;
            }
        });
        if (cut[0] && complete) {
            shortfalls.add("more than " + maxFiles + " files; changes of those beyond are not seen");
        }
        complete = !cut[0];
        return stamps;
    }

    private void watch(Path directory) {
        if (!signalWorks) {
            return;
        }
        try {
            signal.watch(directory);
        } catch (IOException e) {
            // The system has a limit for all programs of a user together.
            signalWorks = false;
            shortfalls.add(
                    "the system watches no more folders (" + e.getMessage() + "); changes are looked for instead");
        }
    }

    @Override
    public void close() throws IOException {
        signal.close();
    }
}
