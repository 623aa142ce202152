package dev.nearside.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which node serves which revision. */
@Command(name = "status", description = "Show what each node serves, and what it last refused.")
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PortBase portBase = new PortBase();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode answer = new PlatformApi(portBase.ports()).get("nodes");
        Table table = new Table("NODE", "POP", "STATE", "REVISION", "SHOULD BE", "LAST WORD", "LAST ERROR");
        int connected = 0;
        for (JsonNode node : answer.path("nodes")) {
            connected += node.path("connected").asBoolean() ? 1 : 0;
            table.row(
                    node.path("node").asText(),
                    node.path("pop").asText(),
                    node.path("state").asText(),
                    node.path("revision").asText(),
                    node.path("targetRevision").asText(),
                    ago(node.path("lastSeenAgoMillis").asLong()),
                    error(node.path("lastError")));
        }
        out.println("revision " + answer.path("revision").asText() + ", " + connected + " of "
                + answer.path("nodes").size() + " known nodes connected");
        table.print(out);
        return 0;
    }

    private static String ago(long millis) {
        return String.format(Locale.ROOT, "%.1f s ago", millis / 1_000.0);
    }

    private static String error(JsonNode error) {
        return error.isMissingNode()
                ? "-"
                : "revision " + error.path("revision").asText() + " at "
                        + error.path("at").asText() + ": "
                        + error.path("reason").asText();
    }
}
