package dev.nearside.simulator.devloop;

import dev.nearside.edge.functions.EngineChoice;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.watch.InvokeQuestion;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Runs a folder's handler on sample events, in this process and without a world. */
public final class HandlerTrial implements AutoCloseable {

    private final RandomGenerator random = Randomness.fast();
    private final GraalJsEngine engine =
            new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.secret());

    /** Whether handlers of that runtime can be tried here. */
    boolean runs(String runtime) {
        return engine.runs(runtime);
    }

    /** What became of each event, in their order. */
    List<InvocationOutcome> run(FunctionSettings settings, byte[] zip, List<byte[]> events) {
        FunctionVersion version = new FunctionVersion(
                "arn:aws:lambda:us-east-1:000000000000:function:sample:$LATEST",
                "sample",
                "$LATEST",
                settings.runtime(),
                settings.handler(),
                CodeDigest.hex(zip),
                zip.length,
                settings.memoryMb(),
                settings.timeoutSeconds(),
                settings.environment());
        try (LoadedFunction function =
                new EngineChoice(List.of(engine)).load(version, zip).function()) {
            return events.stream()
                    .map(event -> outcome(function, settings, event))
                    .toList();
        }
    }

    private InvocationOutcome outcome(LoadedFunction function, FunctionSettings settings, byte[] event) {
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        function.invoke(
                new Invocation(
                        new UUID(random.nextLong(), random.nextLong()).toString(),
                        event,
                        settings.timeoutSeconds() * 1_000L,
                        settings.memoryMb(),
                        InvokeQuestion.MAX_PAYLOAD_BYTES),
                outcome::complete);
        return outcome.join();
    }

    @Override
    public void close() {
        engine.close();
    }
}
