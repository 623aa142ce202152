package dev.nearside.simulator.process;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.Ports;
import dev.nearside.simulator.world.Viewer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a world as processes of their own, each started from its configuration file and ended with the test. */
final class Fleet implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TOKEN = "a-token-that-only-this-test-knows";
    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final @Nullable String database;
    private final Ports ports = FreePorts.base(0);
    private final List<NearsideProcess> started = new ArrayList<>();

    Fleet(Path folder) {
        this(folder, null);
    }

    /** With the control plane's state in a PostgreSQL database. */
    Fleet(Path folder, @Nullable String database) {
        this.folder = folder;
        this.database = database;
    }

    /** Starts the control plane, on the same ports and the same state each time. */
    NearsideProcess controlPlane() throws IOException {
        return start(
                "control-plane",
                "control-plane",
                JSON.createObjectNode()
                        .put("api-port", ports.api())
                        .put("watch-port", ports.watch())
                        .put("data", folder.resolve("control-plane").toString())
                        .put("database", database)
                        .put("enrolment-token", TOKEN));
    }

    /** Starts the origin. */
    NearsideProcess origin() throws IOException {
        return start("origin", "origin", JSON.createObjectNode().put("port", ports.origin()));
    }

    /** Starts the node of a PoP on any free port, with the same folder each time. */
    NearsideProcess edge(String pop) throws IOException {
        return edge(pop, ports.watch());
    }

    /** The same with another way to the control plane. */
    NearsideProcess edge(String pop, int controlPlanePort) throws IOException {
        return start(
                "edge",
                pop,
                JSON.createObjectNode()
                        .put("node", pop + "-1")
                        .put("pop", pop)
                        .put("control-plane-port", controlPlanePort)
                        .put("enrolment-token", TOKEN)
                        .put("folder", folder.resolve(pop).toString()));
    }

    private NearsideProcess start(String command, String name, ObjectNode config) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".json"), config.toString());
        NearsideProcess process = NearsideProcess.start(folder, command, "--config", file.toString());
        started.add(process);
        return process;
    }

    int watchPort() {
        return ports.watch();
    }

    int apiPort() {
        return ports.api();
    }

    int originPort() {
        return ports.origin();
    }

    /** Waits until that many nodes watch the control plane. */
    void awaitNodes(int nodes) throws Exception {
        Await.until(LIMIT, nodes + " nodes are connected", () -> {
            String status = Viewer.get(ports.api(), "127.0.0.1:" + ports.api(), "/_nearside/status")
                    .text();
            return JSON.readTree(status).path("nodesConnected").asInt() == nodes;
        });
    }

    @Override
    public void close() {
        started.forEach(NearsideProcess::close);
    }
}
