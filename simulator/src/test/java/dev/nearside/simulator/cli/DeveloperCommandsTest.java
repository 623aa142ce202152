package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.FunctionZip;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands invoke and validate, with a function in one world for all tests. */
class DeveloperCommandsTest {

    /** Where the API's port lies above the base. */
    private static final int API = 80;

    @TempDir
    private static Path state;

    private static World world;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws IOException {
        world = World.start(WorldConfig.onFreePorts(state).withPops("IAD"));
        try (AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            aws.publishedFunction("tell", FunctionZip.ofIndex("""
                    exports.handler = async (event) => {
                        console.log('asked');
                        if (!event.Records) throw new Error('no event');
                        const { config, request } = event.Records[0].cf;
                        return { type: config.eventType, uri: request.uri, origin: request.origin !== undefined };
                    };"""));
            aws.publishedUpdate("tell", FunctionZip.ofIndex("exports.handler = async () => 'second';"));
        }
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({"viewer-request, false", "origin-request, true", "origin-response, true", "viewer-response, false"})
    void invokePrintsTheResultAndTheLogOfASample(String sample, boolean origin) {
        assertThat(invoke("tell", "--sample", sample, "--version", "1")).isZero();
        assertThat(out.toString())
                .isEqualTo("{\"type\":\"" + sample + "\",\"uri\":\"/articles/1.html\",\"origin\":" + origin + "}\n");
        assertThat(err.toString()).contains("START RequestId: ", "\tINFO\tasked\n", "REPORT RequestId: ");
    }

    @Test
    void invokeRunsTheNewestCodeUnlessToldOtherwise() {
        assertThat(invoke("tell")).isZero();
        assertThat(out.toString()).isEqualTo("\"second\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tell:1", "arn:aws:lambda:us-east-1:000000000000:function:tell:1"})
    void invokeRunsTheVersionThatTheNameHolds(String name) {
        assertThat(invoke(name, "--sample", "viewer-request")).isZero();
        assertThat(out.toString()).startsWith("{\"type\":\"viewer-request\"");
    }

    @Test
    void invokeTakesAnEventFromAFile() throws IOException {
        Path event = Files.writeString(
                folder.resolve("event.json"),
                "{\"Records\":[{\"cf\":{\"config\":{\"eventType\":\"mine\"},\"request\":{\"uri\":\"/u\"}}}]}");
        assertThat(invoke("tell", "--event", event.toString(), "--version", "1"))
                .isZero();
        assertThat(out.toString()).contains("\"type\":\"mine\",\"uri\":\"/u\"");
    }

    @Test
    void invokeEndsWithOneAfterAFunctionsError() {
        assertThat(invoke("tell", "--version", "1")).isEqualTo(Main.FAILURE);
        assertThat(out.toString()).contains("\"errorType\":\"Error\",\"errorMessage\":\"no event\"");
        assertThat(err.toString()).contains("ERROR\tInvoke Error", "REPORT RequestId: ");
    }

    @Test
    void invokeSaysWhatTheApiSays() {
        assertThat(invoke("nobody")).isEqualTo(Main.FAILURE);
        assertThat(err.toString())
                .contains("nobody: ResourceNotFoundException: Function not found")
                .hasLineCount(1);
    }

    @Test
    void invokeAsksForOneEventThatMakesSense() {
        assertThat(invoke("tell", "--sample", "viewer")).isEqualTo(Main.USAGE);
        assertThat(invoke("tell", "--event", folder.resolve("none").toString())).isEqualTo(Main.USAGE);
        assertThat(invoke("tell", "--sample", "viewer-request", "--event", "x")).isEqualTo(Main.USAGE);
        assertThat(err.toString()).contains("unknown event type 'viewer'", "expected a file", "mutually exclusive");
    }

    @Test
    void invokeRefusesAnEventThatNoFunctionMayHave() throws IOException {
        Path event = Files.write(folder.resolve("large.json"), new byte[6 * 1024 * 1024 + 1]);
        assertThat(invoke("tell", "--event", event.toString())).isEqualTo(Main.USAGE);
        assertThat(err.toString()).contains("6291457 bytes, expected at most 6291456");
    }

    @Test
    void validateEndsWithOneIfThereIsAnythingToMend() throws IOException {
        Files.writeString(folder.resolve("index.js"), "exports.handler = async (event) => ({ status: 99 });");
        assertThat(run("validate", folder.toString())).isEqualTo(Main.FAILURE);
        assertThat(out.toString())
                .startsWith("index.js with the built-in viewer-request: result in viewer-request: ")
                .contains("99, expected 200 to 599")
                .hasLineCount(1);

        Files.writeString(folder.resolve("index.js"), "exports.handler = async (event) => ({ status: 200 });");
        assertThat(run("validate", folder.toString())).isZero();
        assertThat(out.toString()).endsWith(": nothing that AWS would refuse\n");
    }

    @Test
    void validateChecksForTheEventThatIsNamed() throws IOException {
        Files.writeString(folder.resolve("index.js"), """
                exports.handler = async (event) => {
                    const { request, response } = event.Records[0].cf;
                    if (response) response.status = '201';
                    return response || request;
                };""");
        assertThat(run("validate", "--event-type", "origin-response", folder.toString()))
                .isZero();
        assertThat(run("validate", "--event-type", "viewer-response", folder.toString()))
                .isEqualTo(Main.FAILURE);
        assertThat(out.toString()).contains("which viewer-response events may not");
    }

    @Test
    void foldersAndEventsThatDoNotExistAreRefused() {
        assertThat(run("validate", folder.resolve("none").toString())).isEqualTo(Main.USAGE);
        assertThat(run("validate", "--event-type", "x", folder.toString())).isEqualTo(Main.USAGE);
        assertThat(run("dev", folder.resolve("none").toString())).isEqualTo(Main.USAGE);
        assertThat(err.toString()).contains("expected a folder", "unknown event type 'x'");
    }

    private int invoke(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "invoke";
        all[1] = "--port-base";
        all[2] = String.valueOf(world.apiAddress().getPort() - API);
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return run(all);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
