package dev.nearside.simulator.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.kit.config.ConfigFile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.origin.OriginConfig;
import dev.nearside.simulator.docker.ComposeFile.Mount;
import dev.nearside.simulator.docker.ComposeFile.Port;
import dev.nearside.simulator.docker.ComposeFile.Service;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.Coordinates;
import dev.nearside.simulator.geo.Pop;
import dev.nearside.simulator.latency.LatencyModel;
import dev.nearside.simulator.world.DemoSite;
import dev.nearside.simulator.world.Ports;
import dev.nearside.simulator.world.WorldConfig;
import dev.nearside.simulator.world.WorldSecrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docker-compose.yml}, {@code Dockerfile} and the files below {@code docker/config} fit each other, the code and the
 * world's model of distance. Whether an engine makes a world of them is for {@code docker/verify.sh} to say.
 */
class ComposeFileTest {

    private static final Ports PORTS = new Ports(Ports.DEFAULT_BASE);
    private static final String ORIGIN_REGION = WorldConfig.DEFAULT_ORIGIN_REGION;
    private static final String BACKBONE = "backbone";
    private static final String CONFIG = "/etc/nearside/config.json";
    private static final double ROUNDING_MILLIS = 0.006;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_COMMENTS)
            .build();

    private static ComposeFile compose;
    private static Map<String, Service> services;
    private static Path secrets;
    private static String dockerfile;

    @BeforeAll
    static void read(@TempDir Path folder) throws IOException {
        compose = ComposeFile.read(_ -> null);
        services = compose.services();
        dockerfile = Files.readString(Path.of("..", "Dockerfile"));
        secrets = folder;
        WorldSecrets.make(folder, Time.system(), Randomness.secret());
    }

    static Stream<Service> edges() {
        return services.values().stream().filter(it -> it.command().contains("edge"));
    }

    static Stream<Service> pops() {
        return edges().filter(it -> !it.name().equals("shield"));
    }

    static Stream<Service> parts() {
        return services.values().stream().filter(it -> !it.name().equals("postgres"));
    }

    static Stream<Service> servers() {
        return services.values().stream().filter(it -> !it.name().equals("secrets"));
    }

    static Stream<Service> all() {
        return services.values().stream();
    }

    // ---- What is there ----

    @Test
    void everyPopOfAWorldHasItsService() {
        assertThat(pops().map(it -> it.name().toUpperCase(Locale.ROOT))).isEqualTo(WorldConfig.DEFAULT_POPS);
        assertThat(services.keySet()).contains("secrets", "control-plane", "origin", "shield", "postgres");
        assertThat(servers().filter(it -> it.keys().containsKey("profiles")).map(Service::name))
                .containsExactly("postgres");
    }

    @Test
    void theConfigurationsAreThoseThatServicesReadAndNoOthers() throws IOException {
        Set<Path> mounted = new TreeSet<>();
        all().flatMap(it -> it.mounts().stream())
                .filter(mount -> mount.source().startsWith("./"))
                .forEach(mount ->
                        mounted.add(Path.of("..").resolve(mount.source()).normalize()));
        try (Stream<Path> files = Files.list(Path.of("..", "docker", "config"))) {
            assertThat(mounted)
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(Path::normalize).toList());
        }
    }

    // ---- Containers ----

    @ParameterizedTest
    @MethodSource("all")
    void aContainerMayDoNoMoreThanItMust(Service service) {
        assertThat(service.has("read_only", true)).isTrue();
        assertThat(service.list("cap_drop")).containsExactly("ALL");
        assertThat(service.list("security_opt")).containsExactly("no-new-privileges:true");
        assertThat(service.keys()).containsKeys("mem_limit", "pids_limit", "stop_grace_period", "restart", "logging");
        assertThat(service.keys()).doesNotContainKeys("privileged", "cap_add", "env_file");
        assertThat(service.ports()).extracting(Port::address).allMatch("127.0.0.1"::equals);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aPartIsTheImageThatIsBuiltHere(Service part) {
        assertThat(part.text("image")).matches("nearside:[0-9]+\\.[0-9]+\\.[0-9]+");
        assertThat(part.map("build")).containsEntry("context", ".");
        assertThat(part.keys()).doesNotContainKeys("user", "entrypoint", "environment");
        Map<?, ?> arguments = (Map<?, ?>) part.map("build").get("args");
        assertThat(arguments.keySet()).allSatisfy(name -> assertThat(dockerfile).contains("ARG " + name));
        for (String image : List.of("BUILD_IMAGE", "BASE_IMAGE")) {
            assertThat(dockerfile).contains("ARG " + image + "=" + arguments.get(image) + "\n");
        }
    }

    @Test
    void everyImageIsPinned() {
        assertThat(services.get("postgres").text("image")).matches("postgres:[0-9]+\\.[0-9]+");
        assertThat(dockerfile).contains("ARG BASE_IMAGE=eclipse-temurin:25-jre\n");
        List<String> used =
                dockerfile.lines().filter(line -> line.startsWith("FROM ")).toList();
        assertThat(used).containsExactly("FROM ${BUILD_IMAGE} AS build", "FROM ${BASE_IMAGE}");
        assertThat(dockerfile).doesNotContain(":latest");
    }

    @Test
    void theImageRunsAsAUserWithoutRightsWhoOwnsWhatVolumesAreMountedOn() {
        assertThat(dockerfile).contains("\nUSER 10001:10001\n");
        List<String> owned = dockerfile
                .lines()
                .filter(line -> line.contains("mkdir -p -m 700 "))
                .flatMap(line ->
                        Stream.of(line.replaceAll(".*mkdir -p -m 700 ", "").split("[ \\\\]+")))
                .toList();
        Set<String> volumes = new TreeSet<>();
        parts().flatMap(it -> it.mounts().stream())
                .filter(mount -> compose.volumes().contains(mount.source()))
                .forEach(mount -> volumes.add(mount.target()));
        assertThat(owned).containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(services.get("postgres").text("user")).isEqualTo("10001:10001");
    }

    // ---- What refers to something ----

    @ParameterizedTest
    @MethodSource("all")
    void aServiceNamesOnlyWhatIsThere(Service service) {
        assertThat(compose.networks()).containsAll(service.list("networks"));
        assertThat(service.mounts()).allSatisfy(mount -> {
            if (mount.source().startsWith("./")) {
                assertThat(Path.of("..").resolve(mount.source())).isRegularFile();
                assertThat(mount.readOnly()).isTrue();
            } else {
                assertThat(compose.volumes()).contains(mount.source());
            }
        });
        service.waitsFor().forEach((other, condition) -> {
            assertThat(services).containsKey(other);
            boolean runsOn = !other.equals("secrets");
            assertThat(condition).isEqualTo(runsOn ? "service_healthy" : "service_completed_successfully");
            assertThat(!runsOn || !services.get(other).healthTest().isEmpty()).isTrue();
        });
        boolean readsSecrets = service.mounts().stream()
                .anyMatch(mount -> mount.readOnly() && mount.target().startsWith("/secrets/"));
        assertThat(service.waitsFor().containsKey("secrets")).isEqualTo(readsSecrets);
    }

    @Test
    void everyNetworkAndVolumeIsUsed() {
        assertThat(all().flatMap(it -> it.list("networks").stream()))
                .contains(compose.networks().toArray(String[]::new));
        assertThat(all().flatMap(it -> it.mounts().stream()).map(Mount::source))
                .contains(compose.volumes().toArray(String[]::new));
    }

    @Test
    void aVolumeOfStateHasOneOwner() {
        List<String> writable = all().filter(it -> !it.name().equals("secrets"))
                .flatMap(it -> it.mounts().stream())
                .filter(mount -> !mount.readOnly())
                .map(Mount::source)
                .toList();
        assertThat(writable).doesNotHaveDuplicates().allMatch(volume -> volume.endsWith("-state"));
    }

    // ---- Networks ----

    @Test
    void thePopsMeetOnTheBackboneOnlyEachWithItsRegionsNetworkForViewers() {
        assertThat(compose.isInternal(BACKBONE)).isTrue();
        assertThat(compose.isInternal("database")).isTrue();
        edges().forEach(edge -> {
            Pop pop = Atlas.builtIn().pop(edgeConfig(edge).pop());
            assertThat(edge.list("networks")).containsExactly(pop.region(), BACKBONE);
            assertThat(compose.isInternal(pop.region())).isFalse();
        });
        assertThat(pops().map(it -> it.list("networks").getFirst())).doesNotHaveDuplicates();
        assertThat(services.get("origin").list("networks")).containsExactly(ORIGIN_REGION, BACKBONE);
        assertThat(services.get("control-plane").list("networks")).containsExactly(ORIGIN_REGION, BACKBONE, "database");
        assertThat(services.get("postgres").list("networks")).containsExactly("database");
    }

    // ---- Edge nodes ----

    @ParameterizedTest
    @MethodSource("pops")
    void aPopListensWhereItIsPublished(Service service) {
        EdgeNodeConfig config = edgeConfig(service);
        int index = WorldConfig.DEFAULT_POPS.indexOf(config.pop());
        int http = PORTS.popHttp(index);
        int https = PORTS.popHttps(index);
        assertThat(service.name()).isEqualTo(config.pop().toLowerCase(Locale.ROOT));
        assertThat(config.node()).isEqualTo(config.pop() + "-1");
        assertThat(config.host()).isEqualTo("0.0.0.0");
        assertThat(config.port()).isEqualTo(http);
        assertThat(config.viewerTls().port()).isEqualTo(https);
        assertThat(service.ports())
                .containsExactly(new Port("127.0.0.1", http, http), new Port("127.0.0.1", https, https));
        assertThat(service.healthTest().getLast()).isEqualTo("http://127.0.0.1:" + http + "/_nearside/health");
        assertThat(config.shields().region()).isNull();
        assertThat(config.viewerTls().folder()).isEqualTo(Path.of("/secrets").resolve(WorldSecrets.TLS));
    }

    @Test
    void theShieldListensWhereItIsPublishedAndWhereThePopsLookForIt() {
        Service service = services.get("shield");
        EdgeNodeConfig config = edgeConfig(service);
        int port = PORTS.shieldHttp(0);
        assertThat(config.shields().region()).isEqualTo(ORIGIN_REGION);
        assertThat(config.shields().byRegion()).isEmpty();
        assertThat(config.port()).isEqualTo(port);
        assertThat(service.ports()).containsExactly(new Port("127.0.0.1", port, port));
        assertThat(service.healthTest().getLast()).isEqualTo("http://127.0.0.1:" + port + "/_nearside/health");
        pops().map(ComposeFileTest::edgeConfig).forEach(pop -> {
            assertThat(pop.shields().byRegion()).containsOnlyKeys(ORIGIN_REGION);
            assertThat(pop.shields().byRegion().get(ORIGIN_REGION).host()).isEqualTo(service.name());
            assertThat(pop.shields().byRegion().get(ORIGIN_REGION).port()).isEqualTo(port);
        });
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aNodeFindsControlPlaneOriginAndSecrets(Service service) {
        EdgeNodeConfig config = edgeConfig(service);
        ControlPlaneConfig controlPlane = controlPlaneConfig(null);
        assertThat(config.controlPlaneHost()).isEqualTo("control-plane");
        assertThat(config.controlPlanePort()).isEqualTo(controlPlane.watchPort());
        assertThat(config.enrolmentToken())
                .isEqualTo(controlPlane.enrolmentToken())
                .hasSize(64);
        URI origin = URI.create("http://origin:" + PORTS.origin());
        assertThat(config.hostMap())
                .containsOnly(
                        Map.entry(DemoSite.ORIGIN_HOST, origin),
                        Map.entry("localhost:" + PORTS.origin(), origin),
                        Map.entry("localhost", URI.create("http://host.docker.internal")));
        assertThat(service.list("extra_hosts")).containsExactly("host.docker.internal:host-gateway");
        assertThat(config.folder().toString()).isEqualTo("/var/lib/nearside");
        assertThat(service.mounts())
                .contains(new Mount(service.name() + "-state", "/var/lib/nearside", false))
                .contains(new Mount("node-secrets", "/secrets/nodes", true));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void distancesAreThoseOfTheModel(Service service) {
        EdgeNodeConfig config = edgeConfig(service);
        Coordinates here = config.shields().region() == null
                ? Atlas.builtIn().pop(config.pop()).coordinates()
                : Atlas.builtIn().region(config.shields().region()).coordinates();
        Coordinates there = Atlas.builtIn().region(ORIGIN_REGION).coordinates();
        LatencyModel model = LatencyModel.fitted();
        double roundTrip = model.roundTripNanos(here, there) / 1e6;
        double jitter = roundTrip * model.jitterShare();
        List<double[]> links = new ArrayList<>();
        links.add(new double[] {
            config.originLink().roundTripMillis(), config.originLink().jitterMillis()
        });
        links.add(new double[] {
            config.controlPlaneLink().roundTripMillis(),
            config.controlPlaneLink().jitterMillis()
        });
        config.shields()
                .byRegion()
                .values()
                .forEach(it -> links.add(new double[] {it.roundTripMillis(), it.jitterMillis()}));
        assertThat(links).allSatisfy(link -> {
            assertThat(link[0]).as("round trip").isCloseTo(roundTrip, within(ROUNDING_MILLIS));
            assertThat(link[1]).as("jitter").isCloseTo(jitter, within(ROUNDING_MILLIS));
        });
    }

    @ParameterizedTest
    @MethodSource("edges")
    void theCacheLeavesRoomInTheContainer(Service service) {
        EdgeNodeConfig.Limits limits = edgeConfig(service).limits();
        long memory = Long.parseLong(service.text("mem_limit").replace("m", "")) << 20;
        assertThat(limits.cacheBytes() + limits.maxInFlightBytes()).isLessThanOrEqualTo(memory / 4);
        assertThat(limits.maxObjectBytes()).isLessThanOrEqualTo(limits.cacheBytes() / 2);
    }

    // ---- Origin and control plane ----

    @Test
    void theOriginListensWhereItIsPublished() {
        Service service = services.get("origin");
        OriginConfig config = ConfigFile.read(service.fileAt(service.option("--config")), OriginConfig.class);
        assertThat(config.host()).isEqualTo("0.0.0.0");
        assertThat(config.port()).isEqualTo(PORTS.origin());
        assertThat(service.ports()).containsExactly(new Port("127.0.0.1", PORTS.origin(), PORTS.origin()));
        assertThat(service.healthTest().getLast())
                .isEqualTo("http://127.0.0.1:" + PORTS.origin() + "/_nearside/health");
    }

    @Test
    void theControlPlaneListensWhereItIsPublishedAndWantsSignatures() {
        Service service = services.get("control-plane");
        for (String profile : new String[] {null, "postgres"}) {
            ControlPlaneConfig config = controlPlaneConfig(profile);
            assertThat(config.apiHost()).isEqualTo("0.0.0.0");
            assertThat(config.apiPort()).isEqualTo(PORTS.api());
            assertThat(config.watchPort()).isEqualTo(PORTS.watch());
            assertThat(config.auth()).endsWith("/" + WorldSecrets.KEYS);
            assertThat(config.data()).isEqualTo("/var/lib/nearside");
        }
        assertThat(service.ports()).containsExactly(new Port("127.0.0.1", PORTS.api(), PORTS.api()));
        assertThat(service.healthTest().getLast()).isEqualTo("http://127.0.0.1:" + PORTS.api() + "/_nearside/health");
        assertThat(service.mounts())
                .contains(new Mount("control-plane-state", "/var/lib/nearside", false))
                .contains(new Mount("api-keys", "/secrets/api", true))
                .contains(new Mount("node-secrets", "/secrets/nodes", true));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aHealthCheckIsSomethingThatItsImageHas(Service service) {
        List<String> test = service.healthTest();
        assertThat(test.getFirst()).isEqualTo("CMD");
        if (service.name().equals("postgres")) {
            assertThat(test.get(1)).isEqualTo("pg_isready");
            return;
        }
        assertThat(test).hasSize(3).element(1).isEqualTo("nearside-health");
        assertThat(dockerfile).contains("COPY docker/health /usr/local/bin/nearside-health\n");
        assertThat(Path.of("..", "docker", "health")).isExecutable();
    }

    @Test
    void theWorldDescribesItselfAsItIs() throws IOException {
        Service controlPlane = services.get("control-plane");
        JsonNode world = JSON.readTree(Files.readString(controlPlane.fileAt(controlPlane.option("--world"))));
        ObjectNode expected = JSON.createObjectNode();
        pops().forEach(service -> {
            EdgeNodeConfig config = edgeConfig(service);
            Pop pop = Atlas.builtIn().pop(config.pop());
            expected.withArray("/pops")
                    .addObject()
                    .put("code", pop.code())
                    .put("city", pop.city())
                    .put("region", pop.region())
                    .put("node", config.node())
                    .put("address", "127.0.0.1:" + config.port())
                    .put("secureAddress", "127.0.0.1:" + config.viewerTls().port());
        });
        expected.withArray("/shields")
                .addObject()
                .put("region", ORIGIN_REGION)
                .put("node", edgeConfig(services.get("shield")).node())
                .put("address", "127.0.0.1:" + PORTS.shieldHttp(0));
        expected.put("originRegion", ORIGIN_REGION)
                .put("origin", "127.0.0.1:" + PORTS.origin())
                .put("wan", true);
        assertThat(world).isEqualTo(expected);
    }

    // ---- PostgreSQL ----

    @Test
    void theProfilePostgresGivesTheControlPlaneItsDatabase() throws IOException {
        assertThat(controlPlaneConfig(null).database()).isNull();
        ControlPlaneConfig config = controlPlaneConfig("postgres");
        Service postgres = withProfile("postgres").service("postgres");
        Map<String, Object> environment = postgres.map("environment");
        assertThat(config.database()).isEqualTo("jdbc:postgresql://postgres:5432/" + environment.get("POSTGRES_DB"));
        assertThat(config.databaseUser()).isEqualTo(environment.get("POSTGRES_USER"));
        assertThat(config.databasePassword())
                .isEqualTo(Files.readString(secrets.resolve(WorldSecrets.DATABASE_PASSWORD))
                        .strip());
        assertThat(environment).containsEntry("POSTGRES_PASSWORD_FILE", "/secrets/postgres/password");
        assertThat(postgres.mounts()).contains(new Mount("database-secrets", "/secrets/postgres", true));
        assertThat(String.valueOf(environment.get("PGDATA"))).startsWith("/var/lib/postgresql/data/");
        assertThat(postgres.healthTest())
                .contains("--username=" + config.databaseUser(), "--dbname=" + environment.get("POSTGRES_DB"));
        assertThat(services.get("control-plane").command()).contains("--wait-for-database");
    }

    /** A flag of the command line would start a database that nobody uses. */
    @Test
    void theDatabaseDoesNotStartUnlessTheControlPlaneUsesIt() {
        assertThat(String.valueOf(services.get("postgres").map("environment").get("POSTGRES_PASSWORD_FILE")))
                .contains("COMPOSE_PROFILES=postgres")
                .isNotEqualTo("/secrets/postgres/password");
    }

    @Test
    void secretsAreMadeWhereTheVolumesAre() {
        Service service = services.get("secrets");
        assertThat(service.option("--folder")).isEqualTo("/secrets");
        assertThat(service.text("network_mode")).isEqualTo("none");
        assertThat(service.mounts())
                .containsExactly(
                        new Mount("api-keys", "/secrets/api", false),
                        new Mount("node-secrets", "/secrets/nodes", false),
                        new Mount("database-secrets", "/secrets/database", false));
        assertThat(List.of(WorldSecrets.KEYS, WorldSecrets.ENROLMENT_TOKEN, WorldSecrets.DATABASE_PASSWORD))
                .extracting(file -> file.substring(0, file.indexOf('/')))
                .containsExactly("api", "nodes", "database");
    }

    // ---- Reading ----

    private static ComposeFile withProfile(String profile) throws IOException {
        return ComposeFile.read(name -> name.equals("COMPOSE_PROFILES") ? profile : null);
    }

    private static EdgeNodeConfig edgeConfig(Service service) {
        assertThat(service.option("--config")).isEqualTo(CONFIG);
        return read(service.fileAt(CONFIG), EdgeNodeConfig.class);
    }

    private static ControlPlaneConfig controlPlaneConfig(String profile) {
        try {
            Service service = withProfile(profile).service("control-plane");
            return read(service.fileAt(service.option("--config")), ControlPlaneConfig.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As its process reads it, with secrets of this test where the volumes would be. */
    private static <T extends Record> T read(Path file, Class<T> type) {
        try {
            String text = Files.readString(file).replace("{\"file\": \"/secrets/", "{\"file\": \"" + secrets + "/");
            Path copy = Files.writeString(Files.createTempFile(secrets, "config", ".json"), text);
            return ConfigFile.read(copy, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
