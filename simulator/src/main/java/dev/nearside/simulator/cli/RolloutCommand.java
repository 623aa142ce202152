package dev.nearside.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Steers how releases reach the nodes. */
@Command(name = "rollout", description = "See and steer how releases reach the nodes.")
final class RolloutCommand implements Runnable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ROLLOUTS = "rollouts";
    private static final int SHOWN = 10;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a subcommand is missing, expected status, pause, resume, abort, rollback or policy");
    }

    @Command(name = "status", description = "Show the newest rollouts, and how far the one under way has come.")
    int status(@Mixin PortBase portBase) {
        JsonNode all = new PlatformApi(portBase.ports()).get(ROLLOUTS);
        PrintWriter out = out();
        out.println("policy: " + policy(all.path("policy")));
        if (all.has("nextPolicy")) {
            out.println("policy of the next release alone: " + policy(all.path("nextPolicy")));
        }
        Table table = new Table("ROLLOUT", "STATE", "REVISIONS", "WAVE", "STARTED", "REASON");
        List<JsonNode> newest = new ArrayList<>();
        all.path(ROLLOUTS).forEach(newest::add);
        newest.stream()
                .limit(SHOWN)
                .forEach(rollout -> table.row(
                        rollout.path("rollout").asText(),
                        rollout.path("state").asText(),
                        rollout.path("fromRevision").asText() + " to "
                                + rollout.path("toRevision").asText(),
                        rollout.path("wave").asText() + " of "
                                + rollout.path("waves").asText(),
                        rollout.path("startedAt").asText(),
                        rollout.path("reason").asText("-")));
        table.print(out);
        newest.stream().filter(rollout -> rollout.has("progress")).forEach(this::progress);
        names("waits for the rollout", all.path("waiting"));
        names("was rolled back; nodes serve what it was before, until it is updated", all.path("rolledBack"));
        return 0;
    }

    private void progress(JsonNode rollout) {
        JsonNode progress = rollout.path("progress");
        out().println("rollout " + rollout.path("rollout").asText() + " is "
                + progress.path("phase").asText() + ": "
                + progress.path("nodesServing").asText() + " of "
                + progress.path("nodes").size() + " nodes of the wave serve it, "
                + progress.path("bakeSecondsLeft").asText() + " s left to bake");
        for (JsonNode traffic : progress.path("traffic")) {
            out().println("  distribution " + traffic.path("distribution").asText() + ": "
                    + traffic.path("failed").asText() + " of "
                    + traffic.path("exchanges").asText() + " exchanges failed with it, "
                    + traffic.path("failedOfOthers").asText() + " of "
                    + traffic.path("exchangesOfOthers").asText() + " without");
        }
        out().flush();
    }

    private void names(String what, JsonNode names) {
        names.forEach(name -> out().println("distribution " + name.asText() + " " + what));
        out().flush();
    }

    @Command(name = "pause", description = "Keep a rollout at its wave.")
    int pause(@Mixin PortBase portBase, @Parameters(arity = "0..1", paramLabel = "ROLLOUT") @Nullable Long rollout) {
        return steer(portBase, rollout, "pause");
    }

    @Command(name = "resume", description = "Let a rollout go on; its wave bakes anew.")
    int resume(@Mixin PortBase portBase, @Parameters(arity = "0..1", paramLabel = "ROLLOUT") @Nullable Long rollout) {
        return steer(portBase, rollout, "resume");
    }

    @Command(name = "abort", description = "Take a rollout's release back from every node.")
    int abort(@Mixin PortBase portBase, @Parameters(arity = "0..1", paramLabel = "ROLLOUT") @Nullable Long rollout) {
        return steer(portBase, rollout, "abort");
    }

    private int steer(PortBase portBase, @Nullable Long given, String action) {
        PlatformApi api = new PlatformApi(portBase.ports());
        String rollout = given == null ? underWay(api) : String.valueOf(given);
        JsonNode now = api.post(ROLLOUTS + "/" + rollout + "/" + action, "");
        out().println("rollout " + rollout + ": " + now.path("state").asText());
        out().flush();
        return 0;
    }

    private static String underWay(PlatformApi api) {
        for (JsonNode rollout : api.get(ROLLOUTS).path(ROLLOUTS)) {
            String state = rollout.path("state").asText();
            if (state.equals("running") || state.equals("paused")) {
                return rollout.path("rollout").asText();
            }
        }
        throw CliException.failure("no rollout is under way");
    }

    @Command(name = "rollback", description = "Bring all nodes back to what an earlier revision was.")
    int rollback(@Mixin PortBase portBase, @Parameters(paramLabel = "REVISION") long revision) {
        String body = JSON.createObjectNode().put("revision", revision).toString();
        JsonNode answer = new PlatformApi(portBase.ports()).post(ROLLOUTS + "/rollback", body);
        out().println("revision " + answer.path("revision").asText() + " is what revision " + revision + " was");
        out().flush();
        return 0;
    }

    /** What a policy is made of. */
    static final class PolicyOptions {
        @Option(names = "--all-at-once", description = "Every release goes to all nodes at once.")
        private boolean allAtOnce;

        @Option(
                names = "--wave",
                paramLabel = "WAVE",
                description = "A wave: codes of PoPs with commas between, or a share such as 25%%. May be repeated.")
        private List<String> waves = new ArrayList<>();

        @Option(names = "--bake", paramLabel = "SECONDS", description = "How long each wave is watched (usual: 60).")
        private @Nullable Double bakeSeconds;

        @Option(
                names = "--min-requests",
                paramLabel = "N",
                description = "Requests for a distribution before its errors count (usual: 100).")
        private @Nullable Long minRequests;

        @Option(
                names = "--max-error-increase",
                paramLabel = "POINTS",
                description = "Percentage points by which errors may exceed those of other nodes (usual: 5).")
        private @Nullable Double maxErrorIncrease;

        @Option(names = "--next", description = "For the next release alone.")
        private boolean next;
    }

    @Command(name = "policy", description = "Show how releases reach the nodes, or set it.")
    int policy(@Mixin PortBase portBase, @Mixin PolicyOptions options) {
        PlatformApi api = new PlatformApi(portBase.ports());
        boolean sets = options.allAtOnce || !options.waves.isEmpty();
        if (options.allAtOnce && !options.waves.isEmpty()) {
            throw CliException.usage("--all-at-once and --wave were given, expected one of the two");
        }
        if (!sets
                && (options.next
                        || options.bakeSeconds != null
                        || options.minRequests != null
                        || options.maxErrorIncrease != null)) {
            throw CliException.usage(
                    "neither --wave nor --all-at-once was given, expected one of them to set a policy");
        }
        JsonNode all = sets
                ? api.post(
                        ROLLOUTS + (options.next ? "/next-policy" : "/policy"),
                        json(options).toString())
                : api.get(ROLLOUTS);
        out().println(policy(all.path(options.next ? "nextPolicy" : "policy")));
        out().flush();
        return 0;
    }

    private static ObjectNode json(PolicyOptions options) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode waves = json.putArray("waves");
        for (String wave : options.waves) {
            if (wave.matches("[0-9]{1,3}%")) {
                waves.addObject().put("percent", Integer.parseInt(wave.substring(0, wave.length() - 1)));
            } else {
                ArrayNode pops = waves.addObject().putArray("pops");
                for (String pop : wave.split(",", -1)) {
                    pops.add(pop.strip());
                }
            }
        }
        if (options.bakeSeconds != null) {
            json.put("bakeSeconds", options.bakeSeconds);
        }
        if (options.minRequests != null) {
            json.put("minRequests", options.minRequests);
        }
        if (options.maxErrorIncrease != null) {
            json.put("maxErrorIncrease", options.maxErrorIncrease);
        }
        return json;
    }

    private static String policy(JsonNode policy) {
        if (policy.path("waves").isEmpty()) {
            return "all at once";
        }
        List<String> waves = new ArrayList<>();
        for (JsonNode wave : policy.path("waves")) {
            List<String> pops = new ArrayList<>();
            wave.path("pops").forEach(pop -> pops.add(pop.asText()));
            waves.add(pops.isEmpty() ? wave.path("percent").asText() + "%" : String.join(",", pops));
        }
        return "waves " + String.join(", then ", waves) + ", then all; each bakes "
                + policy.path("bakeSeconds").asText() + " s; rolled back if, after "
                + policy.path("minRequests").asText() + " requests for a distribution, "
                + policy.path("maxErrorIncrease").asText() + " percentage points more fail than elsewhere";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
