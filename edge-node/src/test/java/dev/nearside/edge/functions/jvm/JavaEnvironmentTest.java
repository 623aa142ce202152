package dev.nearside.edge.functions.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import dev.nearside.kit.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JavaEnvironmentTest {

    private static final int ENVIRONMENTS = 2;

    @Test
    void anEventThatIsKilledWhileItWaitsGivesItsShareBackOnce() throws CodeBundleException {
        JavaEngineLimits limits = new JavaEngineLimits(1, ENVIRONMENTS, ENVIRONMENTS, 20_000, 1000, 1024, 300);
        try (JavaRuntime runtime = new JavaRuntime(limits, Time.system())) {
            JavaFunction function = new JavaFunction(
                    runtime,
                    JavaWorkbench.version("Handler"),
                    new HandlerCode(CodeBundle.of(JavaWorkbench.compile(JavaWorkbench.handler("", "return 1;")))),
                    (opened, _) -> opened.accept(Map.of()));
            invoke(function).join();
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            runtime.pool().execute(() -> await(blocked));
            CompletableFuture<InvocationOutcome> waits = invoke(function);
            runtime.watchdog()
                    .running()
                    .forEach((waiting, environment) -> environment.kill(waiting, JavaRuntime.CLOSED));
            runtime.pool().execute(free::countDown);
            blocked.countDown();
            await(free);

            assertThat(waits).isCompleted();
            assertThat(sharesOf(runtime)).isEqualTo(ENVIRONMENTS);
        }
    }

    private static CompletableFuture<InvocationOutcome> invoke(JavaFunction function) {
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        function.invoke(new Invocation("id", new byte[0], 20_000, 128, 1000), outcome::complete);
        return outcome;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int sharesOf(JavaRuntime runtime) {
        EnvironmentPool<EnvironmentPool.Environment> pool =
                new EnvironmentPool<>(runtime.budget(), 10, Time.system(), () -> () -> {});
        List<EnvironmentPool.Environment> got = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pool.acquire((opened, _) -> opened.accept(Map.of()), got::add, _ -> {});
        }
        return got.size();
    }
}
