package dev.nearside.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OriginConfigTest {

    @TempDir
    Path folder;

    @Test
    void whatTheFileLeavesOutHasItsDefault() throws IOException {
        assertThat(read("{}")).isEqualTo(OriginConfig.defaults());
        assertThat(read("{\"port\": 0, \"seed\": 9, \"idle-timeout-millis\": 500}"))
                .isEqualTo(new OriginConfig("127.0.0.1", 0, 9, 500, 16_384));
    }

    @Test
    void aValueOutOfRangeIsRefusedWithKeyValueAndExpectation() {
        assertThatThrownBy(() -> read("{\"port\": 70000}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port 70000 is out of range, expected 0 to 65535");
        assertThatThrownBy(() -> read("{\"host\": \" \"}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("host ' ' is blank");
    }

    @Test
    void anUnknownKeyIsNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> read("{\"prot\": 1}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'prot'")
                .hasMessageContaining("host, idle-timeout-millis, max-header-bytes, port, seed");
    }

    private OriginConfig read(String json) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("origin.json"), json), OriginConfig.class);
    }
}
