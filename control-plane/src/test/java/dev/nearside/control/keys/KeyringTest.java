package dev.nearside.control.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.state.Database;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredKey;
import dev.nearside.control.state.StoredKeyEvent;
import dev.nearside.control.state.StoredKeyMaterial;
import dev.nearside.kit.http.Wildcards;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys over months, and with a master key that is gone. */
class KeyringTest {

    private static final String ROOT = "arn:aws:iam::000000000000:root";
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final ManualTime time = new ManualTime(1_800_000_000_000L);
    private Database database;
    private Keyring keyring;
    private Cryptography cryptography;

    @BeforeEach
    void open() {
        database = Database.open(folder);
        keyring = keyring(MasterKey.loadOrCreate(folder, Randomness.secret(), !Keyring.hasMaterial(database)));
        cryptography = new Cryptography(keyring);
    }

    private Keyring keyring(MasterKey master) {
        return new Keyring(database, master, "000000000000", Randomness.secret(), time::epochMillis);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static KeyUse use(String operation) {
        return KeyUse.of(ROOT, operation, "test");
    }

    private StoredKey created() {
        return keyring.transaction(
                connection -> keyring.create(connection, use("CreateKey"), new Keyring.NewKey("", null, false, "{}")));
    }

    private byte[] encrypted(StoredKey key) {
        return keyring.transaction(connection -> cryptography.encrypt(connection, use("Encrypt"), key.id(), MESSAGE))
                .bytes();
    }

    private byte[] decrypted(byte[] ciphertext) {
        return keyring.transaction(connection -> cryptography.decrypt(connection, use("Decrypt"), null, ciphertext))
                .bytes();
    }

    private List<StoredKeyMaterial> materials(StoredKey key) {
        return database.transaction(connection -> StoredKeyMaterial.all(connection, key.id()));
    }

    @Test
    void theMasterKeyIsReadableByItsOwnerOnlyAndServesAfterARestart() throws IOException {
        byte[] ciphertext = encrypted(created());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("master-key"))))
                .isEqualTo("rw-------");

        database.close();
        open();

        assertThat(decrypted(ciphertext)).isEqualTo(MESSAGE);
    }

    @Test
    void withoutItsMasterKeyAStateIsRefusedAtTheStart() throws IOException {
        StoredKey _ = created();
        Path file = folder.resolve("master-key");
        Files.move(file, folder.resolve("elsewhere"));

        assertThatThrownBy(() -> MasterKey.loadOrCreate(folder, Randomness.secret(), !Keyring.hasMaterial(database)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is missing");
        MasterKey another = MasterKey.loadOrCreate(folder, Randomness.secret(), true);
        assertThatThrownBy(() -> keyring(another))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("put the right file back");
        Files.writeString(file, "0123");
        assertThatThrownBy(() -> MasterKey.loadOrCreate(folder, Randomness.secret(), false))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("damaged")
                .hasMessageNotContaining("0123");
    }

    @Test
    void aKeyIsDeletedWhenItsTimeHasCome() {
        StoredKey key = created();
        byte[] ciphertext = encrypted(key);
        long due = time.epochMillis() + Duration.ofDays(7).toMillis();
        database.transaction(connection -> {
            key.withState(KeyState.PENDING_DELETION.wireName(), due).update(connection);
            return null;
        });
        assertThatThrownBy(() -> decrypted(ciphertext)).hasMessageContaining("is pending deletion");

        time.advance(Duration.ofDays(7));

        assertThatThrownBy(() -> decrypted(ciphertext))
                .isInstanceOfSatisfying(
                        KeyException.class, e -> assertThat(e.code()).isEqualTo("NotFoundException"));
        assertThat(materials(key)).as("nothing is left that could open it").isEmpty();
    }

    @Test
    void aKeyThatIsRotatedByItselfGetsNewMaterialInItsRhythmAndOpensOldCiphertext() {
        StoredKey key = created();
        byte[] old = encrypted(key);
        database.transaction(connection -> {
            key.withRotation(new StoredKey.Rotation(
                            90, time.epochMillis() + Duration.ofDays(90).toMillis()))
                    .update(connection);
            return null;
        });
        time.advance(Duration.ofDays(89));
        byte[] _ = encrypted(key);
        assertThat(materials(key)).hasSize(1);

        time.advance(Duration.ofDays(1));
        byte[] young = encrypted(key);

        assertThat(materials(key)).hasSize(2);
        assertThat(Ciphertext.parse(old).materialNumber()).isEqualTo(1);
        assertThat(Ciphertext.parse(young).materialNumber()).isEqualTo(2);
        assertThat(decrypted(old)).isEqualTo(MESSAGE);
        assertThat(decrypted(young)).isEqualTo(MESSAGE);
    }

    @Test
    void everyByteOfACiphertextCounts() {
        byte[] ciphertext = encrypted(created());
        for (int i = 0; i < ciphertext.length; i++) {
            byte[] changed = ciphertext.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> decrypted(changed)).as("byte %d", i).isInstanceOf(KeyException.class);
        }
    }

    @Test
    void whatIsRefusedIsWrittenDownAlthoughItsTransactionIsUndone() {
        StoredKey key = created();
        assertThatThrownBy(() -> keyring.transaction(connection -> {
                    key.withDescription("half done").update(connection);
                    return cryptography.encrypt(connection, use("Encrypt"), "alias/none", MESSAGE);
                }))
                .isInstanceOf(KeyException.class);

        assertThat(database.transaction(connection -> StoredKey.find(connection, key.id()))
                        .orElseThrow()
                        .description())
                .isEmpty();
        List<StoredKeyEvent> events = database.transaction(
                connection -> StoredKeyEvent.newest(connection, Long.MAX_VALUE, 0, Long.MAX_VALUE, 10));
        assertThat(events.getFirst().operation()).isEqualTo("Encrypt");
        assertThat(events.getFirst().outcome()).isEqualTo("NotFoundException");
        assertThat(events.getFirst().keyArn()).isEqualTo("alias/none");
    }

    @Test
    void wildcardsOfPoliciesFitWithoutBacktrackingForEver() {
        assertThat(Wildcards.matches("a*".repeat(500) + "b", "a".repeat(5_000))).isFalse();
        assertThat(Wildcards.matches("a*c?e", "abbcde")).isTrue();
    }
}
