package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.truffle.api.object.DynamicObject;
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
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * The world in which runs of one function follow one another: a context in which the function's code is evaluated anew for
 * each of them. Nothing of a run is left for the next, because a world {@linkplain #isPristine in which a run changed
 * anything} that the next could see is not used again. Used by one thread at a time; {@link #close} may be
 * asked by others. Whoever lets guest code work here must {@linkplain RunWatchdog watch} it.
 */
final class CloudFrontWorld implements AutoCloseable {

    /** Nothing of the host but byte buffers. */
    private static final HostAccess HOST_ACCESS =
            HostAccess.newBuilder(HostAccess.NONE).allowBufferAccess(true).build();

    /** A global variable by which our own guest code hands over what it found, and which is gone before any run. */
    private static final String HAND_OVER = "nearsideHandsOver";

    /** What all worlds of an engine are built from. */
    record Parts(
            Engine engine,
            GuestObjects.Door guestObjects,
            CloudFrontFunctionLimits limits,
            Source bootstrap,
            GuestModules modules,
            Map<String, Object> hostFunctions,
            EdgeLocation location,
            Time time) {}

    private final Source code;
    private final String runtime;
    private final @Nullable KeyValueStore store;
    private final Parts parts;
    private final Context context;
    private final Value invoke;
    private final @Nullable PristineObjects reachable;
    private @Nullable Value factory;
    private WorldRun run;

    /**
     * A world without the function's code, which the first run adds.
     *
     * @param code the function literal of {@link FunctionCode}
     * @param runtime of CloudFront Functions, for which the code was made
     * @param store what {@code cf.kvs} reads; null for none
     * @param forManyRuns false spares the cost of telling later whether it is pristine, for one run only
     */
    CloudFrontWorld(Parts parts, Source code, String runtime, @Nullable KeyValueStore store, boolean forManyRuns) {
        this.code = code;
        this.runtime = runtime;
        this.store = store;
        this.parts = parts;
        this.run = new WorldRun(parts.limits(), parts.time());
        this.context = newContext(parts.engine(), runtime);
        try {
            Value doors = context.eval(parts.bootstrap()).execute(host());
            invoke = doors.getMember("invoke");
            reachable = forManyRuns ? takeOver(doors.getMember("reachable").execute()) : null;
        } catch (RuntimeException | Error e) {
            context.close(true);
            throw e;
        }
    }

    private PristineObjects takeOver(Value objects) {
        Value globals = context.getBindings("js");
        globals.putMember(HAND_OVER, objects);
        context.enter();
        try {
            List<DynamicObject> found = parts.guestObjects().listedIn(HAND_OVER);
            globals.removeMember(HAND_OVER);
            return new PristineObjects(found);
        } finally {
            context.leave();
        }
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
                .option("js.regexp-static-result", "false")
                .option("js.text-encoding", Boolean.toString(runtime.equals(CloudFrontFunction.RUNTIME_2_0)))
                .option("js.string-length-limit", maxLength)
                .option("js.max-typed-array-length", maxLength)
                .option("js.timezone", "UTC")
                .option("js.locale", "en-US")
                .build();
    }

    private ProxyObject host() {
        Map<String, Object> functions = new HashMap<>(parts.hostFunctions());
        functions.put("about", about().toString());
        functions.put("log", host(arguments -> {
            run.console().add(text(arguments, 0));
            return null;
        }));
        functions.put("answer", host(arguments -> {
            String originChange = arguments.length > 1 && arguments[1].isString() ? arguments[1].asString() : null;
            run.settle(new Returned(text(arguments, 0).getBytes(StandardCharsets.UTF_8), originChange, Report.NOTHING));
            return null;
        }));
        functions.put("fail", host(arguments -> {
            run.settle(new Failed(Reason.THREW, text(arguments, 0), Report.NOTHING));
            return null;
        }));
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
        about.put("runtime", runtime);
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

    /** Another run, which has not begun. */
    WorldRun nextRun() {
        WorldRun next = new WorldRun(parts.limits(), parts.time());
        run = next;
        return next;
    }

    /**
     * Evaluates the function's code, whose top level may do anything, and hands the event to its handler; faults are an
     * outcome.
     *
     * @param rawQuery the query as the viewer sent it
     */
    RunOutcome run(byte[] event, String rawQuery) {
        String text = new String(event, StandardCharsets.UTF_8);
        long epochMillis = parts.time().epochMillis();
        run.guarded(() -> {
            Value made = factory;
            if (made == null) {
                made = context.eval(code);
                factory = made;
            }
            invoke.executeVoid(made, text, epochMillis, rawQuery);
        });
        return run.outcome();
    }

    /** Whether it can be told what the last run left: it came to its end, and the world is not for one run only. */
    boolean isComparable() {
        return reachable != null && run.isOrderly();
    }

    /** Whether the last run has left everything as it was before, so that another may follow. */
    boolean isPristine() {
        PristineObjects before = reachable;
        if (before == null || !isComparable()) {
            return false;
        }
        context.enter();
        try {
            return before.areUnchanged();
        } finally {
            context.leave();
        }
    }

    /** Ends the guest if it still runs, and frees the world. */
    @Override
    public void close() {
        context.close(true);
    }
}
