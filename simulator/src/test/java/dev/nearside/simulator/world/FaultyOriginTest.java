package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.EdgeNode;
import dev.nearside.kit.testing.DeadPort;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A world's own origin told to misbehave, and viewers that leave: no half is kept, and nothing stays in flight. */
class FaultyOriginTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LEAVING_VIEWERS = 60;

    @TempDir
    private static Path folder;

    private static World world;
    private static AwsClients aws;
    private static String host;

    @BeforeAll
    static void startWorld() throws Exception {
        world = World.start(WorldConfig.onFreePorts(folder).withPops("LHR"));
        aws = new AwsClients(world.apiAddress().getPort());
        host = hostOf("faulty", world.originAddress().getPort());
    }

    @AfterAll
    static void stopWorld() {
        aws.close();
        world.close();
    }

    /** After every fault the node serves, and holds no bytes and no viewers. */
    @AfterEach
    void theNodeIsIdleAndWell() throws Exception {
        EdgeNode node = world.node("LHR");
        Await.until(LIMIT, "no bytes are in flight", () -> node.cache().bytesInFlight() == 0);
        Await.until(LIMIT, "no viewers are connected", () -> node.viewerConnections() == 0);
        assertThat(get(host, "/dial/well").status()).isEqualTo(200);
    }

    @Test
    void anOriginThatIsDownIsNamed() throws Exception {
        try (DeadPort dead = new DeadPort()) {
            Viewer.Response response = get(hostOf("down", dead.number()), "/");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
            assertThat(response.text()).contains("localhost:" + dead.number());
        }
    }

    @Test
    void anOriginThatSaysNothingTimesOut() throws Exception {
        Viewer.Response response = get(host, "/dial/silent?no-answer=true");
        assertThat(response.status()).isEqualTo(504);
        assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
        assertThat(response.text()).contains("1 second");
    }

    @Test
    void anOriginThatHangsUpIsABadGateway() throws Exception {
        Viewer.Response response = get(host, "/dial/rude?close=now");
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset-after=20KB&size=50KB",
                "reset-after=20KB&size=50KB&chunked=true",
                "close-after=20KB&size=50KB",
                "close-after=20KB&size=50KB&chunked=true",
                "declare=50KB&size=20KB&close-after=10KB",
                "size=500KB&reset-after=400KB"
            })
    void aBrokenBodyBreaksOffForTheViewerAndIsNeverServedAgain(String fault) throws Exception {
        String target = "/dial/broken?cache=max-age=600&" + fault;
        for (int i = 0; i < 2; i++) {
            Viewer.Response response = get(host, target);
            if (response.status() == 200) {
                assertThat(response.whole()).isFalse();
                assertThat(response.field("x-cache")).isEqualTo("Miss from cloudfront");
            } else {
                assertThat(response.status()).isEqualTo(502);
            }
        }
    }

    @Test
    void bytesBeyondTheDeclaredLengthBelongToNobody() throws Exception {
        String target = "/dial/lies?cache=max-age=600&declare=1KB&size=3KB";
        assertThat(get(host, target).body()).hasSize(1_000);
        for (int i = 0; i < 3; i++) {
            assertThat(get(host, "/dial/next-" + i).text()).isEqualTo("/dial/next-" + i + ": status 200\n");
        }
    }

    @Test
    void viewersThatLeaveInMidBodyLeaveNothingBehind() throws Exception {
        for (int i = 0; i < LEAVING_VIEWERS; i++) {
            // Some alone, some on a fill that others read, some on a body that is not kept.
            String target = "/dial/left-" + i / 3 + "?size=3MB&cache=" + (i % 2 == 0 ? "max-age=600" : "no-store");
            Viewer viewer = new Viewer(world.node("LHR").address().getPort());
            viewer.send("GET", host, target, "");
            assertThat(viewer.readBytes(100)).hasSize(100);
            viewer.leave();
        }
        Viewer.Response whole = get(host, "/dial/left-0?size=3MB&cache=max-age=600");
        assertThat(whole.whole()).isTrue();
        assertThat(whole.body()).hasSize(3_000_000);
    }

    private static String hostOf(String reference, int originPort) {
        return aws.deployed(AwsClients.distribution(reference, originPort, AwsClients.RFC_POLICY))
                .domainName();
    }

    private static Viewer.Response get(String name, String target) throws Exception {
        return Viewer.get(world.node("LHR").address().getPort(), name, target);
    }
}
