package dev.nearside.simulator.world;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** AWS's clients as this machine has them. Tests fail without them; continuous integration installs what is missing. */
final class Programs {

    static final String COMMAND_LINE = "no 'aws' program is on the PATH; install AWS's command line (Debian: awscli)";
    static final String BOTO3 = "no 'python3' on the PATH has boto3; install it (Debian: python3-boto3)";

    private static final long PATIENCE_SECONDS = 600;

    private Programs() {}

    /** Every AWS command line on the PATH, in its order; there may be one of each version. */
    static List<Path> commandLines() {
        return required(commandLines(path()), COMMAND_LINE);
    }

    static List<Path> commandLines(String path) {
        return named("aws", path);
    }

    /** Every Python on the PATH that has boto3. */
    static List<Path> pythonsWithBoto3() {
        return required(pythonsWithBoto3(path()), BOTO3);
    }

    static List<Path> pythonsWithBoto3(String path) {
        return named("python3", path).stream().filter(Programs::hasBoto3).toList();
    }

    /** What to say of programs that were looked for: empty if some were found. */
    static String complaint(List<Path> found, String missing) {
        return found.isEmpty() ? missing : "";
    }

    private static List<Path> required(List<Path> found, String missing) {
        String complaint = complaint(found, missing);
        if (!complaint.isEmpty()) {
            throw new AssertionError(complaint);
        }
        return found;
    }

    /**
     * Runs a client with nothing of the user's own configuration and returns what it printed.
     *
     * @param folder where it runs, and its home
     */
    static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path printed = folder.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID", "AKIATEST",
                        "AWS_SECRET_ACCESS_KEY", "any",
                        "AWS_DEFAULT_REGION", "us-east-1",
                        "AWS_EC2_METADATA_DISABLED", "true",
                        "AWS_MAX_ATTEMPTS", "1",
                        "AWS_PAGER", "",
                        "HOME", folder.toString()));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String said = Files.readString(printed);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(List.of(command)
                        + (ended ? " ended with " + process.exitValue() : " took more than " + PATIENCE_SECONDS + " s")
                        + ":\n" + said);
            }
            return said;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String path() {
        return System.getenv().getOrDefault("PATH", "");
    }

    private static List<Path> named(String program, String path) {
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> real(Path.of(folder)).resolve(program))
                .filter(Files::isExecutable)
                .distinct()
                .toList();
    }

    /** A folder is often on the PATH twice, as /bin is often a link to /usr/bin. */
    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException _) {
            return folder;
        }
    }

    private static boolean hasBoto3(Path python) {
        try {
            Process process = new ProcessBuilder(python.toString(), "-c", "import boto3")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
