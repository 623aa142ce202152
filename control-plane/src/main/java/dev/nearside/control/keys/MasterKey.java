package dev.nearside.control.keys;

import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredKeyMaterial;
import dev.nearside.kit.files.OwnerOnly;
import dev.nearside.kit.keys.AesGcm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What the material of all keys is encrypted under: 32 random bytes in a file that only its owner can read. Who has the
 * database without this file has no key. It is not part of any log, answer or backup of the database.
 */
public final class MasterKey {

    private static final String FILE = "master-key";

    private final byte[] key;
    private final RandomGenerator random;

    private MasterKey(byte[] key, RandomGenerator random) {
        this.key = key;
        this.random = random;
    }

    /**
     * The master key of a data directory, drawn on the first call.
     *
     * @param random must be unpredictable
     * @param mayCreate false if there is material already, which a new key could not open
     * @throws StateException if the file is missing although it may not be, or has other content
     */
    public static MasterKey loadOrCreate(Path directory, RandomGenerator random, boolean mayCreate) {
        Path file = directory.resolve(FILE);
        try {
            if (Files.exists(file)) {
                return new MasterKey(read(file), random);
            }
            if (!mayCreate) {
                throw new StateException("the master key " + file
                        + " is missing, without which the keys in this directory's database are lost; put it back");
            }
            byte[] drawn = new byte[AesGcm.KEY_BYTES];
            random.nextBytes(drawn);
            write(file, drawn);
            return new MasterKey(drawn, random);
        } catch (IOException e) {
            throw new StateException("cannot keep the master key in " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks that a data directory has the master key of keys that are about to come into it.
     *
     * @param material any one of theirs
     * @throws StateException if it has none, or another one
     */
    public static void requireOpens(Path directory, StoredKeyMaterial material) {
        Path file = directory.resolve(FILE);
        try {
            if (!Files.exists(file) || !opens(read(file), material)) {
                throw new StateException("this file's keys need the master key of its control plane, copy it to " + file
                        + " first; nothing was changed");
            }
        } catch (IOException e) {
            throw new StateException("cannot read the master key " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean opens(byte[] key, StoredKeyMaterial material) {
        byte[] label = Keyring.label(material.keyId(), material.number()).getBytes(StandardCharsets.UTF_8);
        try {
            return AesGcm.open(key, Base64.getDecoder().decode(material.wrapped()), label).length > 0;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static byte[] read(Path file) throws IOException {
        try {
            byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
            if (key.length == AesGcm.KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException _) {
            // Nothing of the content may stand in a message.
        }
        throw new StateException("the master key " + file + " is damaged, expected " + 2 * AesGcm.KEY_BYTES
                + " hexadecimal digits; put the right file back");
    }

    /** Written beside its place and synced first, so that a crash leaves no half of it. */
    private static void write(Path file, byte[] key) throws IOException {
        Path beside = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(beside);
        OwnerOnly.createFile(beside);
        try (FileChannel out = FileChannel.open(beside, StandardOpenOption.WRITE)) {
            ByteBuffer content =
                    ByteBuffer.wrap((HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII));
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Encrypts material; it opens again only as what it is wrapped as. */
    byte[] wrap(byte[] material, String as) {
        return AesGcm.seal(key, material, as.getBytes(StandardCharsets.UTF_8), random);
    }

    /**
     * Decrypts material.
     *
     * @throws StateException if it was not wrapped by this master key as that
     */
    byte[] unwrap(byte[] wrapped, String as) {
        try {
            return AesGcm.open(key, wrapped, as.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException _) {
            throw new StateException("the material of " + as
                    + " does not open with this directory's master key; put the right file back");
        }
    }
}
