package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that takes for ever, or all memory, within one step: it ends, and the threads are there for others. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloudFrontRunawaysTest {

    private static final String HARMLESS = "function handler(event) { return 1; }";

    private static CloudFrontWorkbench withLimits(long memoryBytes, long timeoutMillis) {
        return new CloudFrontWorkbench(
                new CloudFrontFunctionLimits(20_000, memoryBytes, timeoutMillis, 10 * 1024, 2, 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/^(a+)+(b+)+\\1$/.test('a'.repeat(60) + 'c')", "[].includes.call({length: 2**53-1}, 1)"})
    void builtInWithoutEndIsEndedByTheClock(String endless) {
        try (CloudFrontWorkbench bench = withLimits(Long.MAX_VALUE, 200)) {
            assertTakesTooLong(bench, "var x = " + endless + ";\n" + HARMLESS);
            assertTakesTooLong(bench, "function handler(event) { return " + endless + "; }");
            assertThat(bench.result(HARMLESS)).isEqualTo("1");
            assertThat(bench.result(HARMLESS)).isEqualTo("1");
        }
    }

    private static void assertTakesTooLong(CloudFrontWorkbench bench, String code) {
        Failed failed = (Failed) bench.run(CloudFrontFunction.RUNTIME_2_0, code);
        assertThat(failed.reason()).isEqualTo(Reason.OVER_BUDGET);
        assertThat(failed.message()).contains("200 ms");
        assertThat(failed.report().computeUtilization()).isEqualTo(100);
    }

    @Test
    void builtInThatTakesAllMemoryIsEnded() {
        try (CloudFrontWorkbench bench = withLimits(64L * 1024 * 1024, 20_000)) {
            assertTakesTooMuch(bench, "var x = new Array(3e7).fill(0);\n" + HARMLESS);
            assertTakesTooMuch(bench, "function handler(event) { return new Array(3e7).fill(0).length; }");
            assertThat(bench.result(HARMLESS)).isEqualTo("1");
        }
    }

    @Test
    void runThatWaitedTooLongForAThreadIsThrottled() throws Exception {
        ManualTime time = new ManualTime(0);
        try (CloudFrontWorkbench bench = new CloudFrontWorkbench(
                new CloudFrontFunctionLimits(20_000, 64L * 1024 * 1024, 20_000, 10 * 1024, 1, 10), time)) {
            LoadedCloudFrontFunction function = bench.load(CloudFrontFunction.RUNTIME_2_0, HARMLESS, null);
            CountDownLatch busy = new CountDownLatch(1);
            bench.engine.pool().execute(() -> {
                try {
                    busy.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            List<CompletableFuture<String>> outcomes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                CompletableFuture<String> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                function.run(
                        CloudFrontWorkbench.REQUEST.getBytes(StandardCharsets.UTF_8),
                        "",
                        ended -> outcome.complete(CloudFrontWorkbench.text(ended)));
                time.advance(Duration.ofMillis(i == 0 ? 1 : 20_000));
            }
            busy.countDown();
            assertThat(outcomes.getFirst().get()).startsWith("THROTTLED").contains("longer than 20000 ms");
            assertThat(outcomes.getLast().get()).isEqualTo("1");
        }
    }

    /** Time that fails as any step of the node's may when memory is short. */
    private static final class FailingTime implements Time {
        private volatile boolean fails;

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public long epochMillis() {
            if (fails) {
                throw new OutOfMemoryError("for the test");
            }
            return 0;
        }
    }

    @Test
    void errorOutsideTheGuestIsAnOutcomeToo() {
        FailingTime time = new FailingTime();
        try (CloudFrontWorkbench bench = new CloudFrontWorkbench(CloudFrontFunctionLimits.defaults(), time)) {
            time.fails = true;
            LoadedCloudFrontFunction function = bench.load(CloudFrontFunction.RUNTIME_2_0, HARMLESS, null);
            for (int i = 0; i < 5; i++) {
                assertThat(CloudFrontWorkbench.text(CloudFrontWorkbench.run(function, CloudFrontWorkbench.REQUEST)))
                        .startsWith("ENGINE_FAULT");
            }
        }
    }

    private static void assertTakesTooMuch(CloudFrontWorkbench bench, String code) {
        Failed failed = (Failed) bench.run(CloudFrontFunction.RUNTIME_2_0, code);
        assertThat(failed.reason()).as(failed.message()).isEqualTo(Reason.OUT_OF_MEMORY);
    }
}
