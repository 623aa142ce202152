package dev.nearside.benchmarks.functions;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import java.lang.invoke.MethodHandle;
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

/**
 * What counting steps costs a Java handler: the same loop in an event for the engine and as plain Java. The engine's
 * share apart from the loop (JSON, threads) is what {@link MeteredWork#NOTHING} takes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before anything else
public class MeteringBenchmark {

    /** What the loop does. */
    @Param
    public MeteredWork work;

    private final byte[] event = SampleEvent.json();
    private FunctionEngine engine;
    private LoadedFunction metered;
    private MethodHandle plain;
    private long seed = 1;

    /** Loads the class both ways. */
    @Setup
    public void open() throws ReflectiveOperationException {
        engine = Subject.JAVA.engine();
        metered = engine.load(Subject.version("work", "java25", "Work"), work.code());
        Subject.invoke(metered, event);
        plain = work.unmetered();
    }

    /** Ends the engine. */
    @TearDown
    public void close() {
        metered.close();
        engine.close();
    }

    /** Rewritten to count its steps, in an environment that is there. */
    @Benchmark
    public byte[] metered() {
        return Subject.invoke(metered, event);
    }

    /** As the JVM would run it. */
    @Benchmark
    public long plain() throws Throwable {
        return (long) plain.invokeExact(seed++, work.turns());
    }
}
