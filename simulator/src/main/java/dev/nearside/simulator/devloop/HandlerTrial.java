package dev.nearside.simulator.devloop;

import dev.nearside.edge.functions.EngineChoice;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.engines.FunctionEngines;
import dev.nearside.edge.functions.engines.JsEngine;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.watch.InvokeQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Runs a folder's handler on sample events, on the engines of a node and without a world. */
public final class HandlerTrial implements AutoCloseable {

    private final RandomGenerator random = Randomness.fast();
    private final List<FunctionEngine> engines;

    /** On the engines that a node has, so that what runs here runs there too. */
    public HandlerTrial() {
        this(FunctionEngines.open(JsEngine.AUTO, Time.system(), Randomness.secret())
                .list());
    }

    /** On these engines, which end with it. */
    HandlerTrial(List<FunctionEngine> engines) {
        this.engines = List.copyOf(engines);
    }

    /** Why no engine can run the handler here; empty if one can. */
    Optional<String> lack(FunctionSettings settings, byte[] zip, CodeBundle code) {
        FunctionVersion version = version(settings, zip);
        List<String> lacks = new ArrayList<>();
        for (FunctionEngine engine : engines) {
            if (engine.runs(version.runtime())) {
                List<String> missing = engine.missing(version, code);
                if (missing.isEmpty()) {
                    return Optional.empty();
                }
                lacks.add(engine.name() + " lacks " + String.join(", ", missing));
            }
        }
        return Optional.of(
                lacks.isEmpty() ? "no engine runs the runtime '" + version.runtime() + "'" : String.join("; ", lacks));
    }

    /** What became of each event, in their order. */
    List<InvocationOutcome> run(FunctionSettings settings, byte[] zip, List<byte[]> events) {
        try (LoadedFunction function =
                new EngineChoice(engines).load(version(settings, zip), zip).function()) {
            return events.stream()
                    .map(event -> outcome(function, settings, event))
                    .toList();
        }
    }

    private static FunctionVersion version(FunctionSettings settings, byte[] zip) {
        return new FunctionVersion(
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
        engines.forEach(FunctionEngine::close);
    }
}
