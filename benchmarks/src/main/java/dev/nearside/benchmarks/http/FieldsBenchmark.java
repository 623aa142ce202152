package dev.nearside.benchmarks.http;

import dev.nearside.edge.http.Fields;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.Warmup;

/** What access to header fields takes, in a section as browsers send it and in a long one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FieldsBenchmark {

    /** A section of that many lines: Host first, Accept-Encoding last. */
    @State(Scope.Thread)
    public static class Section {
        @Param({"10", "50"})
        public int lines = 10;

        private Fields fields = Fields.EMPTY;

        @Setup
        public void fill() {
            Fields.Builder builder = Fields.builder().add("Host", "www.example.com");
            for (int i = 2; i < lines; i++) {
                builder.add("X-Field-Number-" + i, "the value of field " + i);
            }
            fields = builder.add("Accept-Encoding", "gzip, deflate, br, zstd").build();
        }
    }

    @Benchmark
    public @Nullable String firstOfAll(Section section) {
        return section.fields.first("host");
    }

    @Benchmark
    public @Nullable String lastOfAll(Section section) {
        return section.fields.first("accept-encoding");
    }

    @Benchmark
    public boolean absent(Section section) {
        return section.fields.has("cache-control");
    }

    /** As a decoded head becomes the node's own. */
    @Benchmark
    public Fields copy(Section section) {
        return Fields.builder().addAll(section.fields).build();
    }
}
