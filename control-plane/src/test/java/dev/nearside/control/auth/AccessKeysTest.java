package dev.nearside.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessKeysTest {

    private static final String KEY =
            "{\"access-key-id\": \"AKIAANN\", \"secret-access-key\": \"0123456789-top-secret\"}";

    @TempDir
    private Path folder;

    @Test
    void keyWithoutMoreMayDoAllUnderItsId() throws IOException {
        AccessKey key = AccessKeys.read(file("rw-------", "{\"keys\": [" + KEY + "]} // mine"))
                .find("AKIAANN")
                .orElseThrow();
        assertThat(key.name()).isEqualTo("AKIAANN");
        assertThat(key.allows("lambda", "CreateFunction")).isTrue();
        assertThat(key.toString()).contains("AKIAANN").doesNotContain("top-secret");
    }

    @ParameterizedTest
    @CsvSource({"GetDistribution, true", "ListKeys, true", "DescribeStream, true", "Getaway, false", "PutKey, false"})
    void readOnlyKeyReads(String operation, boolean allowed) {
        AccessKey key = new AccessKey("AKIA", "0123456789-secret", "reader", null, null, true);
        assertThat(key.allows("kms", operation)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void fileThatOthersMayReadOrWriteIsRefused(String permissions) throws IOException {
        Path file = file(permissions, "{\"keys\": [" + KEY + "]}");
        assertThatThrownBy(() -> AccessKeys.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(permissions)
                .hasMessageContaining("chmod 600 " + file);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"keys\": []} | keys is empty",
                "{} | keys is empty",
                "{\"keys\": [KEY, KEY]} | an access-key-id twice",
                "{\"keys\": [{\"access-key-id\": \"a b\"}]} | access-key-id 'a b'",
                "{\"keys\": [{\"access-key-id\": \"AKIA\", \"secret-access-key\": \"top-secret\"}]} | has 10 characters",
                "{\"keys\": [{\"access-key-id\": \"AKIA\", \"secret-access-key\": \"0123456789-top-secret\","
                        + " \"name\": \"nearside\"}]} | the key AKIA has the name 'nearside'",
                "{\"keys\": [KEY], \"secret\": \"top-secret\"} | unknown key 'secret'",
                "{\"keys\": top-secret} | not valid JSON at line 1",
            })
    void unusableFileSaysWhyAndNoSecret(String json, String message) throws IOException {
        Path file = file("rw-------", json.replace("KEY", KEY));
        assertThatThrownBy(() -> AccessKeys.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("top-secret");
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> AccessKeys.read(folder.resolve("none.json")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.json does not exist");
    }

    private Path file(String permissions, String json) throws IOException {
        Path file = Files.writeString(folder.resolve("keys.json"), json);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
