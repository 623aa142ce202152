package dev.nearside.simulator.cli;

import dev.nearside.function.EventType;
import dev.nearside.simulator.devloop.Finding;
import dev.nearside.simulator.devloop.FolderCheck;
import dev.nearside.simulator.devloop.HandlerTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what AWS would refuse of a function's folder, one line for each fault. */
@Command(
        name = "validate",
        description = "Check a function's folder against the rules of Lambda and Lambda@Edge before a deploy.")
final class ValidateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "Folder with a handler and optionally nearside.yaml and samples/.")
    private Path folder = Path.of(".");

    @Option(
            names = "--event-type",
            paramLabel = "EVENT",
            description = "Check for this event (default: those of nearside.yaml, else viewer-request).")
    private @Nullable String eventType;

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw CliException.usage("'" + folder + "', expected a folder");
        }
        EventType event;
        try {
            event = eventType == null ? null : EventType.of(eventType);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--event-type: " + e.getMessage());
        }
        FolderCheck.Outcome outcome;
        try (HandlerTrial trial = new HandlerTrial()) {
            outcome = FolderCheck.check(folder.toRealPath(), event, trial);
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Finding> findings = outcome.findings();
        findings.forEach(out::println);
        if (outcome.notRun() != null) {
            out.println(folder + ": the handler was not run: " + outcome.notRun());
        }
        if (findings.isEmpty()) {
            out.println(folder + ": nothing that AWS would refuse");
        }
        return findings.isEmpty() ? 0 : Main.FAILURE;
    }
}
