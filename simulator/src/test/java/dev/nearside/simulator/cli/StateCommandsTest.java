package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Export and import on the command line, and a world that demands signatures. */
class StateCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void stoppedWorldIsExportedAndImportedOnce() throws IOException {
        Path first = folder.resolve("first");
        World.start(WorldConfig.onFreePorts(first).withPops("LHR")).close();
        String file = folder.resolve("state.zip").toString();

        assertThat(run("export", file, "--data", first.toString())).isZero();
        assertThat(out.toString()).matches("(?s)exported state [0-9a-f]{32} at revision 1, [0-9]+ bytes\\R");
        assertThat(run("export", file, "--data", first.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(file + " exists");

        String second = folder.resolve("second").toString();
        assertThat(run("import", file, "--data", second)).isZero();
        assertThat(out.toString()).contains("imported state ", "at revision 1");
        assertThat(run("import", file, "--data", second)).isEqualTo(1);
        assertThat(err.toString()).contains("nearside: the state is not empty").doesNotContain("\tat ");
    }

    @Test
    void missingWorldsAreNamed() throws IOException {
        String file = folder.resolve("state.zip").toString();
        assertThat(run("export", file, "--data", folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("there is no state to export");
        assertThat(run("import", file, "--data", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("there is no file " + file);
        assertThat(Files.exists(Path.of(file))).isFalse();
    }

    @Test
    void worldWithKeysStartsAndAsksForSignatures() throws Exception {
        Path keys = Files.writeString(
                folder.resolve("keys.json"),
                "{\"keys\": [{\"access-key-id\": \"AKIA\", \"secret-access-key\": \"0123456789abcdef\"}]}");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        WorldConfig config = WorldConfig.onFreePorts(folder.resolve("world"))
                .withPops("LHR")
                .withState(new WorldConfig.State(null, keys));
        try (World world = World.start(config);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(world.nodes().getFirst().revision())
                    .as("the demo site is deployed with the world's own key")
                    .isEqualTo(1);
            URI list = URI.create("http://127.0.0.1:" + world.apiAddress().getPort() + "/2020-05-31/distribution");
            assertThat(http.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
