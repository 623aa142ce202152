package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Report;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Returned;
import dev.nearside.edge.functions.js.GuestModules;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.time.Time;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The world of one run: a context in which the function's code is evaluated, and which then handles one event. Nothing of
 * a run is left for the next. Used by one thread at a time; {@link #stop}, {@link #close} and what is over a limit may be
 * asked by others. Whoever lets guest code work here must {@linkplain WorldWatch watch} it.
 */
final class CloudFrontWorld implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CloudFrontWorld.class);

    /** Nothing of the host but byte buffers. */
    private static final HostAccess HOST_ACCESS =
            HostAccess.newBuilder(HostAccess.NONE).allowBufferAccess(true).build();

    /** What all worlds of an engine are built from. */
    record Parts(
            Engine engine,
            CloudFrontFunctionLimits limits,
            Source bootstrap,
            GuestModules modules,
            Map<String, Object> hostFunctions,
            EdgeLocation location,
            Time time) {}

    private final CloudFrontFunction function;
    private final @Nullable KeyValueStore store;
    private final Parts parts;
    private final ComputeBudget budget;
    private final ConsoleLines console;
    private final Context context;
    private long spentNanos;
    private @Nullable Value invoke;
    private @Nullable RunOutcome outcome;
    private volatile @Nullable Failed stopped;

    /**
     * A world without the function's code.
     *
     * @param store what {@code cf.kvs} reads; null for none
     */
    CloudFrontWorld(Parts parts, CloudFrontFunction function, @Nullable KeyValueStore store) {
        this.parts = parts;
        this.function = function;
        this.store = store;
        this.budget = new ComputeBudget(parts.limits());
        this.console = new ConsoleLines(parts.limits().maxLogBytes());
        this.context = newContext(parts.engine(), function.runtime());
    }

    /**
     * Evaluates the function's code, whose top level may do anything; faults are the outcome of the run.
     *
     * @param code the function literal of {@link FunctionCode}
     */
    void load(Source code) {
        guarded(() -> {
            Value doors = context.eval(parts.bootstrap()).execute(host(code));
            invoke = doors.getMember("invoke");
            inGuest(() -> doors.getMember("load").executeVoid());
        });
    }

    static Context newContext(Engine engine, String runtime) {
        String maxLength = Integer.toString(CloudFrontFunctionLimits.MAX_VALUE_LENGTH);
        return Context.newBuilder("js")
                .engine(engine)
                .allowExperimentalOptions(true)
                .allowHostAccess(HOST_ACCESS)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .allowEnvironmentAccess(EnvironmentAccess.NONE)
                .allowIO(IOAccess.NONE)
                .allowCreateThread(false)
                .allowNativeAccess(false)
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .option("js.polyglot-builtin", "false")
                .option("js.java-package-globals", "false")
                .option("js.graal-builtin", "false")
                .option("js.print", "false")
                .option("js.load", "false")
                .option("js.console", "false")
                .option("js.global-arguments", "false")
                .option("js.disable-eval", "true")
                .option("js.shared-array-buffer", "false")
                .option("js.atomics", "false")
                .option("js.text-encoding", Boolean.toString(runtime.equals(CloudFrontFunction.RUNTIME_2_0)))
                .option("js.string-length-limit", maxLength)
                .option("js.max-typed-array-length", maxLength)
                .option("js.timezone", "UTC")
                .option("js.locale", "en-US")
                .build();
    }

    private ProxyObject host(Source code) {
        Map<String, Object> functions = new HashMap<>(parts.hostFunctions());
        functions.put("about", about().toString());
        functions.put("log", host(arguments -> {
            console.add(text(arguments, 0));
            return null;
        }));
        functions.put("answer", host(arguments -> {
            String originChange = arguments.length > 1 && arguments[1].isString() ? arguments[1].asString() : null;
            settle(new Returned(text(arguments, 0).getBytes(StandardCharsets.UTF_8), originChange, Report.NOTHING));
            return null;
        }));
        functions.put("fail", host(arguments -> {
            settle(new Failed(Reason.THREW, text(arguments, 0), Report.NOTHING));
            return null;
        }));
        functions.put("compile", host(_ -> context.eval(code)));
        functions.put("library", host(arguments -> context.eval(parts.modules().source(text(arguments, 0)))));
        functions.put(
                "item", host(arguments -> store == null ? null : store.items().get(text(arguments, 0))));
        return ProxyObject.fromMap(functions);
    }

    private static ProxyExecutable host(ProxyExecutable function) {
        return function;
    }

    private static String text(Value[] arguments, int index) {
        return index < arguments.length && arguments[index].isString() ? arguments[index].asString() : "";
    }

    private ObjectNode about() {
        ObjectNode about = JsonNodeFactory.instance.objectNode();
        about.put("runtime", function.runtime()).put("now", parts.time().epochMillis());
        about.putObject("edgeLocation")
                .put("name", parts.location().name())
                .put("serverIp", parts.location().serverIp())
                .put("region", parts.location().region());
        if (store == null) {
            about.putNull("store");
        } else {
            ObjectNode json = about.putObject("store");
            json.put("id", store.id().substring(store.id().lastIndexOf('/') + 1));
            json.putObject("meta")
                    .put(
                            "creationDateTime",
                            Instant.ofEpochMilli(store.createdEpochMillis()).toString())
                    .put(
                            "lastUpdatedDateTime",
                            Instant.ofEpochMilli(store.modifiedEpochMillis()).toString())
                    .put("keyCount", store.items().size());
        }
        return about;
    }

    /**
     * Hands the event to the handler; once only.
     *
     * @param rawQuery the query as the viewer sent it
     */
    RunOutcome run(byte[] event, String rawQuery) {
        long epochMillis = parts.time().epochMillis();
        Value door = invoke;
        if (door != null && outcome == null) {
            guarded(() ->
                    inGuest(() -> door.executeVoid(new String(event, StandardCharsets.UTF_8), epochMillis, rawQuery)));
        }
        settle(new Failed(Reason.THREW, "Error: the handler's promise was never settled", Report.NOTHING));
        return reported(outcome);
    }

    private void inGuest(Runnable task) {
        long start = parts.time().nanos();
        budget.enter();
        try {
            task.run();
        } finally {
            budget.leave();
            spentNanos += parts.time().nanos() - start;
        }
    }

    /** Whatever the guest does ends in an outcome. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (PolyglotException e) {
            outcome = failure(e);
        } catch (IllegalStateException e) {
            // The context was closed before the guest began.
            outcome = new Failed(Reason.ENGINE_FAULT, "the engine was closed", Report.NOTHING);
        } catch (OutOfMemoryError e) {
            outcome = new Failed(Reason.OUT_OF_MEMORY, "Error: out of memory", Report.NOTHING);
        } catch (StackOverflowError e) {
            outcome = new Failed(Reason.THREW, "RangeError: Maximum call stack size exceeded", Report.NOTHING);
        }
    }

    private Failed failure(PolyglotException e) {
        ComputeBudget.Limit limit = budget.exceeded();
        if (limit != null) {
            return limit == ComputeBudget.Limit.MEMORY
                    ? overMemory()
                    : new Failed(
                            Reason.OVER_BUDGET,
                            "Error: the function used up its compute budget of "
                                    + parts.limits().budgetSteps() + " steps",
                            Report.NOTHING);
        }
        if (e.isCancelled()) {
            return overTime();
        }
        if (e.isSyntaxError()) {
            return new Failed(
                    Reason.UNCOMPILABLE, String.valueOf(e.getMessage()).strip(), Report.NOTHING);
        }
        if (e.isResourceExhausted()) {
            return new Failed(Reason.OUT_OF_MEMORY, String.valueOf(e.getMessage()), Report.NOTHING);
        }
        if (e.isGuestException()) {
            return new Failed(Reason.THREW, String.valueOf(e.getMessage()), Report.NOTHING);
        }
        LOG.error("a run of {} failed", function.id(), e);
        return new Failed(Reason.ENGINE_FAULT, "the JavaScript engine failed; see the node's log", Report.NOTHING);
    }

    private void settle(RunOutcome first) {
        if (outcome == null) {
            outcome = first;
        }
    }

    private RunOutcome reported(@Nullable RunOutcome settled) {
        Failed end = stopped;
        if (end != null) {
            return end;
        }
        Report report = report();
        return switch (settled) {
            case Returned(byte[] result, String originChange, Report _) -> new Returned(result, originChange, report);
            case Failed(Reason reason, String message, Report _) -> new Failed(reason, message, report);
            case null -> throw new IllegalStateException("a run of " + function.id() + " has no outcome");
        };
    }

    private Report report() {
        return new Report(budget.utilisation(), spentNanos, budget.allocatedBytes(), console.lines());
    }

    /** What a guest hears of that {@link #isOverTime}; few as its steps may be, no more is to be had. */
    Failed overTime() {
        long timeoutMillis = parts.limits().timeoutMillis();
        return new Failed(
                Reason.OVER_BUDGET,
                "Error: the function ran longer than " + timeoutMillis + " ms",
                new Report(
                        100, TimeUnit.MILLISECONDS.toNanos(timeoutMillis), budget.allocatedBytes(), console.lines()));
    }

    /** What a guest hears of that {@link #isOverMemory}. */
    Failed overMemory() {
        return new Failed(
                Reason.OUT_OF_MEMORY,
                "Error: the function allocated more than " + parts.limits().maxAllocatedBytes() + " bytes",
                report());
    }

    boolean isOverMemory() {
        return budget.isOverMemory();
    }

    boolean isOverTime() {
        return budget.isOverTime();
    }

    /** Ends the guest in the midst of its work, and waits until it has; that is then the outcome of the run. */
    void stop(Failed end) {
        stopped = end;
        close();
    }

    /** Ends the guest if it still runs, and frees the world. */
    @Override
    public void close() {
        context.close(true);
    }
}
