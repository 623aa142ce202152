package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Which versions get an environment ahead of their first event, and what their failures cost. */
class FunctionRegistryTest {

    private final List<String> started = new ArrayList<>();
    private final List<Consumer<Optional<InvocationOutcome.Failed>>> waiting = new ArrayList<>();
    private final FunctionRegistry registry = new FunctionRegistry(
            new EngineChoice(List.of(new AskedEngine())), _ -> TestBed.zip("index.js", "exports.handler = 1;"));

    @Test
    void allNewVersionsStartAtOnceAndEachOnce() throws Exception {
        registry.load(Snapshot.of("state", 1, List.of(version("a"), version("b"))));
        CompletableFuture<Void> warm = registry.warmUp();
        assertThat(started).containsExactlyInAnyOrder("a", "b");

        waiting.forEach(whenDone -> whenDone.accept(Optional.empty()));
        assertThat(warm).isCompleted();
        registry.load(Snapshot.of("state", 2, List.of(version("a"), version("b"), version("c"))));
        assertThat(registry.warmUp()).isNotDone();
        assertThat(started).hasSize(3).endsWith("c");
    }

    @Test
    void theSlowestIsWaitedFor() throws Exception {
        registry.load(Snapshot.of("state", 1, List.of(version("a"), version("b"))));
        CompletableFuture<Void> warm = registry.warmUp();
        waiting.getFirst().accept(Optional.empty());

        assertThat(warm).isNotDone();
        waiting.getLast().accept(Optional.empty());
        assertThat(warm).isCompleted();
    }

    @Test
    void aFailureIsOneLineOfTheLogAndNoFailureOfTheWarmUp() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(FunctionRegistry.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        try {
            registry.load(Snapshot.of("state", 1, List.of(version("a"))));
            CompletableFuture<Void> warm = registry.warmUp();
            waiting.getFirst()
                    .accept(Optional.of(new InvocationOutcome.Failed(
                            FailureReason.INIT_FAILED,
                            "RangeError",
                            "no luck\r\n  here" + "x".repeat(100_000),
                            InvocationReport.NOTHING)));

            assertThat(warm).isCompletedWithValue(null);
        } finally {
            logger.detachAppender(said);
        }
        assertThat(said.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .startsWith("a has no environment ahead of its first event: RangeError: no luck herexxx")
                    .hasSizeLessThan(500);
        });
    }

    @Test
    void anEngineThatBreaksItsContractCostsNobodyElse() throws Exception {
        registry.load(Snapshot.of("state", 1, List.of(version("broken"), version("sound"))));
        CompletableFuture<Void> warm = registry.warmUp();
        waiting.getFirst().accept(Optional.empty());

        assertThat(started).containsExactly("sound");
        assertThat(warm).isCompleted();
    }

    @Test
    void aVersionThatOnlyHasMoreOrLessReservedIsNotNew() throws Exception {
        registry.load(Snapshot.of("state", 1, List.of(version("a"))));
        var _ = registry.warmUp();
        registry.load(Snapshot.of("state", 2, List.of(version("a").withReservedConcurrency(3))));

        assertThat(registry.warmUp()).isCompleted();
        assertThat(started).containsExactly("a");
    }

    private static FunctionVersion version(String name) {
        return new FunctionVersion(name, name, "1", "nodejs20.x", "index.handler", "0".repeat(64), 1, 128, 3, Map.of());
    }

    /** Notes who is to be warm, and leaves it to the test when they are. */
    private final class AskedEngine implements FunctionEngine {
        @Override
        public String name() {
            return "asked";
        }

        @Override
        public boolean runs(String runtime) {
            return true;
        }

        @Override
        public LoadedFunction load(FunctionVersion version, CodeBundle code) {
            return new LoadedFunction() {
                @Override
                public void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
                    if (version.name().equals("broken")) {
                        throw new IllegalStateException("an engine that breaks its contract");
                    }
                    started.add(version.name());
                    waiting.add(whenDone);
                }

                @Override
                public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
                    throw new AssertionError("nobody invokes here");
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
}
