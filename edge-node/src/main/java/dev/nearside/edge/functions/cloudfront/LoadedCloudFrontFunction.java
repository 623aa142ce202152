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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function with its store, ready to run; safe for use by many threads. Worlds for coming runs are made ahead, after a
 * run has been answered, since making one takes longer than most handlers.
 */
public final class LoadedCloudFrontFunction implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedCloudFrontFunction.class);

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
        AtomicBoolean answered = new AtomicBoolean();
        try {
            CloudFrontWorld spare = takeSpare();
            CloudFrontWorld world = spare == null ? newWorld(source) : spare;
            Runnable stopWatching = engine.watch(() -> {
                answer(answered, engine.timedOut(), whenDone);
                world.close();
            });
            RunOutcome outcome = world.run(event, rawQuery);
            stopWatching.run();
            answer(answered, outcome, whenDone);
            world.close();
            makeSpare(source);
        } catch (RuntimeException e) {
            // Such as without memory for a world; whoever waits must hear of it.
            LOG.error("a run of {} failed", function.id(), e);
            answer(
                    answered,
                    new Failed(Reason.ENGINE_FAULT, "the JavaScript engine failed; see the node's log", Report.NOTHING),
                    whenDone);
        }
    }

    /** Answers once; a receiver that is gone must not end the thread. */
    private void answer(AtomicBoolean answered, RunOutcome outcome, Consumer<RunOutcome> whenDone) {
        if (answered.compareAndSet(false, true)) {
            try {
                whenDone.accept(outcome);
            } catch (RuntimeException e) {
                LOG.error("the receiver of a run of {} failed", function.id(), e);
            }
        }
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
            LOG.trace("the first run of {} makes its own world", function.id(), e);
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
