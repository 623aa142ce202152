package dev.nearside.edge.functions;

import dev.nearside.kit.time.Time;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The execution environments of one version: the warm ones that are free, and those that work. One environment serves
 * one event at a time; who finds none free gets a new one, up to the limits, and is never queued. Safe for use by many
 * threads.
 */
public final class EnvironmentPool<E extends EnvironmentPool.Environment> implements AutoCloseable {

    /** What a pool holds. */
    public interface Environment {
        /** Takes the user's environment variables; called once, before the first event. */
        default void open(Map<String, String> variables) {
            // an environment may have no use for them
        }

        /**
         * Frees everything, ending what runs; may be called more than once. Has itself forgotten by its pool, and gives
         * its share of the budget back when it holds nothing any more.
         */
        void discard();
    }

    /** How many environments the functions of one engine may have together. */
    public static final class Budget {
        private final Semaphore permits;

        /** Rights that went from an environment on its way out to a newcomer, who need not wait for its end. */
        private final AtomicInteger owed = new AtomicInteger();

        private final Set<EnvironmentPool<?>> pools = ConcurrentHashMap.newKeySet();

        /** A budget of that many environments. */
        public Budget(int maxEnvironments) {
            this.permits = new Semaphore(maxEnvironments);
        }

        /** Takes the right to one more, at the cost of another function's longest free one if need be. */
        private boolean take() {
            if (permits.tryAcquire()) {
                return true;
            }
            for (EnvironmentPool<?> pool : pools) {
                if (pool.discardOldestFree()) {
                    owed.incrementAndGet();
                    return true;
                }
            }
            return false;
        }

        /** Takes the right to one more if nobody loses anything by that. */
        private boolean takeSpare() {
            return permits.tryAcquire();
        }

        /** An environment holds nothing any more. */
        public void giveBack() {
            if (owed.getAndUpdate(rights -> Math.max(0, rights - 1)) == 0) {
                permits.release();
            }
        }

        /** Ends the environments of all functions that have been free since then or longer. */
        public void discardFreeSince(long nanos) {
            pools.forEach(pool -> pool.discardFreeSince(nanos));
        }

        /** Closes the pools of all functions. */
        public void closePools() {
            pools.forEach(EnvironmentPool::close);
        }
    }

    private record Free<E>(E environment, long sinceNanos) {}

    private final Budget budget;
    private final int maxEnvironments;
    private final Time time;
    private final Supplier<E> maker;
    private final Deque<Free<E>> free = new ArrayDeque<>();
    private final Set<E> all = new HashSet<>();
    private boolean closed;

    /**
     * An empty pool.
     *
     * @param maxEnvironments events that this version may work on at once
     * @param maker makes an environment without starting it
     */
    public EnvironmentPool(Budget budget, int maxEnvironments, Time time, Supplier<E> maker) {
        this.budget = budget;
        this.maxEnvironments = maxEnvironments;
        this.time = time;
        this.maker = maker;
        budget.pools.add(this);
    }

    /**
     * Finds an environment for an event: the one that was used last, or a new one, which first needs its variables.
     *
     * @param ready gets it, at once or when the variables are there
     * @param refused gets the reason if there is none: there may be no more, or the variables cannot be had
     */
    public void acquire(Variables variables, Consumer<E> ready, Consumer<Failures.Failure> refused) {
        Acquired<E> acquired = acquire();
        if (acquired == null) {
            refused.accept(Failures.THROTTLED);
        } else if (acquired.fresh) {
            open(acquired.environment, variables, ready, refused);
        } else {
            ready.accept(acquired.environment);
        }
    }

    private void open(E created, Variables variables, Consumer<E> ready, Consumer<Failures.Failure> refused) {
        variables.open(
                opened -> {
                    created.open(opened);
                    ready.accept(created);
                },
                failure -> {
                    created.discard();
                    refused.accept(failure);
                });
    }

    private record Acquired<E>(E environment, boolean fresh) {}

    /** Null if there may be no more. */
    private @Nullable Acquired<E> acquire() {
        E created;
        synchronized (this) {
            if (closed) {
                return null;
            }
            Free<E> warmest = free.pollLast();
            if (warmest != null) {
                return new Acquired<>(warmest.environment(), false);
            }
            if (all.size() >= maxEnvironments) {
                return null;
            }
            created = maker.get();
            all.add(created);
        }
        if (budget.take()) {
            return new Acquired<>(created, true);
        }
        forget(created);
        return null;
    }

    /**
     * Makes an environment for no event yet, unless there is one already. What may never be used takes nothing from
     * those who are: only a spare share of the budget is spent on it.
     *
     * @param whenDone told here if there is nothing to start
     * @param starter starts the environment; it comes back by {@link #release} when it is ready
     */
    public void warmUp(
            Variables variables, Consumer<Optional<InvocationOutcome.Failed>> whenDone, Consumer<E> starter) {
        E created = null;
        boolean there;
        synchronized (this) {
            there = !all.isEmpty();
            if (!there && !closed && budget.takeSpare()) {
                created = maker.get();
                all.add(created);
            }
        }
        if (created != null) {
            open(
                    created,
                    variables,
                    starter,
                    failure ->
                            whenDone.accept(Optional.of(failure.outcome(InvocationOutcome.InvocationReport.NOTHING))));
        } else {
            whenDone.accept(
                    there
                            ? Optional.empty()
                            : Optional.of(Failures.THROTTLED.outcome(InvocationOutcome.InvocationReport.NOTHING)));
        }
    }

    /** An environment finished an event and can take another. */
    public void release(E environment) {
        synchronized (this) {
            if (!closed) {
                free.addLast(new Free<>(environment, time.nanos()));
                return;
            }
        }
        environment.discard();
    }

    /** An environment is gone; called by itself. */
    public synchronized void forget(E environment) {
        all.remove(environment);
        free.removeIf(candidate -> candidate.environment().equals(environment));
    }

    /** How many there are, free or working. */
    public synchronized int size() {
        return all.size();
    }

    /** Ends the environments that have been free since then or longer. */
    private void discardFreeSince(long nanos) {
        while (true) {
            E stale;
            synchronized (this) {
                Free<E> oldest = free.peekFirst();
                if (oldest == null || oldest.sinceNanos() - nanos > 0) {
                    return;
                }
                free.removeFirst();
                stale = oldest.environment();
            }
            stale.discard();
        }
    }

    /** Ends the environment that has been free longest; false if none is free. */
    private boolean discardOldestFree() {
        E oldest;
        synchronized (this) {
            Free<E> first = free.pollFirst();
            if (first == null) {
                return false;
            }
            oldest = first.environment();
        }
        oldest.discard();
        return true;
    }

    /** Takes no more events; environments that work end with theirs. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        discardFreeSince(time.nanos());
        budget.pools.remove(this);
    }
}
