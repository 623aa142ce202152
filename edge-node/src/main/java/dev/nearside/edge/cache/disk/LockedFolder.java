package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that nobody else may use, held by a lock on a file in it. The system gives the lock back however the process
 * ends.
 *
 * <p>Folders that this process holds are known here and not asked for again: to close any channel of a file gives back
 * all locks that the process has on it, where locks are POSIX's.
 */
final class LockedFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LockedFolder.class);
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel file;

    private LockedFolder(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * Takes a folder that is there.
     *
     * @throws IOException if somebody has it, or it cannot be locked
     */
    static LockedFolder lock(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!HELD_HERE.add(real)) {
            throw new IOException(inUse(folder, "another node in this process"));
        }
        FileChannel file = null;
        try {
            file = FileChannel.open(real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = file.tryLock();
            if (lock == null) {
                throw new IOException(inUse(folder, "another process"));
            }
            return new LockedFolder(real, file);
        } catch (IOException e) {
            if (file != null) {
                file.close();
            }
            HELD_HERE.remove(real);
            throw e;
        }
    }

    private static String inUse(Path folder, String by) {
        return "the disk cache folder " + folder + " is in use by " + by
                + "; stop that one, or give this node another folder";
    }

    @Override
    public void close() {
        if (HELD_HERE.remove(folder)) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("the lock of {} was not given back before the process ends", folder, e);
            }
        }
    }
}
