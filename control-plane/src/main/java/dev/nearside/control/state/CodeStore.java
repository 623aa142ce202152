package dev.nearside.control.state;

import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.files.Folders;
import dev.nearside.kit.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Function zips as files named by their SHA-256; a file that is there is whole and never changes. */
public final class CodeStore {

    private static final Logger LOG = LoggerFactory.getLogger(CodeStore.class);
    private static final Pattern SHA256_HEX = Pattern.compile("[0-9a-f]{64}");

    private final Path directory;

    /** Keeps its files below {@code directory}, which it creates. */
    public CodeStore(Path directory) {
        this.directory = directory;
        try {
            OwnerOnly.createDirectories(directory);
            removeLeftovers(directory);
        } catch (IOException e) {
            throw new StateException("cannot create the code directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Stores a zip and returns its digest in lower-case hexadecimal; the bytes are on disk when this returns.
     *
     * @throws StateException if the disk fails
     */
    public synchronized String put(byte[] zip) {
        String sha256 = CodeDigest.hex(zip);
        Path file = file(sha256);
        if (Files.exists(file)) {
            return sha256;
        }
        try {
            Path temporary = Files.createTempFile(directory, "incoming-", ".tmp");
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(zip);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
            return sha256;
        } catch (IOException e) {
            throw new StateException("cannot store code " + sha256 + " in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** A reader of the zip with that digest, if it is stored; the caller closes it. */
    public Optional<FileChannel> open(String sha256) {
        if (!SHA256_HEX.matcher(sha256).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(FileChannel.open(file(sha256), StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StateException("cannot read code " + sha256 + ": " + e.getMessage(), e);
        }
    }

    /**
     * Compares with what the rows of a database name.
     *
     * @throws StateException if nothing of it is here, because the folder is then that of another state
     */
    public void requireTheFolderOf(List<String> named) {
        List<String> missing =
                named.stream().filter(sha256 -> !Files.exists(file(sha256))).toList();
        if (!missing.isEmpty() && missing.size() == named.size()) {
            throw new StateException(directory + " has none of the " + named.size()
                    + " packages that the database names, expected the data directory that belongs to it");
        }
        if (!missing.isEmpty()) {
            LOG.error("{} lacks packages that function versions name, which no node can load: {}", directory, missing);
        }
    }

    /** A folder beside the code, for what is written and soon gone; one that is left behind goes at the next start. */
    public Path newTemporaryFolder() {
        try {
            return Files.createTempDirectory(directory, "incoming-");
        } catch (IOException e) {
            throw new StateException("cannot create a folder in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Removes such a folder with what is in it. */
    public void removeTemporaryFolder(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new StateException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }

    /** A process that was killed while it stored a zip leaves its temporary file behind. */
    private static void removeLeftovers(Path directory) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, "incoming-*")) {
            for (Path leftover : leftovers) {
                Folders.delete(leftover);
            }
        }
    }

    private Path file(String sha256) {
        return directory.resolve(sha256 + ".zip");
    }

    /** Makes the rename itself durable; systems that cannot open a directory do not need it. */
    private void syncDirectory() {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            return;
        }
    }
}
