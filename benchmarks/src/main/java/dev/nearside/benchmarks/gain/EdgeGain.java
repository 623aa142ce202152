package dev.nearside.benchmarks.gain;

import dev.nearside.benchmarks.gain.GainTable.Measured;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures the gain and prints the table; arguments are JMH's, for example {@code -p city=Berlin}. */
public final class EdgeGain {

    private EdgeGain() {}

    /** Takes a few minutes. */
    public static void main(String[] args) throws CommandLineOptionException, RunnerException {
        List<Measured> measured = new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(args))
                        .include(EdgeGainBenchmark.class.getName())
                        .shouldFailOnError(true)
                        .build())
                .run().stream().map(EdgeGain::measured).toList();
        // Cities have letters that not every terminal's own encoding has.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println();
        GainTable.lines(measured).forEach(out::println);
    }

    private static Measured measured(RunResult result) {
        String method = result.getParams().getBenchmark();
        return new Measured(
                method.endsWith("keptConnection") ? "kept" : "fresh",
                result.getParams().getParam("city"),
                Place.valueOf(result.getParams().getParam("place")),
                result.getPrimaryResult().getStatistics().getPercentile(50));
    }
}
