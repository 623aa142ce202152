package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripted sessions of AWS's own clients, as this machine has them, with a world of one node; with {@code
 * -Dnearside.clients=all} of every version on the PATH.
 */
class StockClientsTest {

    private static final boolean ALL = "all".equals(System.getProperty("nearside.clients"));

    @TempDir
    private static Path folder;

    private static World world;

    @BeforeAll
    static void start() throws IOException {
        world = World.start(WorldConfig.onFreePorts(folder.resolve("state")).withPops("IAD"));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    static List<Path> commandLines() {
        return chosen(Programs.commandLines());
    }

    static List<Path> pythons() {
        return chosen(Programs.pythonsWithBoto3());
    }

    /** The first on the PATH, for a session of the command line takes a minute. */
    private static List<Path> chosen(List<Path> found) {
        return ALL ? found : found.subList(0, 1);
    }

    @ParameterizedTest
    @MethodSource("commandLines")
    void commandLineGoesThroughASession(Path aws) throws Exception {
        String said = run("bash", script("cli_session.sh"), aws.toString(), endpoint());
        assertThat(said).contains("the session of aws-cli/", "went as it should");
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void boto3GoesThroughASession(Path python) throws Exception {
        try (World own = World.start(
                WorldConfig.onFreePorts(newFolder().resolve("state")).withPops("IAD"))) {
            String said = run(python.toString(), script("boto3_session.py"), endpoint(own));
            assertThat(said).contains("the session of boto3", "went as it should");
        }
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void everyOperationIsOfferedOrRefusedAsBoto3CanRead(Path python) throws Exception {
        String said = run(python.toString(), script("every_operation.py"), endpoint());
        assertThat(said).contains(" operations called, 0 faults");
    }

    @Test
    void clientsThatAreMissingAreNamedWithWhatToInstall() throws IOException {
        String nowhere = newFolder().toString();
        assertThat(Programs.complaint(Programs.commandLines(nowhere), Programs.COMMAND_LINE))
                .isEqualTo("no 'aws' program is on the PATH; install AWS's command line (Debian: awscli)");
        assertThat(Programs.complaint(Programs.pythonsWithBoto3(nowhere), Programs.BOTO3))
                .isEqualTo("no 'python3' on the PATH has boto3; install it (Debian: python3-boto3)");
    }

    private static String run(String... command) throws Exception {
        return Programs.run(newFolder(), command);
    }

    private static Path newFolder() throws IOException {
        return Files.createTempDirectory(folder, "client");
    }

    private static String endpoint() {
        return endpoint(world);
    }

    private static String endpoint(World of) {
        return "http://127.0.0.1:" + of.apiAddress().getPort();
    }

    private static String script(String name) throws URISyntaxException {
        return Path.of(StockClientsTest.class.getResource("/clients/" + name).toURI())
                .toString();
    }
}
