package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Report;
import dev.nearside.edge.functions.js.GuestModules;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Instrument;
import org.graalvm.polyglot.Source;
import org.jspecify.annotations.Nullable;

/**
 * Runs CloudFront Functions of a node. The threads come with the first function, for most nodes have none.
 */
public final class CloudFrontFunctionEngine implements AutoCloseable {

    private static final long STACK_BYTES = 4L * 1024 * 1024;
    private static final long IDLE_SECONDS = 30;

    /**
     * What all nodes of this JVM share, made with the first function: parsed code, which is the same for all, and the
     * language itself. It holds no state of any guest, and is never closed.
     */
    private static final class Shared {

        static final Engine ENGINE = counted(Engine.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .build());

        static final Source BOOTSTRAP = bootstrap();

        static final GuestObjects.Door GUEST_OBJECTS = door(ENGINE, GuestObjects.ID, GuestObjects.Door.class);

        private static Engine counted(Engine engine) {
            var _ = door(engine, StepCounter.ID, StepCounter.Door.class);
            return engine;
        }

        private static <T> T door(Engine engine, String id, Class<T> type) {
            Instrument instrument = engine.getInstruments().get(id);
            T door = instrument == null ? null : instrument.lookup(type);
            if (door == null) {
                throw new IllegalStateException("the instrument " + id + " is missing from this build");
            }
            return door;
        }

        private static Source bootstrap() {
            try (InputStream in = CloudFrontFunctionEngine.class.getResourceAsStream("cloudfront.js")) {
                if (in == null) {
                    throw new IllegalStateException("the resource cloudfront.js is missing from this build");
                }
                String code = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return Source.newBuilder("js", code, "cloudfront.js")
                        .cached(true)
                        .build();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A run that waits for a thread. */
    record Queued(PendingRun pending, Runnable work) implements Runnable {
        @Override
        public void run() {
            work.run();
        }
    }

    private final CloudFrontFunctionLimits limits;
    private final EdgeLocation location;
    private final Time time;
    private final RandomGenerator randomness;
    private final RunWatchdog watchdog;
    private CloudFrontWorld.@Nullable Parts parts;
    private @Nullable ThreadPoolExecutor pool;
    private boolean closed;

    public CloudFrontFunctionEngine(
            CloudFrontFunctionLimits limits, EdgeLocation location, Time time, RandomGenerator randomness) {
        this.limits = limits;
        this.location = location;
        this.time = time;
        this.randomness = randomness;
        this.watchdog = new RunWatchdog(time, limits.timeoutMillis());
    }

    /**
     * Prepares a function. Faults in its code are outcomes of its runs.
     *
     * @param store what it may read; null if it is associated with none
     */
    public LoadedCloudFrontFunction load(CloudFrontFunction function, @Nullable KeyValueStore store) {
        start();
        LoadedCloudFrontFunction loaded = new LoadedCloudFrontFunction(this, function, store);
        loaded.prepare();
        return loaded;
    }

    private synchronized void start() {
        if (parts != null || closed) {
            return;
        }
        parts = new CloudFrontWorld.Parts(
                Shared.ENGINE,
                Shared.GUEST_OBJECTS,
                limits,
                Shared.BOOTSTRAP,
                new GuestModules(),
                GuestModules.hostFunctions(randomness),
                location,
                time);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                limits.threads(),
                limits.threads(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.maxWaiting()),
                named("cloudfront-functions", STACK_BYTES));
        threads.allowCoreThreadTimeOut(true);
        pool = threads;
        watchdog.start();
    }

    private static ThreadFactory named(String name, long stackBytes) {
        return task -> {
            Thread thread = new Thread(null, task, name, stackBytes);
            thread.setDaemon(true);
            return thread;
        };
    }

    CloudFrontFunctionLimits limits() {
        return limits;
    }

    Time time() {
        return time;
    }

    /** The threads that run guests. */
    synchronized Executor pool() {
        if (pool == null) {
            throw new RejectedExecutionException("the engine of CloudFront Functions has been closed");
        }
        return pool;
    }

    /** A world in which no run has been. */
    CloudFrontWorld newWorld(Source code, String runtime, @Nullable KeyValueStore store, boolean forManyRuns) {
        CloudFrontWorld.Parts ready;
        synchronized (this) {
            ready = parts;
        }
        if (ready == null) {
            throw new IllegalStateException("no function has been loaded");
        }
        return new CloudFrontWorld(ready, code, runtime, store, forManyRuns);
    }

    RunWatchdog watchdog() {
        return watchdog;
    }

    /** Takes no more runs; those under way end by their own limits. */
    @Override
    public synchronized void close() {
        closed = true;
        if (pool != null) {
            for (Runnable task : pool.shutdownNow()) {
                if (task instanceof Queued(PendingRun run, Runnable _)) {
                    run.answer(new Failed(Reason.ENGINE_FAULT, "the engine was closed", Report.NOTHING));
                }
            }
        }
        watchdog.close();
    }
}
