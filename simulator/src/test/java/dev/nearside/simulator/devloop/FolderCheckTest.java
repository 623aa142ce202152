package dev.nearside.simulator.devloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.EventReader;
import dev.nearside.edge.functions.process.Language;
import dev.nearside.edge.functions.process.ProcessEngine;
import dev.nearside.edge.functions.process.ProcessLimits;
import dev.nearside.function.EventType;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FolderCheckTest {

    private static final String PASS_ON = "exports.handler = async (event) => event.Records[0].cf.request;";

    private static HandlerTrial trial;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        trial = new HandlerTrial();
    }

    @AfterAll
    static void close() {
        trial.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        event: viewer-reqest         | nearside.yaml:1: event: viewer-reqest; allowed: viewer-request, origin-request,
        tiemout: 3                   | nearside.yaml:1: unknown key: tiemout; allowed: event, path, runtime, handler, timeout
        timeout: soon                | nearside.yaml:1: timeout: soon; allowed: a whole number
        timeout: 6                   | nearside.yaml:1: timeout in viewer-request: 6 s; allowed: at most 5 s
        timeout: 901                 | nearside.yaml:1: Lambda: 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint
        memory: 64                   | Value '64' at 'memorySize' failed to satisfy constraint
        memory: 256                  | nearside.yaml:1: memory in viewer-request: 256 MB; allowed: at most 128 MB
        runtime: nodejs99.x          | Value nodejs99.x at 'runtime' failed to satisfy constraint
        runtime: nodejs14.x          | nearside.yaml:1: Lambda: The runtime parameter of nodejs14.x is no longer supported
        runtime: java21              | runtime of Lambda@Edge: java21; allowed: Node.js and Python runtimes
        handler: index               | nearside.yaml:1: handler: index; allowed: FILE.FUNCTION
        handler: main.handler        | file of the handler main.handler: missing; allowed: main.js, main.mjs, main.cjs
        handler: index.other         | handler cannot be loaded: Runtime.HandlerNotFound
        environment: {AWS_REGION: x} | Reserved keys used in this request: AWS_REGION
        environment: {1a: x}         | Value '1a' at 'environment.variables' failed to satisfy constraint
        environment: none            | nearside.yaml:1: environment: none; allowed: names with values
        path: "a b"                  | nearside.yaml:1: path: a b; allowed: a path pattern
        include-body: yes            | nearside.yaml:1: include-body: yes; allowed: true or false
        forward: {header: [a]}       | nearside.yaml:1: unknown key: header; allowed: headers, cookies, query-strings
        event: [                     | nearside.yaml:1: YAML:
        """)
    void everyBrokenRuleIsSaidWithItsValue(String yaml, String said) throws IOException {
        file("index.js", PASS_ON);
        file(SettingsFile.NAME, yaml);

        assertThat(lines()).anyMatch(line -> line.contains(said)).noneMatch(line -> line.contains("\n"));
    }

    @Test
    void aFolderWithoutSettingsIsAViewerRequestFunction() throws IOException {
        file("index.js", PASS_ON);

        assertThat(lines()).isEmpty();
    }

    @Test
    void anEmptyFolderIsNoPackage() throws IOException {
        assertThat(lines()).singleElement().asString().startsWith(".: package: ");
    }

    @Test
    void keysGivenTwiceAreSaidWithTheirLine() throws IOException {
        file("index.js", PASS_ON);
        file(SettingsFile.NAME, "timeout: 1\ntimeout: 2\n");

        assertThat(lines()).containsExactly("nearside.yaml:2: repeated key: timeout; allowed: each key once");
    }

    @Test
    void settingsThatAreTooLongAreNotRead() throws IOException {
        file("index.js", PASS_ON);
        file(SettingsFile.NAME, "# " + "x".repeat(70_000));

        assertThat(lines()).singleElement().asString().contains("length of the file", "at most 65536");
    }

    @Test
    void anErrorOfTheHandlerIsSaidWithFileAndLine() throws IOException {
        file("lib/deep.js", "module.exports = () => {\n  return nothing.there;\n};\n");
        file("index.js", "const deep = require('./lib/deep');\nexports.handler = async () => deep();\n");

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("lib/deep.js:2:")
                .contains("handler with the built-in viewer-request", "ReferenceError: nothing is not defined");
    }

    @Test
    void aSyntaxErrorIsSaidOnceWithFileAndLine() throws IOException {
        file("index.js", "exports.handler = async (event) => {\n  retrun event;\n};\n");
        file(SettingsFile.NAME, "event: [viewer-request, viewer-response]");

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("index.js:2:")
                .contains("Runtime.UserCodeSyntaxError");
    }

    @Test
    void aResultThatLambdaAtEdgeRefusesIsSaidWithItsRule() throws IOException {
        file("index.js", """
                exports.handler = async (event) => {
                    const { request } = event.Records[0].cf;
                    request.headers.host = [{ key: 'Host', value: 'other.test' }];
                    return request;
                };""");

        assertThat(lines(EventType.VIEWER_REQUEST))
                .singleElement()
                .asString()
                .startsWith("index.js with the built-in viewer-request: result in viewer-request")
                .contains("the header 'host' with the value 'other.test', which is read-only in viewer-request");
        assertThat(lines(EventType.ORIGIN_REQUEST)).isEmpty();
    }

    @Test
    void sampleResultsAreHeldAgainstTheRules() throws IOException {
        file("index.js", PASS_ON);
        file("samples/good.json", "{\"status\":\"302\",\"headers\":{\"location\":[{\"value\":\"/\"}]}}");
        file("samples/bad.json", "{\"status\":\"302\",\"headers\":{\"location\":[{\"value\":\"/\"}],\"via\":[]}}");
        file("samples/worse.json", "{\"status\":\"302\",\"headers\":{\"connection\":[{\"value\":\"close\"}]}}");

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("samples/worse.json: result in viewer-request: ")
                .contains("disallowed header 'connection'");
    }

    @Test
    void sampleEventsAreTriedInPlaceOfTheBuiltInOne() throws IOException {
        file("index.js", """
                exports.handler = async (event) => {
                    const { request } = event.Records[0].cf;
                    if (request.uri === '/special') {
                        throw new Error('not this one');
                    }
                    return request;
                };""");
        file(
                "samples/special.json",
                new String(SampleEvents.json(EventType.VIEWER_REQUEST), StandardCharsets.UTF_8)
                        .replace("/articles/1.html", "/special"));
        file("samples/odd.json", "{\"Records\":[{\"cf\":{\"config\":{\"eventType\":\"viewer-requests\"}}}]}");

        assertThat(lines())
                .hasSize(2)
                .anyMatch(
                        line -> line.startsWith("samples/odd.json: sample event: ") && line.contains("viewer-requests"))
                .anyMatch(line -> line.contains("handler with samples/special.json: Error: not this one"));
    }

    @Test
    void samplesAreBounded() throws IOException {
        file("index.js", PASS_ON);
        file("samples/large.json", "\"" + "x".repeat(2 * 1024 * 1024) + "\"");
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("samples/large.json: size of a sample: 2097154 bytes");

        for (int i = 0; i < 100; i++) {
            file("samples/a" + i + ".json", "{\"status\":\"204\"}");
        }
        assertThat(lines()).containsExactly("samples: number of samples: 101; allowed: at most 100");
    }

    @Test
    void pythonIsRunWithTheRulesForItsResults() throws IOException {
        file("other.py", "");
        file(SettingsFile.NAME, "runtime: python3.13\nhandler: app.handler\n");
        assertThat(lines()).containsExactly(".: file of the handler app.handler: missing; allowed: app.py");

        file("app.py", "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n");
        assertThat(check()).isEqualTo(new FolderCheck.Outcome(List.of(), null));

        file("app.py", "def handler(event, context):\n    return {'status': 99}\n");
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("app.py with the built-in viewer-request: result in viewer-request: ");
    }

    @Test
    void modulesAndWhatOnlyNodeHasAreRun() throws IOException {
        file("index.mjs", """
                import { readFileSync } from 'node:fs';
                const word = await Promise.resolve(readFileSync(new URL('word.txt', import.meta.url), 'utf8'));
                export const handler = async () => ({ status: word });
                """);
        file("word.txt", "200");
        assertThat(check()).isEqualTo(new FolderCheck.Outcome(List.of(), null));

        file("word.txt", "99");
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("index.mjs with the built-in viewer-request: result in viewer-request: ");
    }

    @Test
    void errorsInProcessesAreSaidWithFileAndLineToo() throws IOException {
        file("index.mjs", "export const handler = async (event) => {\n  return event.nothing.there;\n};\n");
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("index.mjs:2:")
                .contains("TypeError");

        file(SettingsFile.NAME, "runtime: python3.13\nhandler: app.handler\n");
        file("app.py", "def handler(event, context):\n    return event['nothing']\n");
        assertThat(lines()).singleElement().asString().startsWith("app.py:2: ").contains("KeyError");
    }

    @Test
    void javaIsLookedForAsClassesAndJars() throws IOException {
        file(SettingsFile.NAME, "runtime: java21\nhandler: com.example.Handler::handle\n");
        file("com/example/Handler.js", "");
        String refused = "nearside.yaml:1: runtime of Lambda@Edge: java21; allowed: Node.js and Python runtimes";
        assertThat(lines())
                .containsExactly(
                        refused,
                        ".: file of the handler com.example.Handler::handle: missing; allowed: "
                                + "com/example/Handler.class, a .jar in lib/");

        file("com/example/Handler.class", "no class");
        assertThat(lines())
                .hasSize(2)
                .contains(refused)
                .anyMatch(line -> line.startsWith("com/example/Handler.class: handler cannot be loaded: "));

        Files.delete(folder.resolve("com/example/Handler.class"));
        file("lib/handler.jar", "no jar");
        assertThat(lines())
                .hasSize(2)
                .contains(refused)
                .anyMatch(line -> line.startsWith("lib/handler.jar: handler cannot be loaded: "));
    }

    @Test
    void aHandlerWithoutItsInterpreterIsNeitherRightNorWrong() throws IOException {
        file("app.py", "not even Python");
        file(SettingsFile.NAME, "runtime: python3.13\nhandler: app.handler\n");
        String nowhere = folder.resolve("nowhere").toString();
        try (HandlerTrial without = new HandlerTrial(List.of(new ProcessEngine(
                Language.PYTHON, ProcessLimits.defaults(), nowhere, Time.system(), Randomness.secret())))) {
            assertThat(FolderCheck.check(folder, null, without))
                    .isEqualTo(new FolderCheck.Outcome(List.of(), "python lacks the program 'python3' on the PATH"));
        }
    }

    @Test
    void samplesThatCannotBeReadAreFindings() throws IOException {
        file("index.js", PASS_ON);
        Files.createDirectories(folder.resolve("samples/folder.json"));
        Files.createSymbolicLink(folder.resolve("samples/gone.json"), folder.resolve("nowhere"));
        Files.write(folder.resolve("samples/latin.json"), new byte[] {'"', (byte) 0xe9, '"'});
        file("samples/void.json", "");

        assertThat(lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("samples/folder.json: sample: cannot be read: "))
                .anyMatch(line -> line.startsWith("samples/gone.json: sample: cannot be read: "))
                .contains("samples/latin.json: sample: not UTF-8; allowed: JSON in UTF-8")
                .contains("samples/void.json: sample: (empty); allowed: JSON");
    }

    @Test
    void settingsThatAreNotUtf8AreAFinding() throws IOException {
        file("index.js", PASS_ON);
        Files.write(folder.resolve(SettingsFile.NAME), new byte[] {'#', (byte) 0xe9});

        assertThat(lines()).containsExactly("nearside.yaml: encoding of the file: not UTF-8; allowed: UTF-8");
    }

    @Test
    void symbolicLinksAreSaidToBeLeftOut() throws IOException {
        file("index.js", PASS_ON);
        Files.createSymbolicLink(folder.resolve("other.js"), folder.resolve("index.js"));
        assertThat(lines())
                .containsExactly("other.js: file of the package: a symbolic link, which is not packed; "
                        + "allowed: files and folders themselves");

        for (int i = 0; i < 10; i++) {
            Files.createSymbolicLink(folder.resolve("link" + i), folder.resolve("index.js"));
        }
        assertThat(lines()).hasSize(11).endsWith(".: symbolic links: 11; allowed: none");
    }

    @ParameterizedTest
    @EnumSource
    void sampleEventsAreReadBackAsTheyWereWritten(EventType type) throws Exception {
        assertThat(EventReader.read(SampleEvents.json(type))).isEqualTo(SampleEvents.of(type));
    }

    @Test
    void theSameFolderMakesTheSamePackageWithoutSettingsSamplesAndHiddenFiles() throws IOException {
        file("index.js", PASS_ON);
        byte[] alone = FunctionPackage.zip(folder);
        file(SettingsFile.NAME, "timeout: 1");
        file("samples/a.json", "{}");
        file(".git/config", "");
        file("README.md", "notes");

        assertThat(FunctionPackage.zip(folder)).isEqualTo(alone);
        assertThat(FunctionPackage.files(folder)).containsOnlyKeys("index.js");
    }

    private FolderCheck.Outcome check() throws IOException {
        return FolderCheck.check(folder, null, trial);
    }

    private List<String> lines() throws IOException {
        return check().findings().stream().map(Finding::toString).toList();
    }

    private List<String> lines(EventType event) throws IOException {
        return FolderCheck.check(folder, event, trial).findings().stream()
                .map(Finding::toString)
                .toList();
    }

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
