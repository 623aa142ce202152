package dev.nearside.edge.sync;

import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node keeps on disk: the last good snapshot and the code it names. Files are written beside their place, synced
 * and renamed, so that a crash leaves the old one or the new one. Readable by their owner only, since snapshots carry
 * environment variables.
 */
final class NodeDisk {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDisk.class);

    private final Path folder;

    /**
     * Makes the folders if they are not there.
     *
     * @throws IOException if that is not possible
     */
    NodeDisk(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("code"));
        ownerOnly(folder, true);
    }

    /** The last good snapshot; empty if there is none or if it cannot be read. */
    Optional<Snapshot> snapshot() {
        Path file = folder.resolve("snapshot.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Snapshot.EMPTY.apply(SnapshotCodec.decode(Files.readAllBytes(file), SnapshotDelta.class)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the snapshot in {} cannot be used, waiting for the control plane: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    void keep(Snapshot snapshot) throws IOException {
        write(folder.resolve("snapshot.json"), SnapshotCodec.encode(snapshot.whole()));
    }

    /** Code with that digest; empty if it is not here or is not what its name says. */
    Optional<byte[]> code(String sha256) {
        Path file = codeFile(sha256);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            byte[] zip = Files.readAllBytes(file);
            return CodeDigest.hex(zip).equals(sha256) ? Optional.of(zip) : Optional.empty();
        } catch (IOException e) {
            LOG.warn("code {} cannot be read: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    void keepCode(String sha256, byte[] zip) throws IOException {
        write(codeFile(sha256), zip);
    }

    private Path codeFile(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("'" + sha256 + "' is not a SHA-256 in lower-case hexadecimal");
        }
        return folder.resolve("code").resolve(sha256 + ".zip");
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ownerOnly(beside, false);
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void ownerOnly(Path path, boolean isFolder) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            EnumSet<PosixFilePermission> permissions =
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            if (isFolder) {
                permissions.add(PosixFilePermission.OWNER_EXECUTE);
            }
            Files.setPosixFilePermissions(path, permissions);
        }
    }
}
