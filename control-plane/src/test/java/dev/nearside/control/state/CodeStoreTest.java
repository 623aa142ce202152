package dev.nearside.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeStoreTest {

    @TempDir
    private Path directory;

    @Test
    void codeIsStoredOnceAndWhole() throws Exception {
        CodeStore code = new CodeStore(directory.resolve("code"));
        byte[] zip = "not really a zip".getBytes(StandardCharsets.UTF_8);
        String sha256 = code.put(zip);

        assertThat(code.put(zip)).isEqualTo(sha256).hasSize(64);
        try (var files = Files.list(directory.resolve("code"))) {
            assertThat(files).containsExactly(directory.resolve("code").resolve(sha256 + ".zip"));
        }
        assertThat(code.open("../state.db")).isEmpty();
        assertThat(code.open("0".repeat(64))).isEmpty();
    }

    @Test
    void halfStoredCodeIsRemovedAtTheNextStart() throws Exception {
        Path leftover = Files.createDirectories(directory.resolve("code")).resolve("incoming-1.tmp");
        Files.writeString(leftover, "half");

        new CodeStore(directory.resolve("code"));
        assertThat(leftover).doesNotExist();
    }
}
