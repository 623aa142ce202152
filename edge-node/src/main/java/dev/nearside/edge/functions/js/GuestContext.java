package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.Invocation;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/** One isolated JavaScript world with Node's globals, and the doors through which the host calls into it. */
final class GuestContext implements AutoCloseable {

    /** Nothing of the host but byte buffers, whose elements become an {@code ArrayBuffer}'s. */
    private static final HostAccess HOST_ACCESS =
            HostAccess.newBuilder(HostAccess.NONE).allowBufferAccess(true).build();

    private final Context context;
    private final Value load;
    private final Value invoke;
    private final Value fire;
    private final Value complete;
    private final Value idle;
    private final Value isLoaded;
    private final Value bridge;

    /** Builds the world; no user code runs yet. */
    GuestContext(JsRuntime runtime, JsFunction function, JsEnvironment environment) {
        BundleFileSystem files = new BundleFileSystem(function.files(), GuestLibrary::offers, this::bridge);
        this.context = newContext(
                runtime.engine(), IOAccess.newBuilder().fileSystem(files).build());
        HostFunctions host = new HostFunctions(runtime, function, environment, context);
        Value doors = context.eval(runtime.library().bootstrap()).execute(host.toGuest());
        this.load = doors.getMember("load");
        this.invoke = doors.getMember("invoke");
        this.fire = doors.getMember("fire");
        this.complete = doors.getMember("complete");
        this.isLoaded = doors.getMember("isLoaded");
        this.bridge = doors.getMember("bridge");
        this.idle = doors.getMember("idle");
    }

    /** An empty context that can reach nothing outside itself. */
    static Context newContext(Engine engine) {
        return newContext(engine, IOAccess.NONE);
    }

    private static Context newContext(Engine engine, IOAccess files) {
        return Context.newBuilder("js")
                .engine(engine)
                .allowExperimentalOptions(true)
                .allowHostAccess(HOST_ACCESS)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .allowEnvironmentAccess(EnvironmentAccess.NONE)
                .allowIO(files)
                .allowCreateThread(false)
                .allowNativeAccess(false)
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .option("js.polyglot-builtin", "false")
                .option("js.java-package-globals", "false")
                .option("js.print", "false")
                .option("js.load", "false")
                .option("js.console", "false")
                .option("js.global-arguments", "false")
                .option("js.agent-can-block", "false")
                .option("js.text-encoding", "true")
                .option("js.esm-bare-specifier-relative-lookup", "true")
                .option("js.unhandled-rejections", "handler")
                .option("js.stack-trace-api", "true")
                .option("js.string-length-limit", "536870888")
                .option("js.timezone", "UTC")
                .option("js.locale", "en-US")
                .build();
    }

    /** Runs the user's top-level code and finds the handler, at once or, if that code awaits, later. */
    void load() {
        load.executeVoid();
    }

    /** Whether the handler is there. */
    boolean isLoaded() {
        return isLoaded.execute().asBoolean();
    }

    private String bridge(String module) {
        return bridge.execute(module).asString();
    }

    /** Hands an event to the handler. */
    void invoke(Invocation invocation) {
        invoke.executeVoid(invocation.requestId(), new String(invocation.event(), StandardCharsets.UTF_8));
    }

    /** A timer is due. */
    void fire(int timer) {
        fire.executeVoid(timer);
    }

    /** A request over the network ended. */
    void complete(int request, OutboundOutcome outcome) {
        byte[] body = outcome instanceof OutboundOutcome.Response response ? response.body() : new byte[0];
        complete.executeVoid(request, HostHttp.told(outcome), ByteBuffer.wrap(body));
    }

    /** Nothing is left to run for now; what Node's event loop would find before exit. */
    void idle() {
        idle.executeVoid();
    }

    /** Cancels guest code that runs and frees the world; waits until that has happened. */
    @Override
    public void close() {
        context.close(true);
    }
}
