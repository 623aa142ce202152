package dev.nearside.simulator.devloop;

import dev.nearside.control.api.FunctionChecks;
import dev.nearside.edge.functions.EventReader;
import dev.nearside.edge.functions.EventReader.InvalidEventException;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.StackTraces;
import dev.nearside.edge.functions.StageResult;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a function's folder against the rules of Lambda and Lambda@Edge before anything is deployed: the settings, the
 * package, sample results, and what the handler makes of sample events.
 */
public final class FolderCheck {

    private static final int MAX_SAMPLES = 100;
    private static final int MAX_SAMPLE_BYTES = 2 * 1024 * 1024;

    private static final int MAX_VIEWER_TIMEOUT_SECONDS = 5;
    private static final int MAX_ORIGIN_TIMEOUT_SECONDS = 30;
    private static final int MAX_VIEWER_MEMORY_MB = 128;

    /** Lambda's names for members, as its messages quote them, and ours. */
    private static final Map<String, String> KEYS_BY_MEMBER =
            Map.of("'timeout'", "timeout", "'memorySize'", "memory", "'runtime'", "runtime", "'handler'", "handler");

    private final Path folder;
    private final SettingsFile.Content content;
    private final FunctionSettings settings;
    private final HandlerTrial trial;
    private final List<Finding> findings = new ArrayList<>();
    private String source = SettingsFile.NAME;

    private FolderCheck(Path folder, SettingsFile.Content content, HandlerTrial trial) {
        this.folder = folder;
        this.content = content;
        this.settings = content.settings();
        this.trial = trial;
    }

    /**
     * Everything that is wrong with a folder, in the order of the rules.
     *
     * @param event the one event to check for; null for those of the settings
     */
    public static List<Finding> findings(Path folder, @Nullable EventType event, HandlerTrial trial)
            throws IOException {
        SettingsFile.Content read = SettingsFile.read(folder);
        SettingsFile.Content content = event == null
                ? read
                : new SettingsFile.Content(read.settings().onlyOn(event), read.findings(), read.lines());
        return findings(folder, content, FunctionPackage.zip(folder), trial);
    }

    /**
     * What is wrong with settings and a package that were read before; somebody may be writing to the folder again.
     *
     * @param folder whose samples are tried
     */
    static List<Finding> findings(Path folder, SettingsFile.Content content, byte[] zip, HandlerTrial trial)
            throws IOException {
        FolderCheck check = new FolderCheck(folder, content, trial);
        check.findings.addAll(content.findings());
        check.checkSettings();
        check.checkPackage(zip);
        return check.findings;
    }

    private void checkSettings() {
        FunctionChecks.faults(new FunctionChecks.Proposed(
                        settings.runtime(),
                        settings.handler(),
                        settings.timeoutSeconds(),
                        settings.memoryMb(),
                        settings.environment()))
                .forEach(fault -> found(content.placeOf(keyIn(fault)), "Lambda", fault, ""));
        if (!settings.runtime().startsWith("nodejs") && !settings.runtime().startsWith("python")) {
            found(
                    content.placeOf("runtime"),
                    "runtime of Lambda@Edge",
                    settings.runtime(),
                    "Node.js and Python runtimes");
        }
        for (EventType event : settings.events()) {
            int longest = event.isViewer() ? MAX_VIEWER_TIMEOUT_SECONDS : MAX_ORIGIN_TIMEOUT_SECONDS;
            if (settings.timeoutSeconds() > longest) {
                found(
                        content.placeOf("timeout"),
                        "timeout in " + event.wireName(),
                        settings.timeoutSeconds() + " s",
                        "at most " + longest + " s");
            }
            if (event.isViewer() && settings.memoryMb() > MAX_VIEWER_MEMORY_MB) {
                found(
                        content.placeOf("memory"),
                        "memory in " + event.wireName(),
                        settings.memoryMb() + " MB",
                        "at most " + MAX_VIEWER_MEMORY_MB + " MB");
            }
            if (settings.includeBody() && !event.isRequest()) {
                found(
                        content.placeOf("include-body"),
                        "include-body in " + event.wireName(),
                        "true",
                        "request events only");
            }
        }
        if (!settings.path().matches("[A-Za-z0-9_\\-.*$/~\"'@:+?&]{1,255}")) {
            found(
                    content.placeOf("path"),
                    "path",
                    settings.path(),
                    "a path pattern of 1 to 255 characters, * and ? as wildcards");
        }
    }

    /** The key that one of Lambda's messages is about. */
    private static String keyIn(String fault) {
        return KEYS_BY_MEMBER.entrySet().stream()
                .filter(member -> fault.contains(member.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("environment");
    }

    private void checkPackage(byte[] zip) throws IOException {
        if (zip.length > CodeBundle.MAX_ZIP_BYTES) {
            found(".", "size of the package", zip.length + " bytes", "at most " + CodeBundle.MAX_ZIP_BYTES + " bytes");
            return;
        }
        Set<String> files;
        try {
            files = CodeBundle.fromZip(zip).files().keySet();
        } catch (CodeBundleException e) {
            found(".", "package", String.valueOf(e.getMessage()), "");
            return;
        }
        String module = settings.handlerModule();
        boolean python = settings.runtime().startsWith("python");
        List<String> candidates = python
                ? List.of(module.replace('.', '/') + ".py")
                : List.of(module + ".js", module + ".mjs", module + ".cjs");
        if (settings.handler().lastIndexOf('.') < 1) {
            found(
                    content.placeOf("handler"),
                    "handler",
                    settings.handler(),
                    "FILE.FUNCTION, for example index.handler");
        } else if (candidates.stream().noneMatch(files::contains)) {
            found(".", "file of the handler " + settings.handler(), "missing", String.join(", ", candidates));
        } else {
            source = candidates.stream().filter(files::contains).findFirst().orElseThrow();
            checkSamples(zip);
        }
    }

    private void checkSamples(byte[] zip) throws IOException {
        List<Sample> events = new ArrayList<>();
        for (Path file : sampleFiles()) {
            String where = FunctionPackage.nameOf(folder, file);
            if (Files.size(file) > MAX_SAMPLE_BYTES) {
                found(where, "size of a sample", Files.size(file) + " bytes", "at most " + MAX_SAMPLE_BYTES + " bytes");
                continue;
            }
            byte[] json = Files.readAllBytes(file);
            if (new String(json, StandardCharsets.UTF_8).contains("\"Records\"")) {
                try {
                    events.add(new Sample(where, EventReader.read(json), json));
                } catch (InvalidEventException e) {
                    found(where, "sample event", String.valueOf(e.getMessage()), "");
                }
            } else {
                settings.events().forEach(event -> checkResult(where, SampleEvents.of(event), json));
            }
        }
        for (EventType event : settings.events()) {
            if (events.stream().noneMatch(sample -> sample.event.config().eventType() == event)) {
                events.add(new Sample(
                        "the built-in " + event.wireName(), SampleEvents.of(event), SampleEvents.json(event)));
            }
        }
        if (trial.runs(settings.runtime()) && lambdaWouldTakeIt()) {
            List<InvocationOutcome> outcomes =
                    trial.run(settings, zip, events.stream().map(Sample::json).toList());
            for (int i = 0; i < outcomes.size(); i++) {
                judge(events.get(i), outcomes.get(i));
            }
        }
    }

    /** A handler with a timeout or memory that nobody may have cannot be tried. */
    private boolean lambdaWouldTakeIt() {
        return settings.timeoutSeconds() >= 1 && settings.timeoutSeconds() <= 900 && settings.memoryMb() >= 128;
    }

    /**
     * An event to try.
     *
     * @param where it comes from
     * @param json as it was written
     */
    private record Sample(String where, EdgeEvent event, byte[] json) {}

    private List<Path> sampleFiles() throws IOException {
        Path samples = folder.resolve(FunctionPackage.SAMPLES);
        if (!Files.isDirectory(samples)) {
            return List.of();
        }
        List<Path> found;
        try (Stream<Path> files = Files.list(samples)) {
            found = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        if (found.size() > MAX_SAMPLES) {
            found(FunctionPackage.SAMPLES, "number of samples", String.valueOf(found.size()), "at most " + MAX_SAMPLES);
        }
        return found.subList(0, Math.min(found.size(), MAX_SAMPLES));
    }

    /** Says of each failure where in the user's source it is; a load that fails fails for every event and is said once. */
    private void judge(Sample sample, InvocationOutcome outcome) {
        switch (outcome) {
            case InvocationOutcome.Returned returned ->
                checkResult(source + " with " + sample.where, sample.event, returned.result());
            case InvocationOutcome.Failed failed -> {
                String place = SourcePlace.of(StackTraces.of(failed.report().logLines()))
                        .orElse(source);
                boolean loads = failed.reason() != InvocationOutcome.FailureReason.INIT_FAILED;
                Finding finding = new Finding(
                        place,
                        loads ? "handler with " + sample.where : "handler cannot be loaded",
                        said(failed),
                        loads ? "to return a request or response" : "a module that exports " + settings.handler());
                if (!findings.contains(finding)) {
                    findings.add(finding);
                }
            }
        }
    }

    private static String said(InvocationOutcome.Failed failed) {
        String type = failed.errorType() + ": ";
        return failed.message().startsWith(type) ? failed.message() : type + failed.message();
    }

    private void checkResult(String where, EdgeEvent event, byte[] json) {
        if (FunctionStage.checked(event, json) instanceof StageResult.Failed failed) {
            found(where, "result in " + event.config().eventType().wireName(), failed.message(), "");
        }
    }

    private void found(String where, String rule, String value, String allowed) {
        findings.add(new Finding(where, rule, value, allowed));
    }
}
