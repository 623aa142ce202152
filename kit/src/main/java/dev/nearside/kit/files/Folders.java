package dev.nearside.kit.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Folders with all that is in them. */
public final class Folders {

    private Folders() {}

    /**
     * Deletes a folder with all that is in it; symbolic links are deleted and not followed. What cannot be deleted does
     * not keep the rest; what is gone already is no failure.
     *
     * @throws IOException the first failure
     */
    public static void delete(Path folder) throws IOException {
        Deleting deleting = new Deleting();
        Files.walkFileTree(folder, deleting);
        if (deleting.first != null) {
            throw deleting.first;
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        private @Nullable IOException first;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return delete(file);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return failure instanceof NoSuchFileException ? FileVisitResult.CONTINUE : failed(failure);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) {
            return failure == null ? delete(visited) : failed(failure);
        }

        private FileVisitResult delete(Path path) {
            try {
                Files.deleteIfExists(path);
                return FileVisitResult.CONTINUE;
            } catch (IOException e) {
                return failed(e);
            }
        }

        private FileVisitResult failed(IOException failure) {
            first = first == null ? failure : first;
            return FileVisitResult.CONTINUE;
        }
    }
}
