package dev.nearside.edge.functions;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An engine and short ways to run code on it. */
public class EngineBench implements AutoCloseable {

    public static final String REQUEST_ID = "6bc28136-xmpl-4365-b021-0ce6b2e64ab0";
    public static final long GENEROUS_MILLIS = 20_000;

    private final FunctionEngine engine;
    private final String runtime;

    /** Takes the engine over; its functions are of that runtime. */
    public EngineBench(FunctionEngine engine, String runtime) {
        this.engine = engine;
        this.runtime = runtime;
    }

    public static Map<String, String> files(String... pathsAndContents) {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < pathsAndContents.length; i += 2) {
            files.put(pathsAndContents[i], pathsAndContents[i + 1]);
        }
        return files;
    }

    /** A function of one file whose handler is {@code index.handler}. */
    public LoadedFunction load(String code) {
        return load("index.handler", files(runtime.startsWith("python") ? "index.py" : "index.js", code));
    }

    public LoadedFunction load(String handler, Map<String, String> files) {
        return load(handler, files, Map.of());
    }

    public LoadedFunction load(String handler, Map<String, String> files, Map<String, String> environment) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((path, text) -> contents.put(path, text.getBytes(StandardCharsets.UTF_8)));
        FunctionVersion version = new FunctionVersion(
                "arn:aws:lambda:us-east-1:000000000000:function:greet:7",
                "greet",
                "7",
                runtime,
                handler,
                "0".repeat(64),
                100,
                128,
                3,
                environment);
        return engine.load(version, CodeBundle.of(contents));
    }

    /** Loads, invokes once with an empty event, waits. */
    public InvocationOutcome run(String code) {
        return invoke(load(code));
    }

    public InvocationOutcome invoke(LoadedFunction function) {
        return await(start(function, "{}", GENEROUS_MILLIS));
    }

    public InvocationOutcome invoke(LoadedFunction function, String event, long timeoutMillis) {
        return await(start(function, event, timeoutMillis));
    }

    /** The result of a handler that must answer. */
    public String answer(String code) {
        return answer(load(code));
    }

    public String answer(LoadedFunction function) {
        return resultOf(invoke(function));
    }

    public CompletableFuture<InvocationOutcome> start(LoadedFunction function, String event, long timeoutMillis) {
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        byte[] json = event.getBytes(StandardCharsets.UTF_8);
        function.invoke(new Invocation(REQUEST_ID, json, timeoutMillis, 128, 1_000_000), outcome::complete);
        return outcome;
    }

    /** Has an environment made ahead; the failure if there is none then. */
    public static Optional<InvocationOutcome.Failed> warmUp(LoadedFunction function) {
        CompletableFuture<Optional<InvocationOutcome.Failed>> done = new CompletableFuture<>();
        function.warmUp(done::complete);
        return done.orTimeout(60, TimeUnit.SECONDS).join();
    }

    public static InvocationOutcome await(CompletableFuture<InvocationOutcome> outcome) {
        return outcome.orTimeout(60, TimeUnit.SECONDS).join();
    }

    public static String resultOf(InvocationOutcome outcome) {
        return switch (outcome) {
            case InvocationOutcome.Returned(byte[] json, var _) -> new String(json, StandardCharsets.UTF_8);
            case InvocationOutcome.Failed failed -> throw new AssertionError("no result but " + failed);
        };
    }

    public static InvocationOutcome.Failed failureOf(InvocationOutcome outcome) {
        return switch (outcome) {
            case InvocationOutcome.Failed failed -> failed;
            case InvocationOutcome.Returned(byte[] json, var _) ->
                throw new AssertionError("no failure but " + new String(json, StandardCharsets.UTF_8));
        };
    }

    @Override
    public void close() {
        engine.close();
    }
}
