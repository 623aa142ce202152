package dev.nearside.simulator.world;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.kit.files.OwnerOnly;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * What the processes of one world share and nobody else may know. Each folder below the one given is for other eyes: the
 * control plane and its users, the nodes, the database. All files are their owner's only.
 */
public final class WorldSecrets {

    /** Keys that requests must be signed with, as {@code --auth} takes them. */
    public static final String KEYS = "api/keys.json";

    /** What nodes show to the control plane. */
    public static final String ENROLMENT_TOKEN = "nodes/enrolment-token";

    /** The authority that certificates of nodes are made by. */
    public static final String TLS = "nodes/tls";

    /** Of the control plane's user in a PostgreSQL database. */
    public static final String DATABASE_PASSWORD = "database/password";

    private static final int SECRET_BYTES = 32;
    private static final int KEY_ID_BYTES = 8;

    private final Path folder;
    private final RandomGenerator random;
    private final List<Path> made = new ArrayList<>();

    private WorldSecrets(Path folder, RandomGenerator random) {
        this.folder = folder;
        this.random = random;
    }

    /**
     * Makes what is not there yet, and leaves alone what is.
     *
     * @param random unpredictable
     * @return the files that were made
     * @throws IOException if the folder cannot be written
     */
    public static List<Path> make(Path folder, Time time, RandomGenerator random) throws IOException {
        WorldSecrets secrets = new WorldSecrets(folder, random);
        secrets.file(KEYS, secrets.keys());
        secrets.file(ENROLMENT_TOKEN, secrets.hex(SECRET_BYTES));
        secrets.file(DATABASE_PASSWORD, secrets.hex(SECRET_BYTES));
        secrets.authority(time);
        return List.copyOf(secrets.made);
    }

    private void authority(Time time) throws IOException {
        Path tls = folder.resolve(TLS);
        Path certificate = LocalAuthority.certificateFile(tls);
        boolean isThere = Files.exists(certificate);
        OwnerOnly.createDirectories(tls);
        LocalAuthority.openOrMake(tls, time, random);
        if (!isThere) {
            made.add(certificate);
        }
    }

    /** Whole or not at all, so that one who is killed meanwhile leaves nothing that the next one takes for a secret. */
    private void file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            return;
        }
        OwnerOnly.createDirectories(file.resolveSibling(".").normalize());
        Path unfinished = file.resolveSibling("." + file.getFileName());
        Files.deleteIfExists(unfinished);
        OwnerOnly.createFile(unfinished);
        Files.writeString(unfinished, content + "\n", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        made.add(file);
    }

    private String keys() {
        ObjectNode file = new JsonMapper().createObjectNode();
        file.putArray("keys")
                .addObject()
                .put("access-key-id", "NEARSIDE" + hex(KEY_ID_BYTES).toUpperCase(Locale.ROOT))
                .put("secret-access-key", hex(SECRET_BYTES))
                .put("name", "owner");
        return file.toPrettyString();
    }

    private String hex(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}
