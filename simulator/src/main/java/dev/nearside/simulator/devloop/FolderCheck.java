package dev.nearside.simulator.devloop;

import dev.nearside.control.api.FunctionChecks;
import dev.nearside.edge.functions.EventReader;
import dev.nearside.edge.functions.EventReader.InvalidEventException;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.StageResult;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a function's folder against the rules of Lambda and Lambda@Edge before anything is deployed: the settings, the
 * package, sample results, and what the handler makes of sample events.
 */
public final class FolderCheck {

    private static final int MAX_SAMPLES = 100;
    private static final int MAX_SAMPLE_BYTES = 2 * 1024 * 1024;
    private static final int MAX_LINKS_SAID = 10;

    private static final int MAX_VIEWER_TIMEOUT_SECONDS = 5;
    private static final int MAX_ORIGIN_TIMEOUT_SECONDS = 30;
    private static final int MAX_VIEWER_MEMORY_MB = 128;

    /** Lambda's names for members, as its messages quote them, and ours. */
    private static final Map<String, String> KEYS_BY_MEMBER = Map.of(
            "'timeout'",
            "timeout",
            "'memorySize'",
            "memory",
            "'runtime'",
            "runtime",
            "The runtime parameter",
            "runtime",
            "'handler'",
            "handler");

    private final Path folder;
    private final SettingsFile.Content content;
    private final FunctionSettings settings;
    private final HandlerTrial trial;
    private final List<Finding> findings = new ArrayList<>();
    private String source = SettingsFile.NAME;
    private @Nullable String notRun;

    private FolderCheck(Path folder, SettingsFile.Content content, HandlerTrial trial) {
        this.folder = folder;
        this.content = content;
        this.settings = content.settings();
        this.trial = trial;
    }

    /**
     * What a check came to.
     *
     * @param findings everything that is wrong, in the order of the rules
     * @param notRun why nothing is known of what the handler does, though it may be right; null if it was run, or if
     *     the findings say what keeps it from running
     */
    public record Outcome(List<Finding> findings, @Nullable String notRun) {
        public Outcome {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Checks a folder.
     *
     * @param event the one event to check for; null for those of the settings
     */
    public static Outcome check(Path folder, @Nullable EventType event, HandlerTrial trial) throws IOException {
        SettingsFile.Content read = SettingsFile.read(folder);
        SettingsFile.Content content = event == null
                ? read
                : new SettingsFile.Content(read.settings().onlyOn(event), read.findings(), read.lines());
        return check(folder, content, FunctionPackage.zip(folder), trial);
    }

    /**
     * Checks settings and a package that were read before; somebody may be writing to the folder again.
     *
     * @param folder whose samples are tried
     */
    static Outcome check(Path folder, SettingsFile.Content content, byte[] zip, HandlerTrial trial) throws IOException {
        FolderCheck check = new FolderCheck(folder, content, trial);
        check.findings.addAll(content.findings());
        check.checkSettings();
        check.checkLinks();
        check.checkPackage(zip);
        return new Outcome(check.findings, check.notRun);
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

    /** Lambda would get a zip without them. */
    private void checkLinks() throws IOException {
        List<String> links = FunctionPackage.links(folder);
        for (String link : links.subList(0, Math.min(links.size(), MAX_LINKS_SAID))) {
            found(link, "file of the package", "a symbolic link, which is not packed", "files and folders themselves");
        }
        if (links.size() > MAX_LINKS_SAID) {
            found(".", "symbolic links", String.valueOf(links.size()), "none");
        }
    }

    private void checkPackage(byte[] zip) throws IOException {
        if (zip.length > CodeBundle.MAX_ZIP_BYTES) {
            found(".", "size of the package", zip.length + " bytes", "at most " + CodeBundle.MAX_ZIP_BYTES + " bytes");
            return;
        }
        CodeBundle code;
        try {
            code = CodeBundle.fromZip(zip);
        } catch (CodeBundleException e) {
            found(".", "package", String.valueOf(e.getMessage()), "");
            return;
        }
        HandlerFile handler = new HandlerFile(settings);
        Optional<String> file = handler.in(code.files().keySet());
        if (!handler.isWellFormed()) {
            found(content.placeOf("handler"), "handler", settings.handler(), handler.form());
        } else if (file.isEmpty()) {
            found(".", "file of the handler " + settings.handler(), "missing", String.join(", ", handler.candidates()));
        } else {
            source = file.get();
            List<Sample> events = events();
            if (lambdaWouldTakeIt()) {
                notRun = trial.lack(settings, zip, code).orElse(null);
                if (notRun == null) {
                    tryOut(events, zip);
                }
            }
        }
    }

    /** The events to try; sample results are checked on the way. */
    private List<Sample> events() throws IOException {
        List<Sample> events = new ArrayList<>();
        for (Path file : sampleFiles()) {
            String where = FunctionPackage.nameOf(folder, file);
            String text = read(file, where);
            byte[] json = text.getBytes(StandardCharsets.UTF_8);
            if (text.contains("\"Records\"")) {
                try {
                    events.add(new Sample(where, EventReader.read(json), json));
                } catch (InvalidEventException e) {
                    found(where, "sample event", String.valueOf(e.getMessage()), "");
                }
            } else if (!text.isEmpty()) {
                settings.events().forEach(event -> checkResult(where, SampleEvents.of(event), json));
            }
        }
        for (EventType event : settings.events()) {
            if (events.stream().noneMatch(sample -> sample.event.config().eventType() == event)) {
                events.add(new Sample(
                        "the built-in " + event.wireName(), SampleEvents.of(event), SampleEvents.json(event)));
            }
        }
        return events;
    }

    /** The text of a sample; empty, with a finding, if there is none to be had. */
    private String read(Path file, String where) {
        try {
            if (Files.size(file) > MAX_SAMPLE_BYTES) {
                found(where, "size of a sample", Files.size(file) + " bytes", "at most " + MAX_SAMPLE_BYTES + " bytes");
                return "";
            }
            String text = Files.readString(file, StandardCharsets.UTF_8);
            if (text.isEmpty()) {
                found(where, "sample", "", "JSON");
            }
            return text;
        } catch (CharacterCodingException _) {
            found(where, "sample", "not UTF-8", "JSON in UTF-8");
        } catch (IOException e) {
            found(where, "sample", "cannot be read: " + e, "a file with JSON");
        }
        return "";
    }

    private void tryOut(List<Sample> events, byte[] zip) {
        List<InvocationOutcome> outcomes =
                trial.run(settings, zip, events.stream().map(Sample::json).toList());
        for (int i = 0; i < outcomes.size(); i++) {
            judge(events.get(i), outcomes.get(i));
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
                String place = SourcePlace.of(failed.report().logLines()).orElse(source);
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
