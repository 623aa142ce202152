package dev.nearside.benchmarks.memory;

import dev.nearside.benchmarks.functions.SampleFunctions;
import dev.nearside.benchmarks.functions.Subject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What one warm execution environment costs in memory: for each engine functions of different code get one environment
 * each, and the growth is divided by their number. Within the node that is the heap after a collection and the JVM's
 * memory for classes; processes count by the memory that is theirs alone plus their part of what they share (PSS, Linux).
 * Arguments: environments within the node, environments in processes.
 */
public final class EnvironmentsInMemory {

    /** The first environments of an engine also load the engine. */
    private static final int WARM_UP = 3;

    private static final int KILOBYTE = 1024;

    private EnvironmentsInMemory() {}

    /** Prints a table in Markdown. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException(arguments.length + " arguments, expected two numbers of environments");
        }
        int inside = Integer.parseInt(arguments[0]);
        int processes = Integer.parseInt(arguments[1]);
        System.out.println(
                "| engine | environments | heap of each, KB | classes of each, KB | processes of each, KB |");
        System.out.println("|---|---:|---:|---:|---:|");
        for (Subject subject : Subject.values()) {
            System.out.println(row(subject, subject.isOfProcesses() ? processes : inside));
        }
    }

    /** One engine's row. */
    static String row(Subject subject, int environments) throws IOException {
        try (SampleFunctions functions = new SampleFunctions(subject)) {
            functions.add(WARM_UP);
            Use before = Use.now();
            functions.add(environments);
            Use after = Use.now();
            return String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %,d | %s |",
                    subject,
                    environments,
                    (after.heap - before.heap) / environments / KILOBYTE,
                    (after.classes - before.classes) / environments / KILOBYTE,
                    subject.isOfProcesses()
                            ? String.format(Locale.ROOT, "%,d", (after.children - before.children) / environments)
                            : "");
        }
    }

    /** Memory in use: bytes of heap and of classes, kilobytes of child processes. */
    private record Use(long heap, long classes, long children) {

        static Use now() throws IOException {
            System.gc();
            long children = 0;
            for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
                children += proportionalKilobytes(child);
            }
            return new Use(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed(),
                    children);
        }

        private static long proportionalKilobytes(ProcessHandle process) throws IOException {
            Path summary = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
            for (String line : Files.readAllLines(summary)) {
                if (line.startsWith("Pss:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            throw new IOException(summary + " has no line Pss");
        }
    }
}
