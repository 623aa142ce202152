package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {

    /** Knows one runtime and lacks what it is told to. */
    private record Engine(String name, String runtime, List<String> missing) implements FunctionEngine {
        @Override
        public boolean runs(String lambdaRuntime) {
            return lambdaRuntime.equals(runtime);
        }

        @Override
        public List<String> missing(FunctionVersion version, CodeBundle code) {
            return missing;
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            return new LoadedFunction() {
                @Override
                public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
                    whenDone.accept(new InvocationOutcome.Returned(new byte[0], InvocationReport.NOTHING));
                }

                @Override
                public void close() {
                    // holds nothing
                }
            };
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static final Engine FULL = new Engine("full", "nodejs20.x", List.of());
    private static final Engine SMALL = new Engine("small", "nodejs20.x", List.of("the module 'fs'"));
    private static final Engine SNAKE = new Engine("snake", "python3.12", List.of());

    private static EngineChoice.Loaded load(String runtime, Engine... engines) throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("index.js"));
            out.write("1".getBytes(StandardCharsets.UTF_8));
        }
        return new EngineChoice(List.of(engines)).load(version(runtime), zip.toByteArray());
    }

    private static FunctionVersion version(String runtime) {
        return new FunctionVersion("arn:f:1", "f", "1", runtime, "index.handler", "0".repeat(64), 1, 128, 3, Map.of());
    }

    @Test
    void firstEngineThatLacksNothingRunsIt() throws IOException {
        assertThat(load("nodejs20.x", SNAKE, FULL, SMALL).engine()).isEqualTo("full");
        assertThat(load("nodejs20.x", SMALL, FULL).engine()).isEqualTo("full");
        assertThat(load("python3.12", SMALL, FULL, SNAKE).engine()).isEqualTo("snake");
    }

    @Test
    void firstEngineRunsItWhenAllLackSomething() throws IOException {
        Engine smaller = new Engine("smaller", "nodejs20.x", List.of("everything"));

        assertThat(load("nodejs20.x", SMALL, smaller).engine()).isEqualTo("small");
    }

    @Test
    void whatNoEngineRunsSaysSoWithEachInvocation() throws IOException {
        EngineChoice.Loaded loaded = load("ruby3.3", FULL, SNAKE);
        List<InvocationOutcome> outcomes = new ArrayList<>();
        loaded.function().invoke(new Invocation("id", new byte[0], 1_000, 128, 1_000), outcomes::add);

        assertThat(loaded.engine()).isEqualTo("none");
        assertThat(outcomes)
                .containsExactly(new InvocationOutcome.Failed(
                        FailureReason.INIT_FAILED,
                        "Runtime.Unsupported",
                        "no engine of this node runs the runtime 'ruby3.3'",
                        InvocationReport.NOTHING));
    }

    @Test
    void whatIsNoZipSaysSoWithEachInvocation() {
        EngineChoice.Loaded loaded = new EngineChoice(List.of(FULL)).load(version("nodejs20.x"), new byte[] {1, 2, 3});
        List<InvocationOutcome> outcomes = new ArrayList<>();
        loaded.function().invoke(new Invocation("id", new byte[0], 1_000, 128, 1_000), outcomes::add);

        assertThat(outcomes).singleElement().isInstanceOfSatisfying(InvocationOutcome.Failed.class, failed -> {
            assertThat(failed.errorType()).isEqualTo("Runtime.InvalidCode");
            assertThat(failed.message()).startsWith("the code of arn:f:1: ");
        });
    }
}
