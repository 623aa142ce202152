package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Files in one folder, which is locked for as long as this is open. */
class FolderFiles implements CacheFiles {

    private static final String SUFFIX = ".object";

    private final Path folder;
    private final boolean isPosix;
    private final LockedFolder lock;

    /**
     * Makes the folder if it is not there, readable by its owner only.
     *
     * @throws IOException if that is not possible, or somebody else uses the folder
     */
    FolderFiles(Path folder) throws IOException {
        this.folder = folder;
        this.isPosix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(folder);
        if (isPosix) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        this.lock = LockedFolder.lock(folder);
    }

    private Path file(long id) {
        return folder.resolve(Long.toHexString(id) + SUFFIX);
    }

    @Override
    public FileChannel create(long id) throws IOException {
        return FileChannel.open(
                file(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public FileChannel open(long id) throws IOException {
        return FileChannel.open(file(id), StandardOpenOption.READ);
    }

    @Override
    public FileChannel change(long id) throws IOException {
        return FileChannel.open(file(id), StandardOpenOption.WRITE);
    }

    @Override
    public void delete(long id) throws IOException {
        Files.deleteIfExists(file(id));
    }

    @Override
    public List<Long> ids() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{1,15}\\" + SUFFIX))
                    .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length()), 16))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (NoSuchFileException _) {
            return new byte[0];
        }
    }

    @Override
    public FileChannel goOnWriting(String name, long length) throws IOException {
        FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return file.truncate(length).position(length);
    }

    @Override
    public FileChannel beside(String name) throws IOException {
        return FileChannel.open(
                fileBeside(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    @Override
    public void replace(String name) throws IOException {
        Files.move(
                fileBeside(name),
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        if (isPosix) {
            // The name in the folder is data of the folder. Elsewhere a folder cannot be opened like this.
            try (FileChannel itself = FileChannel.open(folder, StandardOpenOption.READ)) {
                itself.force(true);
            }
        }
    }

    private Path fileBeside(String name) {
        return folder.resolve(name + ".new");
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void close() {
        lock.close();
    }
}
