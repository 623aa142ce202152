package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EventReader;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.ResultWriter;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.edge.functions.jvm.guest.MeterControl;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHandler;
import dev.nearside.function.EdgeResult;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The code of one environment, loaded: its class loader, its meter and its handler. Used by one thread at a time. */
final class Guest {

    private static final long BYTES_PER_MB = 1024 * 1024;

    /** How far a stack trace goes into the log. */
    private static final int MAX_FRAMES = 30;

    private static final int MAX_CAUSES = 5;

    private final FunctionVersion version;
    private final Map<String, String> variables;
    private final long maxSteps;
    private final GuestLoader loader;
    private final MeterControl meter;
    private @Nullable EdgeHandler handler;

    /** Nothing of the guest's runs yet. */
    Guest(FunctionVersion version, Map<String, String> variables, HandlerCode code, long maxSteps) {
        this.version = version;
        this.variables = Map.copyOf(variables);
        this.maxSteps = maxSteps;
        this.loader = new GuestLoader(code, version.memoryMb() * BYTES_PER_MB);
        this.meter = loader.meter();
    }

    /** Stops code that runs, for good; by any thread. */
    void stop() {
        meter.stop();
    }

    /** Makes the handler; null if that succeeded. */
    Answer.@Nullable Failure load(RunningInvocation invocation) {
        begin(invocation);
        try {
            handler = newHandler();
            return meter.isStopped() ? spent(invocation) : null;
        } catch (InvocationTargetException e) {
            return failure(e.getCause() == null ? e : e.getCause(), invocation, FailureReason.INIT_FAILED);
        } catch (ReflectiveOperationException | LinkageError | RuntimeException | StackOverflowError e) {
            return failure(e, invocation, FailureReason.INIT_FAILED);
        } catch (OutOfMemoryError e) {
            return outOfMemory(invocation);
        } catch (Error e) {
            return failure(e, invocation, FailureReason.INIT_FAILED);
        } finally {
            meter.flush();
        }
    }

    private EdgeHandler newHandler() throws ReflectiveOperationException {
        String named = version.handler();
        int colons = named.indexOf("::");
        String className = colons < 0 ? named : named.substring(0, colons);
        if (colons >= 0 && !named.substring(colons + 2).equals("handle")) {
            throw new RefusedCodeException(
                    "the handler is '" + named + "', expected package.Class or" + " package.Class::handle");
        }
        Class<?> type = loader.loadClass(className);
        if (!EdgeHandler.class.isAssignableFrom(type)) {
            throw new RefusedCodeException(className + " does not implement " + EdgeHandler.class.getName());
        }
        if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
            throw new RefusedCodeException(className + " is not a public class that can be instantiated");
        }
        try {
            return (EdgeHandler) type.getConstructor().newInstance();
        } catch (NoSuchMethodException e) {
            throw new RefusedCodeException(className + " has no public constructor without parameters");
        }
    }

    /** Hands an event to the handler. */
    Answer serve(RunningInvocation invocation) {
        EdgeHandler ready = handler;
        if (ready == null) {
            throw new IllegalStateException("the handler is not loaded");
        }
        EdgeEvent event;
        try {
            event = EventReader.read(invocation.invocation().event());
        } catch (EventReader.InvalidEventException e) {
            // Invoke takes any JSON; a Java handler takes events of Lambda@Edge only.
            return new Answer.Failure(
                    FailureReason.THREW, "Runtime.UnmarshalError", String.valueOf(e.getMessage()), false);
        }
        begin(invocation);
        EdgeResult result;
        try {
            result = ready.handle(event, new HandlerContext(version, variables, invocation));
        } catch (OutOfMemoryError e) {
            return outOfMemory(invocation);
        } catch (Throwable e) {
            return failure(e, invocation, FailureReason.THREW);
        } finally {
            meter.flush();
        }
        return meter.isStopped() ? spent(invocation) : answer(result, invocation);
    }

    private static Answer answer(EdgeResult result, RunningInvocation invocation) {
        byte[] json;
        try {
            json = ResultWriter.write(result);
        } catch (RuntimeException e) {
            return new Answer.Failure(
                    FailureReason.BAD_RESULT,
                    "Runtime.MarshalError",
                    "the result cannot be written as JSON: " + e.getMessage(),
                    false);
        }
        int maxBytes = invocation.invocation().maxResultBytes();
        return json.length > maxBytes
                ? Answer.Failure.of(Failures.resultTooLarge(json.length, maxBytes), false)
                : new Answer.Json(json);
    }

    private void begin(RunningInvocation invocation) {
        meter.begin(
                maxSteps,
                invocation.invocation().memoryLimitMb() * BYTES_PER_MB,
                line -> invocation.log().add("INFO", line));
    }

    /** What a thrown object says; may run code of the guest's, which the meter still watches. */
    private Answer.Failure failure(Throwable thrown, RunningInvocation invocation, FailureReason reason) {
        RefusedCodeException refusal = refusal(thrown);
        if (refusal != null) {
            return new Answer.Failure(reason, "Runtime.RefusedCode", String.valueOf(refusal.getMessage()), true);
        }
        if (meter.isStopped()) {
            return spent(invocation);
        }
        boolean fatal = reason == FailureReason.INIT_FAILED || thrown instanceof Error;
        String type = thrown.getClass().getName();
        try {
            Throwable told = thrown instanceof ExceptionInInitializerError && thrown.getCause() != null
                    ? thrown.getCause()
                    : thrown;
            String message = String.valueOf(told.getMessage());
            invocation.log().add("ERROR", trace(told));
            return new Answer.Failure(reason, told.getClass().getName(), message, fatal);
        } catch (Throwable e) {
            return meter.isStopped()
                    ? spent(invocation)
                    : new Answer.Failure(reason, type, "it threw again when asked for its message", true);
        }
    }

    private static @Nullable RefusedCodeException refusal(Throwable thrown) {
        // Only classes of the JDK are asked for their cause: a guest's may answer anything.
        Throwable at = thrown;
        for (int i = 0; at != null && i < MAX_CAUSES; i++) {
            if (at instanceof RefusedCodeException refusal) {
                return refusal;
            }
            at = at.getClass().getClassLoader() == null ? at.getCause() : null;
        }
        return null;
    }

    private static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable at = thrown;
        for (int i = 0; at != null && i < MAX_CAUSES; i++) {
            text.append(i == 0 ? "" : "\nCaused by: ").append(at);
            StackTraceElement[] frames = at.getStackTrace();
            for (int f = 0; f < Math.min(frames.length, MAX_FRAMES); f++) {
                if (frames[f].getClassName().startsWith("dev.nearside.edge.")) {
                    break;
                }
                text.append("\n    at ").append(frames[f]);
            }
            at = at.getCause();
        }
        return text.toString();
    }

    private Answer.Failure spent(RunningInvocation invocation) {
        return new Answer.Failure(
                FailureReason.TIMED_OUT,
                "Sandbox.Timedout",
                "RequestId: " + invocation.invocation().requestId() + " Error: stopped after " + maxSteps + " steps",
                true);
    }

    private static Answer.Failure outOfMemory(RunningInvocation invocation) {
        return Answer.Failure.of(Failures.outOfMemory(invocation.invocation().requestId()), true);
    }
}
