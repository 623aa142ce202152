package dev.nearside.kit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

    /** A configuration as the project's look. */
    record Sample(
            int listenPort,
            @Nullable String nodeName,
            @Nullable Nested innerPart) {
        record Nested(int maxBytes) {
            Nested {
                if (maxBytes < 0) {
                    throw new ConfigException("max-bytes is '" + maxBytes + "', expected 0 or more");
                }
            }
        }
    }

    private Path file = Path.of("config.json");

    @BeforeEach
    void choose(@TempDir Path folder) {
        file = folder.resolve("config.json");
    }

    @Test
    void readsKeysWithDashesAndComments() throws IOException {
        write("""
                // where viewers come
                {"listen-port": 7101, "node-name": "LHR-1", "inner-part": {"max-bytes": 5}} /* done */
                """);

        assertThat(ConfigFile.read(file, Sample.class)).isEqualTo(new Sample(7101, "LHR-1", new Sample.Nested(5)));
    }

    @Test
    void absentKeysAreLeftToTheRecord() throws IOException {
        write("{}");

        assertThat(ConfigFile.read(file, Sample.class)).isEqualTo(new Sample(0, null, null));
    }

    @Test
    void aTextMayStandInAFileOfItsOwn() throws IOException {
        Path secret = Files.writeString(file.resolveSibling("secret"), "  LHR-1\n");
        write("""
                {"node-name": {"file": "%s"}}""".formatted(secret));

        assertThat(ConfigFile.read(file, Sample.class).nodeName()).isEqualTo("LHR-1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        not there     | {"node-name": {"file": "FOLDER/none"}}             | node-name: the file FOLDER/none does not exist
        empty         | {"node-name": {"file": "FOLDER/empty"}}            | node-name: the file FOLDER/empty is empty, expected the text
        not text      | {"node-name": {"file": "FOLDER/binary"}}           | node-name: the file FOLDER/binary is not text in UTF-8
        a folder      | {"node-name": {"file": "FOLDER"}}                  | node-name: the file FOLDER cannot be read
        another key   | {"node-name": {"path": "x"}}                       | node-name: expected a text, or {"file": "PATH"}
        a number      | {"node-name": {"file": 7}}                         | node-name: expected a text, or {"file": "PATH"}
        two keys      | {"node-name": {"file": "x", "more": 1}}            | node-name: expected a text, or {"file": "PATH"}
        nothing       | {"node-name": {}}                                  | node-name: expected a text, or {"file": "PATH"}
        """)
    void faultsOfSuchAFileAreNamed(String fault, String json, String message) throws IOException {
        Path folder = file.resolveSibling(".").normalize();
        Files.writeString(folder.resolve("empty"), " \n");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0});
        write(json.replace("FOLDER", folder.toString()));

        assertThatThrownBy(() -> ConfigFile.read(file, Sample.class))
                .as(fault)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message.replace("FOLDER", folder.toString()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        unknown key          | {"listen-prot": 1}                 | unknown key 'listen-prot' at line 1, expected one of inner-part, listen-port, node-name
        key of another case  | {"listenPort": 1}                  | unknown key 'listenPort'
        unknown key inside   | {"inner-part": {"max": 1}}         | unknown key 'max' at line 1, expected one of max-bytes
        wrong type           | {"listen-port": "many"}            | listen-port: Cannot deserialize value of type
        wrong type inside    | {"inner-part": {"max-bytes": []}}  | inner-part.max-bytes:
        refused by a record  | {"inner-part": {"max-bytes": -1}}  | max-bytes is '-1', expected 0 or more
        an array             | [1]                                | Cannot deserialize
        not JSON             | {"listen-port": }                  | not valid JSON at line 1
        cut off              | {"listen-port": 1                  | config.json
        repeated key         | {"listen-port": 1, "listen-port": 2} | Duplicate field 'listen-port'
        more than one value  | {} {}                              | config.json
        empty                | ``                                 | config.json
        nothing              | null                               | config.json: the file holds null, expected an object
        """)
    void faultsAreNamed(String fault, String json, String message) throws IOException {
        write(json);

        assertThatThrownBy(() -> ConfigFile.read(file, Sample.class))
                .as(fault)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> ConfigFile.read(file, Sample.class))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration file " + file + " does not exist");
    }

    @Test
    void folderIsNoFile() {
        Path folder = file.toAbsolutePath().getRoot();

        assertThatThrownBy(() -> ConfigFile.read(folder, Sample.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be read");
    }

    private void write(String json) throws IOException {
        Files.writeString(file, json);
    }
}
