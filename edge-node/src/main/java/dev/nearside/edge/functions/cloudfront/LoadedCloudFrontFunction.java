package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Report;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.graalvm.polyglot.Source;
import org.jspecify.annotations.Nullable;

/**
 * A function with its store, ready to run; safe for use by many threads. Worlds for coming runs are made ahead, after a
 * run has been answered, since making one takes longer than most handlers.
 */
public final class LoadedCloudFrontFunction implements AutoCloseable {

    private final CloudFrontFunctionEngine engine;
    private final CloudFrontFunction function;
    private final @Nullable KeyValueStore store;
    private final @Nullable Source code;
    private final String fault;
    private final ConcurrentLinkedQueue<CloudFrontWorld> spares = new ConcurrentLinkedQueue<>();
    private final AtomicInteger spareCount = new AtomicInteger();
    private volatile boolean closed;

    LoadedCloudFrontFunction(
            CloudFrontFunctionEngine engine, CloudFrontFunction function, @Nullable KeyValueStore store) {
        this.engine = engine;
        this.function = function;
        this.store = store;
        Source source = null;
        String message = "";
        try {
            source = FunctionCode.source(function);
        } catch (FunctionCode.UncompilableException e) {
            message = String.valueOf(e.getMessage());
        }
        this.code = source;
        this.fault = message;
    }

    public CloudFrontFunction function() {
        return function;
    }

    /**
     * Starts a run and returns at once.
     *
     * @param rawQuery the query as the viewer sent it
     * @param whenDone called exactly once, on a thread of the engine or on the caller's
     */
    void run(byte[] event, String rawQuery, Consumer<RunOutcome> whenDone) {
        Source source = code;
        if (source == null) {
            whenDone.accept(new Failed(Reason.UNCOMPILABLE, fault, Report.NOTHING));
            return;
        }
        try {
            engine.pool().execute(() -> runHere(source, event, rawQuery, whenDone));
        } catch (RejectedExecutionException e) {
            whenDone.accept(new Failed(
                    Reason.THROTTLED, "Error: too many runs wait for a thread of this node", Report.NOTHING));
        }
    }

    private void runHere(Source source, byte[] event, String rawQuery, Consumer<RunOutcome> whenDone) {
        CloudFrontWorld world = takeSpare();
        if (world == null) {
            world = newWorld(source);
        }
        CloudFrontWorld running = world;
        AtomicBoolean answered = new AtomicBoolean();
        Runnable stopWatching = engine.watch(() -> {
            if (answered.compareAndSet(false, true)) {
                whenDone.accept(engine.timedOut());
            }
            running.close();
        });
        RunOutcome outcome = running.run(event, rawQuery);
        stopWatching.run();
        if (answered.compareAndSet(false, true)) {
            whenDone.accept(outcome);
        }
        running.close();
        makeSpare(source);
    }

    private CloudFrontWorld newWorld(Source source) {
        return engine.newWorld(function, source, store);
    }

    private @Nullable CloudFrontWorld takeSpare() {
        CloudFrontWorld spare = spares.poll();
        if (spare != null) {
            spareCount.decrementAndGet();
        }
        return spare;
    }

    private void makeSpare(Source source) {
        if (closed || spareCount.incrementAndGet() > engine.limits().threads()) {
            spareCount.decrementAndGet();
            return;
        }
        spares.add(newWorld(source));
        if (closed) {
            close();
        }
    }

    /** Makes a world for the first run, aside. */
    void prepare() {
        Source source = code;
        if (source == null) {
            return;
        }
        try {
            engine.pool().execute(() -> makeSpare(source));
        } catch (RejectedExecutionException e) {
            // Then the first run makes its own.
            spareCount.get();
        }
    }

    /** Frees what was made ahead; runs under way end by themselves. */
    @Override
    public void close() {
        closed = true;
        for (CloudFrontWorld spare = takeSpare(); spare != null; spare = takeSpare()) {
            spare.close();
        }
    }
}
