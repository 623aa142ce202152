package dev.nearside.simulator.devloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.Time;
import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.Viewer;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The developer's loop against one world for all tests; each test has a folder, and so a function, of its own. */
class DevSessionTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path state;

    private static World world;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @BeforeAll
    static void start() throws IOException {
        world = World.start(WorldConfig.onFreePorts(state).withPops("IAD"));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void eachSaveIsTheActiveVersionAndEachRequestIsTold() throws Exception {
        save("index.js", greeting("one"));
        save(SettingsFile.NAME, "event: viewer-response\n");
        try (DevSession session = session()) {
            assertThat(session.start()).get().extracting("version").isEqualTo("1");
            assertThat(get(session, "/").field("x-greeting")).isEqualTo("one");
            until(session, "the request is told", "GET / -> 200 ");
            assertThat(out.toString())
                    .contains("start -> version 1 active after ", "  viewer-response ", "INFO  says one");

            save("index.js", greeting("two"));
            until(session, "the save is active", "index.js -> version 2 active after ");
            assertThat(get(session, "/").field("x-greeting")).isEqualTo("two");
        }
    }

    @Test
    void errorsAreNamedWithTheLineOfTheSourceAtTheSaveAndAtTheRequest() throws Exception {
        save("index.js", "exports.handler = async (event) => event.Records[0].cf.request;\n");
        try (DevSession session = session()) {
            session.start();
            save("index.js", "exports.handler = async (event) => {\n    event.nothing.at = 1;\n};\n");
            until(session, "the save is tried", "  index.js:2:5: handler with the built-in viewer-request: TypeError");

            assertThat(get(session, "/broken").status()).isEqualTo(503);
            until(session, "the request is told", "GET /broken -> 503 LambdaExecutionError");
            until(session, "its error is named", "    index.js:2:5: TypeError");
        }
    }

    @Test
    void settingsThatMakeNoSenseLeaveTheVersionBeforeInForce() throws Exception {
        save("index.js", greeting("one"));
        save(SettingsFile.NAME, "event: viewer-response\n");
        try (DevSession session = session()) {
            session.start();
            save(SettingsFile.NAME, "event: viewer-respond\n");
            until(session, "the fault is said", "nearside.yaml:1: event: viewer-respond; allowed: viewer-request");
            assertThat(out.toString()).contains("not deployed; the version before stays active");
            assertThat(get(session, "/").field("x-greeting")).isEqualTo("one");

            save(SettingsFile.NAME, "event: viewer-response\nmemory: 100\n");
            until(session, "the API's refusal is said", "not deployed: PUT /2015-03-31/functions/");
            assertThat(out.toString()).contains("Value '100' at 'memorySize' failed to satisfy constraint");

            save(SettingsFile.NAME, "event: viewer-response\npath: /only/*\nmemory: 128\ntimeout: 2\n");
            until(session, "the other path is in force", "nearside.yaml -> version 2 active after ");
            assertThat(get(session, "/").fields()).doesNotContainKey("x-greeting");
            assertThat(get(session, "/only/").status()).isEqualTo(404);
        }
    }

    @Test
    void aSaveAfterARefusedOneRunsWithItsOwnConfiguration() throws Exception {
        save("index.js", greeting("in ' + process.env.PLACE + '"));
        String good = "event: viewer-response\nenvironment: {PLACE: here}\n";
        save(SettingsFile.NAME, good);
        try (DevSession session = session()) {
            session.start();
            save(SettingsFile.NAME, "event: viewer-response\nenvironment: {PLACE: there}\norigin: no host\n");
            until(session, "the distribution is refused", "not deployed: ");

            save(SettingsFile.NAME, good);
            until(session, "the save is active", "nearside.yaml -> version 3 active after ");
            assertThat(get(session, "/").field("x-greeting")).isEqualTo("in here");
        }
    }

    @Test
    void aDistributionThatSomebodyElseChangedOrDeletedIsMadeWhatTheFolderSays() throws Exception {
        save("index.js", greeting("one"));
        save(SettingsFile.NAME, "event: viewer-response\n");
        try (DevSession session = session();
                ApiClient api = new ApiClient(world.apiAddress().getPort())) {
            String distribution =
                    "/2020-05-31/distribution/" + session.start().orElseThrow().distributionId();
            disable(api, distribution);

            save("index.js", greeting("two"));
            until(session, "the save is active", "index.js -> version 2 active after ");
            assertThat(get(session, "/").field("x-greeting")).isEqualTo("two");

            String disabled = disable(api, distribution);
            api.require(ApiClient.Call.of("DELETE", distribution, "").with("If-Match", disabled));
            save("index.js", greeting("three"));
            until(session, "the save is active", "index.js -> version 3 active after ");
            assertThat(get(session, "/").field("x-greeting")).isEqualTo("three");
        }
    }

    @Test
    void anAliasThatAnotherDistributionHasIsNamed() throws Exception {
        save("index.js", greeting("one"));
        try (DevSession session = session();
                ApiClient api = new ApiClient(world.apiAddress().getPort())) {
            String name = session.host().substring(0, session.host().indexOf('.'));
            String foreign = DistributionXml.of(name, FunctionSettings.DEFAULTS, "none")
                    .replaceAll("(?s)<LambdaFunctionAssociations>.*</LambdaFunctionAssociations>", "")
                    .replace("nearside-dev-", "by-hand-");
            api.require(ApiClient.Call.of("POST", "/2020-05-31/distribution", foreign));

            assertThat(session.start()).isEmpty();
            assertThat(out.toString())
                    .contains("not deployed: " + session.host() + " is an alias of another distribution already");
        }
    }

    /** Returns the ETag by which it can be deleted. */
    private static String disable(ApiClient api, String distribution) throws IOException {
        ApiClient.Reply config = api.require(ApiClient.Call.of("GET", distribution + "/config", ""));
        return api.require(ApiClient.Call.of(
                                "PUT",
                                distribution + "/config",
                                config.text().replace("<Enabled>true</Enabled>", "<Enabled>false</Enabled>"))
                        .with("If-Match", config.header("etag")))
                .header("etag");
    }

    @Test
    void aLaterSessionGoesOnWithWhatTheFormerLeft() throws Exception {
        save("index.js", greeting("one"));
        save(SettingsFile.NAME, "event: viewer-response\n");
        String distribution;
        try (DevSession former = session()) {
            distribution = former.start().orElseThrow().distributionId();
        }
        save("index.js", greeting("two"));
        try (DevSession later = session()) {
            FolderDeployment.Active active = later.start().orElseThrow();
            assertThat(active.distributionId()).isEqualTo(distribution);
            assertThat(active.version()).isEqualTo("2");
            assertThat(get(later, "/").field("x-greeting")).isEqualTo("two");
        }
    }

    private void until(DevSession session, String what, String line) throws Exception {
        Await.until(LIMIT, what, () -> {
            session.turn();
            return out.toString().contains(line);
        });
    }

    private static String greeting(String word) {
        return """
                exports.handler = async (event) => {
                    const { response } = event.Records[0].cf;
                    console.log('says %1$s');
                    response.headers['x-greeting'] = [{ key: 'X-Greeting', value: '%1$s' }];
                    return response;
                };
                """.formatted(word);
    }

    private DevSession session() throws IOException {
        return new DevSession(folder, world.apiAddress().getPort(), new PrintWriter(out), Time.system());
    }

    private static Viewer.Response get(DevSession session, String target) throws IOException {
        return Viewer.get(world.nodes().getFirst().address().getPort(), session.host(), target);
    }

    /** As editors do it, in one step: a file that is half written is a state that may be deployed, too. */
    private void save(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path beside = Files.writeString(file.resolveSibling("." + file.getFileName() + ".new"), text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
