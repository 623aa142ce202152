package dev.nearside.simulator.process;

import dev.nearside.simulator.cli.Main;
import dev.nearside.simulator.world.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A child process that runs one command of {@code ./nearside}, with what it prints kept in files. */
public final class NearsideProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern READY = Pattern.compile("^ready( .*:(?<port>[0-9]+))?$", Pattern.MULTILINE);

    private final Process process;
    private final Path out;
    private final Path err;

    private NearsideProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts a command and does not wait for it.
     *
     * @param folder where it runs and where its output goes
     */
    public static NearsideProcess start(Path folder, String... command) throws IOException {
        Path out = Files.createTempFile(Files.createDirectories(folder), command[0] + "-", ".out");
        Path err = Files.createTempFile(folder, command[0] + "-", ".err");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new NearsideProcess(process, out, err);
    }

    /** Waits until it says that it is ready. */
    public NearsideProcess ready() throws Exception {
        Await.until(
                START_LIMIT, "the process is ready", () -> READY.matcher(out()).find() || !process.isAlive());
        if (!READY.matcher(out()).find()) {
            throw new AssertionError("the process ended with " + process.exitValue() + " and said: " + err());
        }
        return this;
    }

    /** The port in its ready line. */
    public int port() throws IOException {
        Matcher matcher = READY.matcher(out());
        if (!matcher.find()) {
            throw new IllegalStateException("not ready: " + out());
        }
        return Integer.parseInt(matcher.group("port"));
    }

    /** What it has printed so far. */
    public String out() throws IOException {
        return Files.readString(out);
    }

    /** What it has logged and complained of so far. */
    public String err() throws IOException {
        return Files.readString(err);
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Its exit code, for which it has that long. */
    public int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the process is still there after " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        kill();
    }
}
