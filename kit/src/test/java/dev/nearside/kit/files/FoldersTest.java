package dev.nearside.kit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {

    @TempDir
    private Path temporary;

    @Test
    void deletesAllThatIsInAFolderAndFollowsNoLink() throws IOException {
        Path outside = Files.writeString(temporary.resolve("outside"), "kept");
        Path folder = temporary.resolve("folder");
        Files.createDirectories(folder.resolve("with/more"));
        Files.writeString(folder.resolve("with/file"), "x");
        Files.createSymbolicLink(folder.resolve("link"), temporary);

        Folders.delete(folder);

        assertThat(folder).doesNotExist();
        assertThat(outside).hasContent("kept");
    }

    @Test
    void folderThatIsGoneIsNoFailure() {
        assertThatCode(() -> Folders.delete(temporary.resolve("absent"))).doesNotThrowAnyException();
    }
}
