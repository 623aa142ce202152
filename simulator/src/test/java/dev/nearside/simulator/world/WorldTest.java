package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.EdgeNode;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.kit.tls.Pem;
import dev.nearside.simulator.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole worlds in this process. */
class WorldTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void theDemoSiteAnswersAtEveryPopUnderItsOwnCode() throws Exception {
        try (World world = World.start(WorldConfig.onFreePorts(folder))) {
            Set<String> codes = new HashSet<>();
            for (EdgeNode node : world.nodes()) {
                Viewer.Response response = demo(node);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).contains("<html");
                assertThat(response.field("x-amz-cf-pop")).startsWith(node.pop());
                assertThat(response.field("via")).contains("CloudFront");
                assertThat(response.field("x-amz-cf-id")).isNotEmpty();
                assertThat(response.field("x-nearside-revision")).isNotEmpty();
                codes.add(response.field("x-amz-cf-pop"));
            }
            assertThat(codes).hasSize(WorldConfig.DEFAULT_POPS.size());
        }
    }

    @Test
    void aWorldHasAShieldInEachRegionThatIsNamed() throws Exception {
        try (World world =
                World.start(WorldConfig.onFreePorts(folder).withPops("LHR").withShields("us-east-1", "eu-west-1"))) {
            assertThat(world.shields().keySet()).containsExactly("us-east-1", "eu-west-1");
            for (EdgeNode shield : world.shields().values()) {
                assertThat(demo(shield).status()).isEqualTo(200);
            }
            assertThat(world.nodes()).hasSize(1);
            int api = world.apiAddress().getPort();
            String description =
                    Viewer.get(api, "localhost:" + api, "/_nearside/world").text();
            assertThat(description)
                    .contains("\"region\":\"eu-west-1\",\"node\":\"shield-eu-west-1\",\"address\":\"127.0.0.1:"
                            + port(world.shield("eu-west-1")));
        }
    }

    @Test
    void anOriginThatAsksForAShieldIsAskedThroughIt() throws Exception {
        WorldConfig config =
                WorldConfig.onFreePorts(folder).withPops("LHR", "NRT").withShields("us-east-1");
        try (World world = World.start(config);
                AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            demo(world.node("LHR"));
            demo(world.node("NRT"));
            demo(world.shield("us-east-1"));
            String host = aws.deployed(AwsClients.shielded(
                            AwsClients.distribution(
                                    "shielded", world.originAddress().getPort(), AwsClients.RFC_POLICY),
                            "us-east-1"))
                    .domainName();
            String page = "/dial/page?cache=" + URLEncoder.encode("max-age=60", StandardCharsets.UTF_8);
            assertThat(Viewer.get(port(world.node("LHR")), host, page).status()).isEqualTo(200);

            Viewer.Response farAway = Viewer.get(port(world.node("NRT")), host, page);

            assertThat(farAway.status()).isEqualTo(200);
            Await.until(
                    LIMIT,
                    "the trace says that the shield had it",
                    () -> world.node("NRT")
                            .traces()
                            .find(farAway.field("x-amz-cf-id"))
                            .map(Object::toString)
                            .orElse("")
                            .contains("OriginShieldHit at the shield us-east-1"));
        }
    }

    @Test
    void twoWorldsKnowNothingOfEachOther() throws Exception {
        try (World one = World.start(small("one"));
                World other = World.start(small("other"));
                AwsClients aws = new AwsClients(one.apiAddress().getPort())) {
            String host = aws.deployed(AwsClients.distribution(
                            "only-here", one.originAddress().getPort(), AwsClients.RFC_POLICY))
                    .domainName();
            demo(one.node("LHR"));
            demo(other.node("LHR"));
            assertThat(Viewer.get(port(one.node("LHR")), host, "/").status()).isEqualTo(200);
            Viewer.Response stranger = Viewer.get(port(other.node("LHR")), host, "/");
            assertThat(stranger.status()).isEqualTo(403);
            assertThat(stranger.text()).contains(host, DemoSite.HOST);
        }
    }

    @Test
    void everyPopAnswersHttpsWithOneAuthorityThatSurvivesARestart() throws Exception {
        X509Certificate authority;
        try (World world = World.start(small("tls").withPops("LHR", "NRT"))) {
            authority = authorityOf(world);
            for (EdgeNode node : world.nodes()) {
                assertThat(statusOverTls(node, authority)).isEqualTo(200);
            }
        }
        try (World world = World.start(small("tls"))) {
            assertThat(authorityOf(world)).isEqualTo(authority);
            assertThat(statusOverTls(world.node("LHR"), authority)).isEqualTo(200);
        }
    }

    private static X509Certificate authorityOf(World world) {
        return Pem.certificates(LocalAuthority.certificateFile(world.config().tlsFolder()))
                .getFirst();
    }

    /** The demo site's answer to a viewer that trusts that authority alone and checks the name. */
    private static int statusOverTls(EdgeNode node, X509Certificate authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        int port = node.secureAddress().orElseThrow().getPort();
        try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), port);
                SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(tcp, DemoSite.HOST, port, true)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + DemoSite.HOST + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(tls.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ", 3)[1]);
        }
    }

    @Test
    void aClosedWorldLeavesNeitherPortsNorThreads() throws Exception {
        List<Integer> ports = new ArrayList<>(runOnce("first"));
        // What libraries keep for the life of the machine is there now; a second world must add nothing.
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ports.addAll(runOnce("second"));
        Set<Thread> left = new HashSet<>();
        Await.until(LIMIT, "no thread of the second world is left", () -> {
            left.clear();
            left.addAll(Thread.getAllStackTraces().keySet());
            left.removeAll(before);
            left.removeIf(WorldTest::isOfTheMachine);
            return left.isEmpty();
        });
        assertThat(ports).hasSize(8).noneMatch(WorldTest::isListening);
    }

    /** A port that somebody else has. */
    enum Taken {
        API,
        WATCH,
        ORIGIN,
        POP,
        POP_HTTPS;

        int in(Ports ports) {
            return switch (this) {
                case API -> ports.api();
                case WATCH -> ports.watch();
                case ORIGIN -> ports.origin();
                case POP -> ports.popHttp(0);
                case POP_HTTPS -> ports.popHttps(0);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTakenPortIsNamedAndNothingIsLeftBehind(Taken taken) throws Exception {
        Ports ports = FreePorts.base(1);
        WorldConfig config = small("taken").withPorts(ports);
        int port = taken.in(ports);
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> World.start(config))
                    .hasMessageContaining(String.valueOf(other.getLocalPort()))
                    .message()
                    .hasLineCount(1);
        }
        assertThat(Taken.values()).noneMatch(any -> isListening(any.in(ports)));
    }

    private WorldConfig small(String name) {
        return WorldConfig.onFreePorts(folder.resolve(name)).withPops("LHR");
    }

    private List<Integer> runOnce(String name) throws Exception {
        try (World world = World.start(small(name))) {
            demo(world.node("LHR"));
            return List.of(
                    world.apiAddress().getPort(),
                    world.controlPlane().watchAddress().getPort(),
                    world.originAddress().getPort(),
                    port(world.node("LHR")));
        }
    }

    private static int port(EdgeNode node) {
        return node.address().getPort();
    }

    /** The first answer that is the demo site's; a node has its configuration a moment after its start. */
    private static Viewer.Response demo(EdgeNode node) throws Exception {
        Await.until(
                LIMIT,
                node.pop() + " serves the demo site",
                () -> Viewer.get(port(node), DemoSite.HOST, "/").status() == 200);
        return Viewer.get(port(node), DemoSite.HOST, "/");
    }

    /** Pools of the JDK that grow when they like and belong to no world. */
    private static boolean isOfTheMachine(Thread thread) {
        return thread.getName().startsWith("ForkJoinPool") || thread.getName().startsWith("VirtualThread");
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }
}
