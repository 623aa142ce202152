package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An engine and short ways to run code on it. */
final class JsWorkbench implements AutoCloseable {

    static final String REQUEST_ID = "6bc28136-xmpl-4365-b021-0ce6b2e64ab0";
    static final long GENEROUS_MILLIS = 20_000;

    private final GraalJsEngine engine;

    JsWorkbench() {
        this(JsEngineLimits.defaults());
    }

    JsWorkbench(JsEngineLimits limits) {
        this(new JsRuntime(limits, Time.system(), Randomness.secret()));
    }

    JsWorkbench(JsRuntime runtime) {
        this.engine = new GraalJsEngine(runtime);
    }

    GraalJsEngine engine() {
        return engine;
    }

    static Map<String, String> files(String... pathsAndContents) {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < pathsAndContents.length; i += 2) {
            files.put(pathsAndContents[i], pathsAndContents[i + 1]);
        }
        return files;
    }

    /** A function of one file whose handler is {@code index.handler}. */
    LoadedFunction load(String code) {
        return load("index.handler", files("index.js", code));
    }

    LoadedFunction load(String handler, Map<String, String> files) {
        return load(handler, files, Map.of());
    }

    LoadedFunction load(String handler, Map<String, String> files, Map<String, String> environment) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((path, text) -> contents.put(path, text.getBytes(StandardCharsets.UTF_8)));
        FunctionVersion version = new FunctionVersion(
                "arn:aws:lambda:us-east-1:000000000000:function:greet:7",
                "greet",
                "7",
                "nodejs20.x",
                handler,
                "0".repeat(64),
                100,
                128,
                3,
                environment);
        return engine.load(version, CodeBundle.of(contents));
    }

    /** Loads, invokes once with an empty event, waits. */
    InvocationOutcome run(String code) {
        return invoke(load(code));
    }

    InvocationOutcome invoke(LoadedFunction function) {
        return await(start(function, "{}", GENEROUS_MILLIS));
    }

    InvocationOutcome invoke(LoadedFunction function, String event, long timeoutMillis) {
        return await(start(function, event, timeoutMillis));
    }

    /** The result of a handler that must answer. */
    String answer(String code) {
        return answer(load(code));
    }

    String answer(LoadedFunction function) {
        return resultOf(invoke(function));
    }

    CompletableFuture<InvocationOutcome> start(LoadedFunction function, String event, long timeoutMillis) {
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        byte[] json = event.getBytes(StandardCharsets.UTF_8);
        function.invoke(new Invocation(REQUEST_ID, json, timeoutMillis, 128, 1_000_000), outcome::complete);
        return outcome;
    }

    static InvocationOutcome await(CompletableFuture<InvocationOutcome> outcome) {
        return outcome.orTimeout(60, TimeUnit.SECONDS).join();
    }

    static String resultOf(InvocationOutcome outcome) {
        return switch (outcome) {
            case InvocationOutcome.Returned(byte[] json, var _) -> new String(json, StandardCharsets.UTF_8);
            case InvocationOutcome.Failed failed -> throw new AssertionError("no result but " + failed);
        };
    }

    static InvocationOutcome.Failed failureOf(InvocationOutcome outcome) {
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
