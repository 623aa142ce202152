package dev.nearside.edge.functions.js;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.functions.EnvironmentFacts;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * Everything a guest can ask of the host.
 *
 * <p>The bootstrap keeps these functions to itself, but a guest that tampers with built-ins may get hold of one. So
 * each must be harmless under any arguments: it takes and gives strings, numbers and bytes only, and acts on nothing
 * but its own environment.
 */
final class HostFunctions {

    private static final int MAX_LOG_LEVEL_CHARS = 8;

    private final JsRuntime runtime;
    private final JsFunction function;
    private final JsEnvironment environment;
    private final Context context;
    private final long startNanos;

    HostFunctions(JsRuntime runtime, JsFunction function, JsEnvironment environment, Context context) {
        this.runtime = runtime;
        this.function = function;
        this.environment = environment;
        this.context = context;
        this.startNanos = runtime.time().nanos();
    }

    /** The functions by name, as the bootstrap takes them. */
    ProxyObject toGuest() {
        Map<String, Object> functions = new HashMap<>();
        functions.put("about", about().toString());
        functions.put("log", host(this::log));
        functions.put("respond", host(this::respond));
        functions.put("fail", host(this::fail));
        functions.put("exit", host(this::exit));
        functions.put("startTimer", host(this::startTimer));
        functions.put("stopTimer", host(this::stopTimer));
        functions.put(
                "remainingMillis", host(_ -> (double) environment.current().remainingMillis()));
        functions.put("nanos", host(_ -> (double) (runtime.time().nanos() - startNanos)));
        functions.put(
                "resolve",
                host(arguments -> function.files()
                        .resolve(text(arguments, 0), text(arguments, 1))
                        .orElse(null)));
        functions.put("isModule", host(arguments -> function.files().isModule(text(arguments, 0))));
        functions.put(
                "read",
                host(arguments -> function.files().text(text(arguments, 0)).orElse(null)));
        functions.put("compile", host(this::compile));
        functions.put("library", host(this::library));
        functions.put("isNodeOnly", host(arguments -> GuestLibrary.isNodeOnly(text(arguments, 0))));
        HostBytes.addTo(functions);
        HostCrypto.addTo(functions, runtime.randomness());
        HostKeys.addTo(functions);
        HostSignatures.addTo(functions);
        HostCiphers.addTo(functions, environment::isDiscarded);
        HostHttp.addTo(functions, environment, runtime.limits().outbound());
        HostCompression.addTo(functions, runtime.limits().maxInflatedBytes());
        return ProxyObject.fromMap(functions);
    }

    /** Marks a lambda as a function for the guest. */
    static ProxyExecutable host(ProxyExecutable function) {
        return function;
    }

    /** The argument as text; the empty string if it is none. */
    static String text(Value[] arguments, int index) {
        return index < arguments.length && arguments[index].isString() ? arguments[index].asString() : "";
    }

    /** The argument as a whole number; zero if it is none. */
    static int integer(Value[] arguments, int index) {
        return index < arguments.length && arguments[index].fitsInInt() ? arguments[index].asInt() : 0;
    }

    private ObjectNode about() {
        FunctionVersion version = function.version();
        EnvironmentFacts facts = function.facts(environment.variables());
        ObjectNode about = JsonNodeFactory.instance.objectNode();
        about.put("functionName", version.name());
        about.put("functionVersion", version.version());
        about.put("invokedFunctionArn", version.id());
        about.put("memoryLimitInMB", Integer.toString(version.memoryMb()));
        about.put("handler", version.handler());
        about.put("runtime", version.runtime());
        GuestLibrary.offered().forEach(about.putArray("modules")::add);
        about.put("logGroupName", facts.logGroupName());
        about.put("logStreamName", facts.logStreamName());
        ObjectNode variables = about.putObject("environment");
        facts.variables().forEach(variables::put);
        return about;
    }

    private @Nullable Object log(Value... arguments) {
        String level = text(arguments, 0);
        environment
                .current()
                .log()
                .add(level.substring(0, Math.min(level.length(), MAX_LOG_LEVEL_CHARS)), text(arguments, 1));
        return null;
    }

    private @Nullable Object respond(Value... arguments) {
        RunningInvocation invocation = environment.current();
        invocation.settle(
                Answer.ofJson(text(arguments, 0), invocation.invocation().maxResultBytes()));
        return null;
    }

    /** Arguments: kind ({@code init}, {@code result}, {@code fatal} or any other for a plain throw), type, message. */
    private @Nullable Object fail(Value... arguments) {
        String kind = text(arguments, 0);
        FailureReason reason = switch (kind) {
            case "init" -> FailureReason.INIT_FAILED;
            case "result" -> FailureReason.BAD_RESULT;
            default -> FailureReason.THREW;
        };
        boolean fatal = kind.equals("init") || kind.equals("fatal");
        environment.current().settle(new Answer.Failure(reason, text(arguments, 1), text(arguments, 2), fatal));
        return null;
    }

    private @Nullable Object exit(Value... arguments) {
        RunningInvocation invocation = environment.current();
        int code = integer(arguments, 0);
        String how = code == 0
                ? "Runtime exited without providing a reason"
                : "Runtime exited with error: exit status " + code;
        FailureReason reason =
                invocation.phase() == RunningInvocation.Phase.INIT ? FailureReason.INIT_FAILED : FailureReason.THREW;
        invocation.settle(Answer.Failure.of(
                Failures.exited(reason, invocation.invocation().requestId(), how), true));
        context.close(true); // on the context's own thread this only marks it; the guest stops at its next step
        return null;
    }

    private Object startTimer(Value... arguments) {
        return environment.startTimer(integer(arguments, 0), Math.max(0, integer(arguments, 1)));
    }

    private @Nullable Object stopTimer(Value... arguments) {
        environment.stopTimer(integer(arguments, 0));
        return null;
    }

    private @Nullable Object compile(Value... arguments) {
        Source source = function.files().source(text(arguments, 0)).orElse(null);
        return source == null ? null : context.eval(source);
    }

    private @Nullable Object library(Value... arguments) {
        Source source = runtime.library().module(text(arguments, 0)).orElse(null);
        return source == null ? null : context.eval(source);
    }
}
