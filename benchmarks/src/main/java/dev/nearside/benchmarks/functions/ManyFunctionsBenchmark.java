package dev.nearside.benchmarks.functions;

import dev.nearside.kit.time.Randomness;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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

/** Events for many functions of different code, each for one by chance; all have a warm environment. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before anything else
public class ManyFunctionsBenchmark {

    /** What runs the handlers; a hundred interpreters in processes are another matter. */
    @Param({"GRAALJS", "JAVA"})
    public Subject engine;

    /** How many there are. */
    @Param({"1", "100"})
    public int functions;

    private final RandomGenerator random = Randomness.fast();
    private final byte[] event = SampleEvent.json();
    private SampleFunctions loaded;

    /** Opens the engine and makes an environment of each. */
    @Setup
    public void open() {
        loaded = new SampleFunctions(engine);
        loaded.add(functions);
    }

    /** Ends the engine. */
    @TearDown
    public void close() {
        loaded.close();
    }

    /** One event for one of them. */
    @Benchmark
    public byte[] oneByChance() {
        return Subject.invoke(loaded.all().get(random.nextInt(functions)), event);
    }
}
