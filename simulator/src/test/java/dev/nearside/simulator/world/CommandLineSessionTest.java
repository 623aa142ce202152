package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.process.FreePorts;
import dev.nearside.simulator.process.NearsideProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's session from end to end, against {@code ./nearside up} in a process of its own. */
class CommandLineSessionTest {

    private static final List<String> POPS = WorldConfig.DEFAULT_POPS;
    private static final Ports PORTS = FreePorts.base(POPS.size());
    private static final Duration SPREADING_LIMIT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private static NearsideProcess up;

    @BeforeAll
    static void startWorld() throws Exception {
        up = NearsideProcess.start(
                        folder, "up", "--port-base", String.valueOf(PORTS.base()), "--data", folder + "/state")
                .ready();
    }

    @AfterAll
    static void stopWorld() {
        up.close();
    }

    @Test
    void theSessionWorksThroughTheSdk() throws Exception {
        try (AwsSession session = new SdkSession(PORTS.api())) {
            deployChangeAndInvalidate(session, "sdk");
        }
    }

    @Test
    void theSessionWorksThroughTheCommandLine() throws Exception {
        assertThat(Programs.commandLines()).isNotEmpty();
        try (AwsSession session = new CommandLineSession(PORTS.api(), folder)) {
            deployChangeAndInvalidate(session, "cli");
        }
    }

    private static void deployChangeAndInvalidate(AwsSession session, String name) throws Exception {
        session.createFunction(name, zipOf("first"));
        String first = session.publishVersion(name);
        assertThat(first).endsWith(":function:" + name + ":1");
        String id = session.createDistribution("session-" + name, PORTS.origin(), first);
        session.waitDistributionDeployed(id);
        String host = id.toLowerCase(Locale.ROOT) + ".cdn.localhost";

        List<Viewer.Response> misses = fromEveryPop(host);
        assertThat(misses).allSatisfy(miss -> {
            assertThat(miss.status()).isEqualTo(200);
            assertThat(miss.text()).isEqualTo("/dial/page: status 200\n");
            assertThat(miss.field("x-cache")).isEqualTo("Miss from cloudfront");
            assertThat(miss.field("x-stamp")).isEqualTo("first");
            assertThat(miss.fields()).doesNotContainKey("age");
        });
        assertThat(misses.stream().map(miss -> miss.field("x-amz-cf-pop").substring(0, 3)))
                .isEqualTo(POPS);
        assertThat(fromEveryPop(host)).allSatisfy(hit -> {
            assertThat(hit.text()).isEqualTo("/dial/page: status 200\n");
            assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
            assertThat(hit.field("age")).matches("[0-9]+");
            assertThat(hit.field("x-stamp")).isEqualTo("first");
        });

        session.updateFunctionCode(name, zipOf("second"));
        String second = session.publishVersion(name);
        assertThat(second).endsWith(":function:" + name + ":2");
        session.replaceVersion(id, first, second);
        Duration spread = Await.until(
                SPREADING_LIMIT,
                "the second version serves at every PoP",
                () -> fromEveryPop(host).stream()
                        .allMatch(hit -> hit.field("x-stamp").equals("second")));
        System.out.printf(
                "%s: every PoP seen to serve the new version %d ms after update-distribution returned%n",
                name, spread.toMillis());

        assertThat(fromEveryPop(host))
                .allSatisfy(hit -> assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront"));
        session.waitInvalidationCompleted(id, session.invalidateEverything(id));
        assertThat(fromEveryPop(host))
                .allSatisfy(miss -> assertThat(miss.field("x-cache")).isEqualTo("Miss from cloudfront"));
    }

    /** The zip of a handler that changes the path on the way in and stamps the response on the way out. */
    private static Path zipOf(String stamp) throws IOException {
        String source = """
            'use strict';
            exports.handler = async (event) => {
                const { config, request, response } = event.Records[0].cf;
                if (config.eventType === 'viewer-request') {
                    request.uri = '/dial' + request.uri;
                    return request;
                }
                response.headers['x-stamp'] = [{ key: 'X-Stamp', value: '%s' }];
                return response;
            };
            """.formatted(stamp);
        return Files.write(folder.resolve("function.zip"), FunctionZip.ofIndex(source));
    }

    /** One page asked for at every PoP, in their order. */
    private static List<Viewer.Response> fromEveryPop(String host) {
        return IntStream.range(0, POPS.size())
                .mapToObj(pop -> page(PORTS.popHttp(pop), host))
                .toList();
    }

    private static Viewer.Response page(int port, String host) {
        try {
            return Viewer.get(port, host, "/page");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
