package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Report;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.graalvm.polyglot.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function with its store, ready to run; safe for use by many threads. A world that a run has left as it was serves the
 * next; where there is none, one is made after a run has been answered, since that takes longer than most handlers.
 */
public final class LoadedCloudFrontFunction implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedCloudFrontFunction.class);

    /** A function that has left its traces in so many worlds, one after the other, will do so in the next. */
    private static final int MAX_WORLDS_SPOILT = 3;

    private final CloudFrontFunctionEngine engine;
    private final CloudFrontFunction function;
    private final @Nullable KeyValueStore store;
    private final @Nullable Source code;
    private final String fault;
    private final ConcurrentLinkedQueue<CloudFrontWorld> spares = new ConcurrentLinkedQueue<>();
    private final AtomicInteger spareCount = new AtomicInteger();
    private volatile int worldsSpoilt;
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
            PendingRun run = new PendingRun(event, rawQuery, engine.time().nanos(), whenDone);
            engine.pool().execute(new CloudFrontFunctionEngine.Queued(run, () -> runHere(source, run)));
        } catch (RejectedExecutionException e) {
            whenDone.accept(new Failed(
                    Reason.THROTTLED, "Error: too many runs wait for a thread of this node", Report.NOTHING));
        }
    }

    private void runHere(Source source, PendingRun run) {
        if (engine.time().nanos() - run.sinceNanos()
                > TimeUnit.MILLISECONDS.toNanos(engine.limits().timeoutMillis())) {
            // Its viewer has waited longer than any run may take, and those behind it wait too.
            run.answer(new Failed(
                    Reason.THROTTLED,
                    "Error: the function waited longer than " + engine.limits().timeoutMillis()
                            + " ms for a thread of this node",
                    Report.NOTHING));
            return;
        }
        CloudFrontWorld world = null;
        boolean kept = false;
        boolean endedByItself = false;
        try {
            CloudFrontWorld spare = takeSpare();
            world = spare == null ? engine.newWorld(source, function.runtime(), store, false) : spare;
            RunWatchdog.Watched watched = engine.watchdog().watch(world, world.nextRun(), run::answer);
            try {
                run.answer(run.runIn(world));
            } finally {
                endedByItself = engine.watchdog().hasFinished(watched);
            }
            kept = endedByItself && isPristine(world) && keep(world);
        } catch (RuntimeException | Error e) {
            // Such as without memory for a world; whoever waits must hear of it, before anything else fails.
            endedByItself = false;
            run.answer(new Failed(
                    Reason.ENGINE_FAULT, "the JavaScript engine failed; see the node's log", Report.NOTHING));
            LOG.error("a run of {} failed", function.id(), e);
        } finally {
            if (world != null && !kept) {
                world.close();
            }
        }
        if (endedByItself && !kept) {
            makeSpare(source);
        }
    }

    private boolean isPristine(CloudFrontWorld world) {
        if (!world.isComparable()) {
            return false;
        }
        boolean pristine = world.isPristine();
        worldsSpoilt = pristine ? 0 : Math.min(worldsSpoilt + 1, MAX_WORLDS_SPOILT);
        return pristine;
    }

    private @Nullable CloudFrontWorld takeSpare() {
        CloudFrontWorld spare = spares.poll();
        if (spare != null) {
            spareCount.decrementAndGet();
        }
        return spare;
    }

    /** Keeps a world for the next run; false if there are as many as can be used at once. */
    private boolean keep(CloudFrontWorld world) {
        return reserve() && add(world);
    }

    private boolean reserve() {
        if (closed) {
            return false;
        }
        boolean reserved = spareCount.incrementAndGet() <= engine.limits().threads();
        if (!reserved) {
            spareCount.decrementAndGet();
        }
        return reserved;
    }

    private boolean add(CloudFrontWorld world) {
        spares.add(world);
        if (closed) {
            close();
        }
        return true;
    }

    private void makeSpare(Source source) {
        if (!reserve()) {
            return;
        }
        boolean added = false;
        try {
            added = add(engine.newWorld(source, function.runtime(), store, worldsSpoilt < MAX_WORLDS_SPOILT));
        } catch (RuntimeException | Error e) {
            LOG.error("no world could be made ahead for {}", function.id(), e);
        } finally {
            if (!added) {
                spareCount.decrementAndGet();
            }
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
