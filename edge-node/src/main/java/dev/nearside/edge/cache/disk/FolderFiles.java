package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Files in one folder, named by their number. */
class FolderFiles implements ObjectFiles {

    private static final String SUFFIX = ".object";

    private final Path folder;

    /**
     * Makes the folder if it is not there, readable by its owner only.
     *
     * @throws IOException if that is not possible
     */
    FolderFiles(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
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
}
