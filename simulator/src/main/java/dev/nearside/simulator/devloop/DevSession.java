package dev.nearside.simulator.devloop;

import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loop of a developer at work: each save of the folder becomes the active version, its faults are named with the
 * line of the source, and every request to it is told of. One thread does it all, so that lines never mix.
 */
public final class DevSession implements AutoCloseable {

    private static final long PAUSE_MILLIS = 150;

    /** A stamp older than this is not the time of a save: the file was copied here with it. */
    private static final long BELIEVABLE_MILLIS = 2_000;

    private final Path folder;
    private final ApiClient api;
    private final PrintWriter out;
    private final Time time;
    private final FolderWatch watch;
    private final FolderDeployment deployment;
    private final RequestLines requests;
    private final HandlerTrial trial = new HandlerTrial();
    private FolderDeployment.@Nullable Active active;

    /**
     * Looks at the folder, and deploys nothing yet.
     *
     * @param apiPort of the world
     */
    public DevSession(Path folder, int apiPort, PrintWriter out, Time time) throws IOException {
        this.folder = folder.toRealPath();
        this.api = new ApiClient(apiPort);
        this.out = out;
        this.time = time;
        this.watch = new FolderWatch(this.folder);
        this.deployment = new FolderDeployment(api, name(this.folder));
        this.requests = new RequestLines(api);
    }

    private static String name(Path folder) {
        String name = String.valueOf(folder.getFileName()).replaceAll("[^A-Za-z0-9-_]", "-");
        return name.substring(0, Math.min(name.length(), 60));
    }

    /** The host name under which the function's distribution answers. */
    public String host() {
        return DistributionXml.host(name(folder));
    }

    /** Deploys the folder as it is; empty if it cannot be deployed, which the output says why. */
    public Optional<FolderDeployment.Active> start() {
        deploy("start", time.epochMillis());
        return Optional.ofNullable(active);
    }

    /** One turn of the loop: waits a moment for a save, deploys it, and tells of requests. */
    public void turn() throws IOException, InterruptedException {
        Optional<FolderWatch.Change> change = watch.await(PAUSE_MILLIS);
        if (change.isPresent()) {
            long noticed = time.epochMillis();
            long saved = change.get().modifiedMillis();
            deploy(change.get().name(), noticed - saved < BELIEVABLE_MILLIS ? Math.min(saved, noticed) : noticed);
        }
        watch.newShortfalls().forEach(out::println);
        FolderDeployment.Active now = active;
        if (now != null) {
            requests.next(now.distributionId()).forEach(out::println);
        }
        out.flush();
    }

    /**
     * What cannot be deployed is the developer's to read and mend, and so is a file that is gone while it is read; a
     * world that is gone ends the loop with the next look for requests.
     */
    private void deploy(String cause, long savedMillis) {
        try {
            SettingsFile.Content content = SettingsFile.read(folder);
            if (!content.findings().isEmpty()) {
                content.findings().forEach(out::println);
                out.println("not deployed; the version before stays active");
                return;
            }
            byte[] zip = FunctionPackage.zip(folder);
            FolderDeployment.Active now = deployment.deploy(content.settings(), zip);
            active = now;
            out.println(cause + " -> version " + now.version() + " active after " + (time.epochMillis() - savedMillis)
                    + " ms");
            tryOut(content, zip);
        } catch (IOException e) {
            out.println("not deployed: " + e.getMessage());
        }
    }

    private void tryOut(SettingsFile.Content content, byte[] zip) {
        try {
            FolderCheck.Outcome outcome = FolderCheck.check(folder, content, zip, trial);
            outcome.findings().forEach(finding -> out.println("  " + finding));
            if (outcome.notRun() != null) {
                out.println("  not tried: " + outcome.notRun());
            }
        } catch (IOException e) {
            out.println("  not tried: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
        trial.close();
        api.close();
    }
}
