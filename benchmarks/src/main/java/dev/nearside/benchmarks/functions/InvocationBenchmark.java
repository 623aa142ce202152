package dev.nearside.benchmarks.functions;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One event of 2 KB there and back: in an environment that is warm, and in one that must be made first. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before anything else
public class InvocationBenchmark {

    /** What runs the handler. */
    @Param
    public Subject engine;

    private FunctionEngine opened;
    private LoadedFunction warm;
    private final byte[] event = SampleEvent.json();
    private int number;

    /** Opens the engine and makes one environment. */
    @Setup
    public void open() {
        opened = engine.engine();
        warm = engine.load(opened, number++);
        Subject.invoke(warm, event);
    }

    /** Ends the engine. */
    @TearDown
    public void close() {
        warm.close();
        opened.close();
    }

    /** An environment is there. */
    @Benchmark
    public byte[] warm() {
        return Subject.invoke(warm, event);
    }

    /** Code that was never seen is loaded, and an environment made for it. */
    @Benchmark
    public byte[] newVersion() {
        LoadedFunction fresh = engine.load(opened, number++);
        try {
            return Subject.invoke(fresh, event);
        } finally {
            fresh.close();
        }
    }
}
