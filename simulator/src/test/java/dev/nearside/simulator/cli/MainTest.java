package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nearside.kit.files.OwnerOnly;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.simulator.world.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command line against a fake world: one server plays the PoP, another the platform API. */
class MainTest {

    private static final String TRACE_ID = "a+b/c==";
    private static final String TRACE = """
            {"id":"a+b/c==","node":"lhr-1","pop":"LHR","revision":7,"durationMicros":4200,"result":"Miss","viewer":{},
             "steps":[{"name":"cache-lookup","atMicros":12,"durationMicros":3,"note":"nothing stored"}],
             "functions":[{"eventType":"viewer-request","function":"hello:1","engine":"graaljs","durationMicros":150,
             "initMicros":9000,"memoryBytes":1500000,"outcome":"ok","log":["hi"]}]}""";

    /** Beyond it there is no port base whose API port it could be. */
    private static final int HIGHEST_API_PORT = new Ports(64_900).api();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer pop;
    private HttpServer api;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        pop = server();
        pop.createContext("/", this::servePage);
        api = server();
        String world = """
                {"pops":[{"code":"NRT","city":"Tokyo","address":"127.0.0.1:1"},
                         {"code":"LHR","city":"London","address":"127.0.0.1:%d"}],
                 "originRegion":"us-east-1","wan":true}""".formatted(pop.getAddress().getPort());
        api.createContext("/_nearside/world", exchange -> answer(exchange, 200, world));
        api.createContext("/_nearside/traces/", exchange -> {
            boolean known = exchange.getRequestURI().getPath().endsWith("/" + TRACE_ID);
            answer(exchange, known ? 200 : 404, known ? TRACE : "{}");
        });
    }

    @AfterEach
    void stop() {
        pop.stop(0);
        api.stop(0);
    }

    @Test
    void upNamesAnUnknownPopAndAllKnownOnesBeforeItStartsAnything() {
        assertThat(run("up", "--pops", "LHR,XXX", "--wan", "off", "--data", folder.toString()))
                .isEqualTo(Main.USAGE);
        assertThat(err.toString())
                .contains("'XXX'")
                .contains("FRA")
                .contains("LHR")
                .hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void upNamesAnUnknownShieldRegionBeforeItStartsAnything() {
        assertThat(run("up", "--shields", "us-east-1,eu-west-9", "--data", folder.toString()))
                .isEqualTo(Main.USAGE);
        assertThat(err.toString()).contains("'eu-west-9'").hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void upNamesATakenPortItsRoleAndTheWayOut() {
        int taken = api.getAddress().getPort();
        int base = taken - new Ports(1).api() + 1;
        assertThat(run("up", "--port-base", Integer.toString(base), "--data", folder.toString()))
                .isEqualTo(Main.FAILURE);
        assertThat(err.toString())
                .contains("port " + taken)
                .contains("the AWS API")
                .contains("--port-base");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void caPrintsTheCertificateAndNothingElse() throws IOException {
        LocalAuthority.openOrMake(folder.resolve("tls"), Time.system(), Randomness.secret());
        assertThat(run("ca", "--data", folder.toString())).isZero();
        assertThat(out.toString())
                .startsWith("-----BEGIN CERTIFICATE-----")
                .endsWith("-----END CERTIFICATE-----\n")
                .doesNotContain("KEY");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void caSaysWhatToDoWhereThereIsNone() {
        assertThat(run("ca", "--data", folder.toString())).isEqualTo(Main.FAILURE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("./nearside up --data " + folder).hasLineCount(1);
    }

    @Test
    void envMovesWithThePortBase() {
        assertThat(run("env", "--port-base", "9000")).isZero();
        assertThat(out.toString().lines())
                .contains(
                        "export AWS_ENDPOINT_URL=http://127.0.0.1:9080",
                        "export AWS_DEFAULT_REGION=us-east-1",
                        "export AWS_PAGER=\"\"")
                .allMatch(line -> line.startsWith("export AWS_"));
    }

    @Test
    void envTakesTheFirstKeyOfAFileThatMayDoEverything() throws IOException {
        Path keys = keys("""
                {"keys": [
                  {"access-key-id": "READER", "secret-access-key": "0123456789abcdef", "read-only": true},
                  {"access-key-id": "BUILDS", "secret-access-key": "0123456789abcdef", "services": ["lambda"]},
                  {"access-key-id": "OWNER", "secret-access-key": "it's'quoted'$HOME;", "session-token": "0123456789/bcdef"},
                  {"access-key-id": "SECOND", "secret-access-key": "0123456789abcdef"}]}
                """);

        assertThat(run("env", "--auth", keys.toString())).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .contains(
                        "export AWS_ACCESS_KEY_ID=OWNER",
                        "export AWS_SECRET_ACCESS_KEY='it'\\''s'\\''quoted'\\''$HOME;'",
                        "export AWS_SESSION_TOKEN='0123456789/bcdef'");
    }

    @Test
    void envSaysWhatAFileOfKeysLacks() throws IOException {
        Path keys = keys("""
                {"keys": [{"access-key-id": "READER", "secret-access-key": "0123456789abcdef", "read-only": true}]}""");

        assertThat(run("env", "--auth", keys.toString())).isEqualTo(Main.FAILURE);
        assertThat(run("env", "--auth", folder + "/none")).isEqualTo(Main.FAILURE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains(keys + " has no key for all services", "/none does not exist")
                .hasLineCount(2);
    }

    @Test
    void secretsSaysWhatItMadeAndNothingOfWhatIsInIt() throws IOException {
        assertThat(run("secrets", "--folder", folder.toString())).isZero();
        assertThat(out.toString())
                .contains("made " + folder + "/api/keys.json\n", "made " + folder + "/nodes/enrolment-token\n")
                .doesNotContain(Files.readString(folder.resolve("nodes/enrolment-token"))
                        .strip());
        assertThat(run("secrets", "--folder", folder.toString())).isZero();
        assertThat(out.toString()).endsWith("all secrets are there already\n");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run("secrets", "--folder", file.toString())).isEqualTo(Main.FAILURE);
        assertThat(err.toString()).contains("cannot be kept in " + file).hasLineCount(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        not JSON            | {                                                      | does not describe a world
        no PoPs             | {}                                                     | names no PoPs
        nothing             | null                                                   | names no PoPs
        an unknown PoP      | {"pops":[{"code":"XXX","node":"n","address":"h:1"}]}   | 'XXX'
        no node             | {"pops":[{"code":"LHR","address":"h:1"}]}              | LHR with node null
        no port             | {"pops":[{"code":"LHR","node":"n","address":"h"}]}     | and address h, expected the node's name and HOST:PORT
        an unknown region   | {"pops":[{"code":"LHR","node":"n","address":"h:1"}],"originRegion":"xx-east-1"} | 'xx-east-1'
        """)
    void aWorldsFileIsCheckedBeforeTheControlPlaneStarts(String fault, String world, String said) throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"api-port": 0, "watch-port": 0, "data": "%s/state"}""".formatted(folder));
        Path file = folder.resolve("world.json");
        assertThat(run("control-plane", "--config", config.toString(), "--world", file.toString()))
                .isEqualTo(Main.FAILURE);
        assertThat(err.toString()).contains("world: the file " + file + " does not exist");
        err.getBuffer().setLength(0);
        Files.writeString(file, world);

        assertThat(run("control-plane", "--config", config.toString(), "--world", file.toString()))
                .isEqualTo(Main.FAILURE);
        assertThat(err.toString()).as(fault).contains("world: " + file, said).hasLineCount(1);
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidInOneLineWhenTheWaitIsOver() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"api-port": 0, "watch-port": 0, "data": "%s/state", "database": "jdbc:postgresql://127.0.0.1:%d/none"}""".formatted(folder, free));

        for (String seconds : List.of("0", "1")) {
            assertThat(run("control-plane", "--config", config.toString(), "--wait-for-database", seconds))
                    .isEqualTo(Main.FAILURE);
            assertThat(err.toString())
                    .contains("cannot open the state database", "127.0.0.1:" + free)
                    .hasLineCount(1);
            err.getBuffer().setLength(0);
        }
        assertThat(run("control-plane", "--config", config.toString(), "--wait-for-database", "-1"))
                .isEqualTo(Main.USAGE);
        assertThat(err.toString()).contains("--wait-for-database -1, expected 0 or more");
    }

    private Path keys(String json) throws IOException {
        Path file = folder.resolve("keys.json");
        OwnerOnly.createFile(file);
        return Files.writeString(file, json);
    }

    @Test
    void curlAsksTheNearestPopAndShowsWhereTheTimeWent() {
        assertThat(curl("--from", "paris", "http://demo.localhost/page?x=1")).isZero();
        assertThat(requests).containsExactly("GET /page?x=1 demo.localhost");
        assertThat(out.toString())
                .startsWith("HTTP/1.1 200 OK")
                .contains("Paris -> LHR  round trip ", "origin in us-east-1")
                .contains("connect", "request travels", "  cache-lookup", "| nothing stored", "first byte", "11 bytes")
                .contains("viewer-request: hello:1, 0.15 ms after 9.00 ms of start, 1.5 MB, ok")
                .doesNotContain("hello world");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void viewersMoveFromAPopWhoseNodeIsAwayToTheNextNearest() throws IOException {
        api.removeContext("/_nearside/world");
        String address = "127.0.0.1:" + pop.getAddress().getPort();
        String world = """
                {"pops":[{"code":"NRT","city":"Tokyo","node":"NRT-1","address":"127.0.0.1:1"},
                         {"code":"LHR","city":"London","node":"LHR-1","address":"%s"},
                         {"code":"CDG","city":"Paris","node":"CDG-1","address":"127.0.0.1:1"}],
                 "originRegion":"us-east-1","wan":true}""".formatted(address);
        api.createContext("/_nearside/world", exchange -> answer(exchange, 200, world));
        api.createContext("/_nearside/nodes", exchange -> answer(exchange, 200, """
                        {"nodes":[{"node":"NRT-1","connected":true},{"node":"LHR-1","connected":true},
                                  {"node":"CDG-1","connected":false}]}"""));

        assertThat(curl("--from", "Paris", "http://demo.localhost/")).isZero();
        assertThat(out.toString()).contains("Paris -> LHR  round trip ", ", origin in us-east-1; away: CDG\n");
        assertThat(curl("--from", "Paris", "--json", "http://demo.localhost/")).isZero();
        JsonNode json =
                RunningWorld.JSON.readTree(out.toString().lines().toList().getLast());
        assertThat(json.path("pop").asText()).isEqualTo("LHR");
        assertThat(json.path("away").path(0).asText()).isEqualTo("CDG");
    }

    @Test
    void aWorldWhosePopsAreAllAwayIsSaidInOneLine() {
        api.removeContext("/_nearside/world");
        String world = """
                {"pops":[{"code":"LHR","city":"London","node":"LHR-1","address":"127.0.0.1:1"}],"wan":true}""";
        api.createContext("/_nearside/world", exchange -> answer(exchange, 200, world));
        api.createContext("/_nearside/nodes", exchange -> answer(exchange, 200, "{\"nodes\":[]}"));

        assertThat(curl("--from", "Paris", "http://demo.localhost/")).isEqualTo(Main.FAILURE);
        assertThat(err.toString()).contains("no PoP that runs; away: LHR").hasLineCount(1);
    }

    @Test
    void curlShowsOrSavesTheBodyOnDemand() throws IOException {
        assertThat(curl("--from", "London", "-i", "demo.localhost")).isZero();
        assertThat(out.toString()).contains("\nhello world");
        Path file = folder.resolve("page");
        assertThat(curl("--from", "London", "-o", file.toString(), "demo.localhost"))
                .isZero();
        assertThat(Files.readString(file)).isEqualTo("hello world");
    }

    @Test
    void curlSendsMethodHeadersAndBody() {
        assertThat(curl("--from", "London", "-d", "a=1", "-H", "Host: other.localhost", "http://demo.localhost/form"))
                .isZero();
        assertThat(curl("--from", "London", "-X", "PUT", "-d", "b=2", "http://demo.localhost/form"))
                .isZero();
        assertThat(curl("--from", "London", "--head", "http://demo.localhost/")).isZero();
        assertThat(requests)
                .containsExactly(
                        "POST /form other.localhost a=1", "PUT /form demo.localhost b=2", "HEAD / demo.localhost");
    }

    @Test
    void repeatedRequestsShareTheConnectionAndPrintOneLineOfJsonEach() throws IOException {
        assertThat(curl("--from", "London", "--repeat", "3", "--json", "http://demo.localhost/"))
                .isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3);
        JsonNode first = RunningWorld.JSON.readTree(lines.getFirst());
        JsonNode last = RunningWorld.JSON.readTree(lines.getLast());
        assertThat(first.path("pop").asText()).isEqualTo("LHR");
        assertThat(first.path("status").asInt()).isEqualTo(200);
        assertThat(first.path("bodyBytes").asInt()).isEqualTo(11);
        assertThat(first.path("trace")
                        .path("functions")
                        .path(0)
                        .path("log")
                        .path(0)
                        .asText())
                .isEqualTo("hi");
        assertThat(first.path("connectMicros").asLong()).isPositive();
        assertThat(last.path("connectMicros").asLong()).isZero();
    }

    @Test
    void curlWorksWithoutAWorldIfThePopIsNamed() {
        api.stop(0);
        String address = "127.0.0.1:" + pop.getAddress().getPort();
        assertThat(curl("--from", "London", "--pop-address", address, "http://demo.localhost/"))
                .isZero();
        assertThat(out.toString()).contains("London -> PoP").contains("at the edge");
    }

    @Test
    void missingWorldIsSaidInOneLine() {
        api.stop(0);
        assertThat(curl("--from", "London", "http://demo.localhost/")).isEqualTo(Main.FAILURE);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("no world answers at", "./nearside up", "--pop-address");
    }

    @Test
    void popThatRefusesIsSaidInOneLine() {
        assertThat(curl("--from", "Osaka", "http://demo.localhost/")).isEqualTo(Main.FAILURE);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("NRT", "refused");
    }

    @ParameterizedTest
    @CsvSource({
        "curl http://demo.localhost/,--from",
        "curl --from Lodnon http://demo.localhost/,did you mean London",
        "curl --from London,URL",
        "curl --from London ftp://demo.localhost/,expected http",
        "curl --from London -H nonsense http://demo.localhost/,NAME: VALUE",
        "curl --from London --repeat 0 http://demo.localhost/,expected 1 or more",
        "curl --from London --pop-address nowhere http://demo.localhost/,HOST:PORT",
        "env --port-base 70000,expected 1 to 64900",
        "env --nonsense,--nonsense",
        "nonsense,nonsense",
        "'',command",
    })
    void commandLinesThatMakeNoSenseAreRefused(String line, String said) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(Main.USAGE);
        assertThat(err.toString()).contains(said).doesNotContain("Exception", "\tat ");
    }

    @Test
    void helpIsThereForEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("curl", "env");
        assertThat(run("curl", "--help")).isZero();
        assertThat(out.toString()).contains("--from=CITY", "--pop-address=HOST:PORT");
    }

    private int curl(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "curl";
        all[1] = "--port-base";
        all[2] = String.valueOf(api.getAddress().getPort() - 80);
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return run(all);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private void servePage(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        URI uri = exchange.getRequestURI();
        String request = exchange.getRequestMethod() + " " + uri + " "
                + exchange.getRequestHeaders().getFirst("Host") + " " + body;
        requests.add(request.strip());
        exchange.getResponseHeaders().set("x-amz-cf-id", TRACE_ID);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        } else {
            answer(exchange, 200, "hello world");
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        if (server.getAddress().getPort() > HIGHEST_API_PORT) {
            server.stop(0);
            return server();
        }
        server.start();
        return server;
    }
}
