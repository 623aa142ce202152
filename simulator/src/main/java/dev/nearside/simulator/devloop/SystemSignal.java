package dev.nearside.simulator.devloop;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The operating system's watch of folders. */
final class SystemSignal implements ChangeSignal {

    private static final int MAX_FOLDERS = 500;

    /** An editor writes a file in several steps; after this long without another one it is done. */
    private static final long SETTLE_MILLIS = 15;

    private static final int MAX_STEPS = 20;

    private final Map<WatchKey, Path> watched = new HashMap<>();
    private @Nullable WatchService system;

    @Override
    public void watch(Path directory) throws IOException {
        if (watched.size() >= MAX_FOLDERS || watched.containsValue(directory)) {
            return;
        }
        WatchService service = system;
        if (service == null) {
            service = FileSystems.getDefault().newWatchService();
            system = service;
        }
        try {
            watched.put(
                    directory.register(
                            service,
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
    public void await(long millis) throws InterruptedException {
        WatchService service = system;
        if (service == null) {
            // Nothing is watched, so that only the pause is left of the wait.
            new Semaphore(0).tryAcquire(millis, TimeUnit.MILLISECONDS);
            return;
        }
        WatchKey key = service.poll(millis, TimeUnit.MILLISECONDS);
        for (int i = 0; key != null && i < MAX_STEPS; i++) {
            key.pollEvents();
            if (!key.reset()) {
                watched.remove(key);
            }
            key = service.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() throws IOException {
        WatchService service = system;
        if (service != null) {
            service.close();
        }
    }
}
