package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static dev.nearside.edge.functions.js.JsWorkbench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.inprocess.GuestThreads;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StuckThreadsTest {

    private static final String DRAWS = "exports.handler = async () => require('crypto').randomBytes(8).length;";
    private static final String SPINS = "exports.handler = async () => { for (;;); }";

    /** Of which loading the module takes most, on a busy machine. */
    private static final long LONG_ENOUGH_TO_DRAW_MILLIS = 3_000;

    /** Keeps a guest in the host, where nothing can interrupt it, until told otherwise. */
    private record SlowRandomness(CompletableFuture<Void> release) implements RandomGenerator, AutoCloseable {
        @Override
        public long nextLong() {
            return 7;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            release.join();
        }

        @Override
        public void close() {
            release.complete(null);
        }
    }

    private static JsEngineLimits limits(int threads, int environments) {
        JsEngineLimits usual = JsEngineLimits.defaults();
        return new JsEngineLimits(
                threads,
                environments,
                environments,
                usual.initTimeoutMillis(),
                usual.maxLogBytes(),
                usual.maxTimers(),
                usual.maxInflatedBytes(),
                usual.idleEnvironmentSeconds());
    }

    @Test
    void aThreadThatDoesNotComeBackHasAStandInUntilItDoes() {
        SlowRandomness slow = new SlowRandomness(new CompletableFuture<>());
        JsRuntime runtime = new JsRuntime(limits(1, 10), Time.system(), slow);
        try (JsWorkbench bench = new JsWorkbench(runtime);
                slow) {
            assertThat(failureOf(bench.invoke(bench.load(DRAWS), "{}", LONG_ENOUGH_TO_DRAW_MILLIS))
                            .reason())
                    .isEqualTo(FailureReason.TIMED_OUT);

            assertThat(bench.answer("exports.handler = async () => 'fine'")).isEqualTo("\"fine\"");
            assertThat(runtime.pool().size()).isEqualTo(2);

            slow.close();
            while (runtime.pool().size() > 1) {
                Thread.onSpinWait();
            }
            assertThat(bench.answer("exports.handler = async () => 'fine'")).isEqualTo("\"fine\"");
        }
    }

    @Test
    void aGuestThatStopsWhenCancelledHasNoStandIn() {
        JsRuntime runtime = new JsRuntime(limits(1, 10), Time.system(), Randomness.secret());
        try (JsWorkbench bench = new JsWorkbench(runtime)) {
            bench.invoke(bench.load(SPINS), "{}", 100);
            bench.answer("exports.handler = () => new Promise((r) => setTimeout(r, 1500, 1));");

            assertThat(runtime.pool().size()).isEqualTo(1);
        }
    }

    @Test
    void standInsAreBounded() {
        try (GuestThreads threads = new GuestThreads(2, Thread::new)) {
            for (int i = 0; i < GuestThreads.MAX_STAND_INS; i++) {
                assertThat(threads.addStandIn("greet")).isTrue();
            }
            assertThat(threads.addStandIn("greet")).isFalse();
            assertThat(threads.size()).isEqualTo(2 + GuestThreads.MAX_STAND_INS);

            threads.removeStandIn();
            assertThat(threads.size()).isEqualTo(1 + GuestThreads.MAX_STAND_INS);
            assertThat(threads.addStandIn("greet")).isTrue();
        }
    }

    @Test
    void anAnswerIsDeliveredAndTheGuestEndsLaterIfNoThreadCanBeStarted() {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch closing = new CountDownLatch(1);
        JsRuntime runtime = new JsRuntime(limits(1, 2), Time.system(), Randomness.secret(), task -> {
            if (attempts.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread: none left, says this test");
            }
            closing.countDown();
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        try (JsWorkbench bench = new JsWorkbench(runtime)) {
            assertThat(failureOf(bench.invoke(bench.load(SPINS), "{}", 200)).reason())
                    .isEqualTo(FailureReason.TIMED_OUT);

            // The only thread spins until a later attempt closes its context.
            assertThat(bench.answer("exports.handler = async () => 'fine'")).isEqualTo("\"fine\"");
            assertThat(closing.getCount()).isZero();
        }
    }

    @Test
    void aFailureOfTheWatchdogIsNotItsEnd() {
        AtomicInteger failuresLeft = new AtomicInteger(3);
        Time faulty = new Time() {
            @Override
            public long nanos() {
                if (Thread.currentThread().getName().equals("js-watchdog") && failuresLeft.getAndDecrement() > 0) {
                    throw new IllegalStateException("no time, says this test");
                }
                return Time.system().nanos();
            }

            @Override
            public long epochMillis() {
                return Time.system().epochMillis();
            }
        };
        try (JsWorkbench bench = new JsWorkbench(new JsRuntime(limits(1, 2), faulty, Randomness.secret()))) {
            assertThat(failureOf(bench.invoke(bench.load(SPINS), "{}", 200)).reason())
                    .isEqualTo(FailureReason.TIMED_OUT);
            assertThat(failuresLeft.get()).isNegative();
        }
    }

    @Test
    void anOverlongPathNamesNoModule() {
        try (JsWorkbench bench = new JsWorkbench()) {
            LoadedFunction function = bench.load("""
                    const attempt = (path, specifier) => {
                        module.path = path;
                        try { require(specifier); } catch (e) { return e.code; }
                    };
                    exports.handler = async () => [
                        attempt('/var/task', './' + 'x/'.repeat(3e5)), attempt('/var/task' + '/x'.repeat(3e5), 'left-pad'),
                    ];
                    """);

            assertThat(resultOf(bench.invoke(function, "{}", 10_000)))
                    .isEqualTo("[\"MODULE_NOT_FOUND\",\"MODULE_NOT_FOUND\"]");
        }
    }
}
