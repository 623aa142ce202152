package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockedFolderTest {

    @TempDir
    Path folder;

    /** Says whether another process gets the folder. */
    static final class Second {
        private Second() {}

        public static void main(String[] arguments) {
            try (FolderFiles _ = new FolderFiles(Path.of(arguments[0]))) {
                System.out.print("it is free");
            } catch (IOException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    private String asked() throws Exception {
        Process second = ChildJvm.start(Second.class, folder.toString());
        String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        second.waitFor();
        return said;
    }

    @Test
    void folderThatIsInUseIsRefusedWithWhatToDo() throws Exception {
        try (FolderFiles _ = new FolderFiles(folder)) {
            assertThatIOException()
                    .as("in this process")
                    .isThrownBy(() -> new FolderFiles(folder))
                    .withMessage("the disk cache folder " + folder
                            + " is in use by another node in this process; stop that one, or give this node another"
                            + " folder");
            assertThat(asked())
                    .as("in another process, after a refusal in this one")
                    .isEqualTo("the disk cache folder " + folder
                            + " is in use by another process; stop that one, or give this node another folder");
        }
        assertThat(asked()).isEqualTo("it is free");
        new FolderFiles(folder).close();
    }
}
