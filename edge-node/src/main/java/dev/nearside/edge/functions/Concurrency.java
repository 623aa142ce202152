package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.FunctionVersion;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many executions run at once on a node. A function with reserved concurrency is counted by itself, over all its
 * versions; all others share what the account has. Nobody waits. Safe for use by many threads.
 */
final class Concurrency {

    /** What became of a wish to run. */
    sealed interface Admission {}

    /**
     * It may run.
     *
     * @param end to be called once, when it has
     */
    record Admitted(Runnable end) implements Admission {}

    /**
     * Too many run already.
     *
     * @param reason begins with Lambda's word for the limit
     */
    record Refused(String reason) implements Admission {}

    private final Bulkhead unreserved;

    /** By the names of functions that run and have their own. */
    private final ConcurrentMap<String, Integer> reserved = new ConcurrentHashMap<>();

    /** At most that many executions of functions that have none of their own. */
    Concurrency(int maxUnreserved) {
        this.unreserved = Bulkhead.of(
                "functions",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(maxUnreserved)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }

    /** Counts an execution of that version, unless there are too many. */
    Admission admit(FunctionVersion version) {
        Integer kept = version.reservedConcurrency();
        return kept == null ? admitUnreserved() : admitReserved(version.name(), kept);
    }

    private Admission admitUnreserved() {
        return unreserved.tryAcquirePermission()
                ? new Admitted(unreserved::onComplete)
                : new Refused("ConcurrentInvocationLimitExceeded: "
                        + unreserved.getBulkheadConfig().getMaxConcurrentCalls()
                        + " functions run on this node already, which is the most");
    }

    private Admission admitReserved(String name, int most) {
        boolean[] admitted = new boolean[1];
        reserved.compute(name, (_, running) -> {
            int now = running == null ? 0 : running;
            admitted[0] = now < most;
            return admitted[0] ? Integer.valueOf(now + 1) : running;
        });
        return admitted[0]
                ? new Admitted(() -> reserved.computeIfPresent(name, (_, running) -> running == 1 ? null : running - 1))
                : new Refused("ReservedFunctionConcurrentInvocationLimitExceeded: the function '" + name + "' has "
                        + most + " executions reserved, and no more may run on this node at once");
    }
}
