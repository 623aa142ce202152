package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.auth.AccessKeys;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldSecretsTest {

    private static final List<String> FILES =
            List.of(WorldSecrets.KEYS, WorldSecrets.ENROLMENT_TOKEN, WorldSecrets.DATABASE_PASSWORD);

    @TempDir
    private Path folder;

    @Test
    void allSecretsAreMadeForTheirOwnerOnly() throws IOException {
        List<Path> made = make();

        assertThat(made)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(FILES.stream(), Stream.of("nodes/tls/ca.pem"))
                        .map(folder::resolve)
                        .toList());
        for (String file : FILES) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(AccessKeys.read(folder.resolve(WorldSecrets.KEYS)).forEverything())
                .get()
                .satisfies(key -> {
                    assertThat(key.name()).isEqualTo("owner");
                    assertThat(key.secretAccessKey()).hasSize(64);
                });
        assertThat(Files.readString(folder.resolve(WorldSecrets.ENROLMENT_TOKEN)))
                .matches("[0-9a-f]{64}\n");
        LocalAuthority.open(folder.resolve(WorldSecrets.TLS), Time.system(), Randomness.secret());
    }

    @Test
    void whatIsThereStays() throws IOException {
        make();
        Map<Path, String> before = contents();
        Files.delete(folder.resolve(WorldSecrets.ENROLMENT_TOKEN));

        assertThat(make()).containsExactly(folder.resolve(WorldSecrets.ENROLMENT_TOKEN));
        Map<Path, String> after = contents();
        assertThat(after.remove(folder.resolve(WorldSecrets.ENROLMENT_TOKEN)))
                .isNotEqualTo(before.remove(folder.resolve(WorldSecrets.ENROLMENT_TOKEN)));
        assertThat(after).isEqualTo(before);
        assertThat(make()).isEmpty();
    }

    /** As a process leaves it that is killed while it writes. */
    @Test
    void anUnfinishedFileIsNoSecret() throws IOException {
        Path unfinished = folder.resolve("nodes/.enrolment-token");
        Files.createDirectories(folder.resolve("nodes"));
        Files.writeString(unfinished, "half");

        make();
        assertThat(unfinished).doesNotExist();
        assertThat(Files.readString(folder.resolve(WorldSecrets.ENROLMENT_TOKEN)))
                .hasSize(65);
    }

    private List<Path> make() throws IOException {
        return WorldSecrets.make(folder, Time.system(), Randomness.secret());
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readString(file));
            }
        }
        return contents;
    }
}
