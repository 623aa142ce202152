package dev.nearside.simulator.devloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.Time;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.CityAddresses;
import dev.nearside.simulator.world.Viewer;
import dev.nearside.simulator.world.World;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder of examples/, deployed into one small world as `nearside dev` does it, and asked by viewers. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final String KEY = "not-a-secret-only-an-example";
    private static final String PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            + "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

    @TempDir
    private static Path folder;

    private static EchoOrigin origin;
    private static EchoOrigin beta;
    private static World world;
    private static HandlerTrial trial;

    @BeforeAll
    static void deployAll() throws IOException {
        origin = new EchoOrigin();
        beta = new EchoOrigin();
        trial = new HandlerTrial();
        world = World.start(WorldConfig.onFreePorts(folder)
                .withPops("IAD")
                .withHostMap(Map.of("origin.localhost", origin.uri(), "beta.localhost", beta.uri())));
        try (ApiClient api = new ApiClient(world.apiAddress().getPort())) {
            for (Path example : examples()) {
                new FolderDeployment(api, example.getFileName().toString())
                        .deploy(SettingsFile.read(example).settings(), FunctionPackage.zip(example));
            }
        }
    }

    @AfterAll
    static void stop() {
        world.close();
        trial.close();
        origin.close();
        beta.close();
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(Files::isDirectory)
                    .filter(folder -> !Files.exists(folder.resolve("template.yaml")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void awsWouldTakeEveryExampleAndItsReadmeNamesIt(Path example) throws IOException {
        assertThat(FolderCheck.check(example, null, trial)).isEqualTo(new FolderCheck.Outcome(List.of(), null));
        assertThat(example.resolve(SettingsFile.NAME)).exists();
        assertThat(EXAMPLES.resolve("README.md"))
                .content()
                .contains("[" + example.getFileName() + "](" + example.getFileName() + ")");
    }

    @Test
    void helloEdgeGreetsAndRewrites() throws IOException {
        assertThat(get("hello-edge", "/other").field("x-greeting")).isEqualTo("hello");
        assertThat(get("hello-edge", "/hello").text()).startsWith("GET /articles/1.html");
    }

    @Test
    void securityHeadersComeWithMissesAndHits() throws IOException {
        for (String result : List.of("Miss from cloudfront", "Hit from cloudfront")) {
            Viewer.Response response = get("security-headers", "/page");
            assertThat(response.field("x-cache")).isEqualTo(result);
            assertThat(response.field("strict-transport-security")).contains("max-age=63072000");
            assertThat(response.field("x-content-type-options")).isEqualTo("nosniff");
            assertThat(response.fields()).doesNotContainKey("x-powered-by");
        }
    }

    @ParameterizedTest
    @CsvSource({"variant=b, /, /variant-b/", "variant=a, /, /", "variant=b, /other, /other"})
    void abTestServesTheVariantOfTheCookie(String cookie, String target, String asked) throws IOException {
        Viewer.Response response = get("ab-test", target, "Cookie: " + cookie);
        assertThat(response.text()).startsWith("GET " + asked + "\n");
        assertThat(response.fields()).doesNotContainKey("set-cookie");
    }

    @ParameterizedTest
    @CsvSource({"'Accept: */*'", "'Cookie: variant=z'"})
    void abTestGivesViewersWithoutAVariantTheOneTheyWereServed(String header) throws IOException {
        Viewer.Response response = get("ab-test", "/", header);
        assertThat(response.field("set-cookie"))
                .startsWith(response.text().startsWith("GET /variant-b/") ? "variant=b;" : "variant=a;");
    }

    @ParameterizedTest
    @CsvSource({"Berlin, /, 302, /de/", "Tokyo, /, 302, /ja/", "London, /, 200, ''", "Berlin, /de/, 200, ''"})
    void countryRedirectSendsVisitorsToTheirLanguage(String city, String target, int status, String location)
            throws IOException {
        Viewer.Response response;
        try (Viewer viewer = new Viewer(port(), CityAddresses.of(Atlas.builtIn().city(city)))) {
            viewer.send("GET " + target + " HTTP/1.1\r\nHost: country-redirect.localhost\r\nConnection: close\r\n\r\n");
            response = viewer.read();
        }
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.field("location")).isEqualTo(location);
    }

    @Test
    void signedCookieLetsInWhoeverHasAGenuineOne() throws Exception {
        String genuine = session("ada", Time.system().epochMillis() / 1000 + 60);
        assertThat(get("signed-cookie", "/members/list", "Cookie: a=b; session=" + genuine)
                        .text())
                .contains("x-user: ada");
    }

    @Test
    void signedCookieSendsEverybodyElseToTheLogin() throws Exception {
        String expired = session("ada", Time.system().epochMillis() / 1000 - 60);
        String forged = session("ada", Time.system().epochMillis() / 1000 + 60).replace("ada", "bob");
        for (String session : List.of(expired, forged, "ada.1.zz", "")) {
            Viewer.Response response = get("signed-cookie", "/members/list?x=1", "Cookie: session=" + session);
            assertThat(response.status()).as(session).isEqualTo(302);
            assertThat(response.field("location")).isEqualTo("/login?back=%2Fmembers%2Flist%3Fx%3D1");
        }
        assertThat(get("signed-cookie", "/login").status())
                .as("what is not for members is for all")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/about, /about.html", "/docs/, /docs/index.html", "/a.b/style.css, /a.b/style.css"})
    void cleanUrlsStandForFiles(String target, String asked) throws IOException {
        assertThat(get("clean-urls", target).text()).startsWith("GET " + asked + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/about.html, /about",
        "/docs/index.html?a=1, /docs?a=1",
        "/index.html, /",
        "//evil.test/x.html, /evil.test/x"
    })
    void cleanUrlsMoveTheOldAddresses(String target, String location) throws IOException {
        Viewer.Response response = get("clean-urls", target);
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("location")).isEqualTo(location);
    }

    @Test
    void deviceImagesHaveTheSizeOfTheDevice() throws IOException {
        assertThat(get("device-images", "/images/a.jpg", "User-Agent: " + PHONE).text())
                .startsWith("GET /images/small/a.jpg");
        Viewer.Response desktop = get("device-images", "/images/a.jpg", "User-Agent: curl/8");
        assertThat(desktop.text()).startsWith("GET /images/large/a.jpg");
        assertThat(get("device-images", "/images/a.jpg", "User-Agent: other/1").field("x-cache"))
                .as("browsers of one kind of device share")
                .isEqualTo("Hit from cloudfront");
        assertThat(get("device-images", "/text/a", "User-Agent: " + PHONE).text())
                .startsWith("GET /text/a");
    }

    @Test
    void errorPagesHaveOurWordsAndTheOriginsStatus() throws IOException {
        Viewer.Response page = get("error-pages", "/missing");
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.field("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.text()).contains("<h1>Not here</h1>").doesNotContain("GET /missing");
        assertThat(get("error-pages", "/broken").text()).contains("<h1>Our fault</h1>");
        assertThat(get("error-pages", "/api/missing").text()).startsWith("{\"status\":404");
        assertThat(get("error-pages", "/fine").text()).startsWith("GET /fine");
    }

    @ParameterizedTest
    @CsvSource({"release=beta, beta.localhost", "release=stable, origin.localhost", "other=beta, origin.localhost"})
    void originSelectionFollowsTheCookie(String cookie, String host) throws IOException {
        assertThat(get("origin-selection", "/page", "Cookie: " + cookie).text()).contains("host: " + host + "\n");
    }

    @Test
    void bodyInspectionHandsOnWhatIsAskedForAndNothingElse() throws IOException {
        Viewer.Response response = post("{\"email\":\"Ada@Example.org\",\"admin\":true}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).contains("body: {\"email\":\"ada@example.org\"}\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"email":"nobody"}    | not an address
        {"email":1}           | not an address
        email=ada@example.org | not JSON
        """)
    void bodyInspectionRefusesOtherForms(String body, String reason) throws IOException {
        Viewer.Response response = post(body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains(reason);
        assertThat(get("body-inspection", "/subscribe").status()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource({"/a, /a", "/b?x=1, /b?x=1"})
    void requestSigningLetsTheOriginCheckWhereARequestComesFrom(String target, String signed) throws Exception {
        Map<String, String> echo = lines(get("request-signing", target).text());
        String text = echo.get("x-signed-at") + "\nGET\n" + signed;
        assertThat(echo.get("x-signature")).isEqualTo(Base64.getEncoder().encodeToString(hmac(text)));
    }

    @Test
    void pythonHeadersTellBrowsersHowLongToKeepWhat() throws IOException {
        assertThat(get("python-headers", "/page").field("cache-control")).isEqualTo("no-cache");
        assertThat(get("python-headers", "/assets/a.1f2e3d4c.js").field("cache-control"))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(get("python-headers", "/missing").field("cache-control")).isEqualTo("max-age=60");
        assertThat(get("python-headers", "/page").fields()).doesNotContainKey("x-powered-by");
    }

    @ParameterizedTest
    @CsvSource({
        "/old, 301, /new",
        "/old?a=1, 301, /new?a=1",
        "/blog/2024/edge, 308, /articles/edge",
        "/spring, 302, /summer"
    })
    void esmRedirectSendsOldAddressesToNewOnes(String target, int status, String location) throws IOException {
        Viewer.Response response = get("esm-redirect", target);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.field("location")).isEqualTo(location);
    }

    @Test
    void esmRedirectLeavesOtherAddressesAlone() throws IOException {
        assertThat(get("esm-redirect", "/new").text()).startsWith("GET /new");
        assertThat(get("esm-redirect", "/older").text()).startsWith("GET /older");
    }

    @Test
    void maintenanceAnswersAtTheEdgeForAllButAFewPaths() throws IOException {
        Viewer.Response response = get("maintenance", "/page");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("retry-after")).isEqualTo("Wed, 01 Jan 2031 06:00:00 GMT");
        assertThat(response.field("x-cache")).isEqualTo("LambdaGeneratedResponse from cloudfront");
        assertThat(get("maintenance", "/status").text()).startsWith("GET /status");
    }

    private static Viewer.Response get(String example, String target, String... headers) throws IOException {
        return ask("GET " + target + " HTTP/1.1\r\nHost: " + example + ".localhost\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "Connection: close\r\n\r\n");
    }

    private static Viewer.Response post(String body) throws IOException {
        return ask("POST /subscribe HTTP/1.1\r\nHost: body-inspection.localhost\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    private static Viewer.Response ask(String request) throws IOException {
        try (Viewer viewer = new Viewer(port())) {
            viewer.send(request);
            return viewer.read();
        }
    }

    private static int port() {
        return world.nodes().getFirst().address().getPort();
    }

    private static String session(String user, long expiresSeconds) throws Exception {
        String text = user + "." + expiresSeconds;
        return text + "." + HexFormat.of().formatHex(hmac(text));
    }

    private static byte[] hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> lines(String echo) {
        return echo.lines()
                .filter(line -> line.contains(": "))
                .map(line -> line.split(": ", 2))
                .collect(java.util.stream.Collectors.toMap(pair -> pair[0], pair -> pair[1], (one, _) -> one));
    }
}
