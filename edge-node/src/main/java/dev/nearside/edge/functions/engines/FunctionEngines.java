package dev.nearside.edge.functions.engines;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.edge.functions.js.OutboundLimits;
import dev.nearside.edge.functions.jvm.JavaEngine;
import dev.nearside.edge.functions.jvm.JavaEngineLimits;
import dev.nearside.edge.functions.process.Language;
import dev.nearside.edge.functions.process.ProcessEngine;
import dev.nearside.edge.functions.process.ProcessLimits;
import dev.nearside.kit.time.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The engines of a node, or of several in one JVM; the preferred one for a runtime comes first. */
public final class FunctionEngines implements AutoCloseable {

    /** Names hosts on this machine or in private networks that handlers in process may call, with commas between. */
    private static final String MAY_CALL = "NEARSIDE_FUNCTIONS_MAY_CALL";

    private final List<FunctionEngine> engines;

    private FunctionEngines(List<FunctionEngine> engines) {
        this.engines = List.copyOf(engines);
    }

    /**
     * Makes the engines. Interpreters of processes are looked for on this process's PATH when a function first needs
     * one.
     *
     * @param randomness must be unpredictable
     */
    public static FunctionEngines open(JsEngine javaScript, Time time, RandomGenerator randomness) {
        List<FunctionEngine> engines = new ArrayList<>();
        if (javaScript != JsEngine.NODE) {
            engines.add(new GraalJsEngine(inProcessLimits(), time, randomness));
        }
        if (javaScript != JsEngine.GRAALJS) {
            engines.add(processes(Language.NODE, time, randomness));
        }
        engines.add(processes(Language.PYTHON, time, randomness));
        engines.add(new JavaEngine(JavaEngineLimits.defaults(), time));
        return new FunctionEngines(engines);
    }

    private static JsEngineLimits inProcessLimits() {
        String hosts = Objects.requireNonNullElse(System.getenv(MAY_CALL), "");
        Set<String> mayCall = Arrays.stream(hosts.split(","))
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toSet());
        return JsEngineLimits.defaults().withOutbound(OutboundLimits.defaults().withMayCall(mayCall));
    }

    private static FunctionEngine processes(Language language, Time time, RandomGenerator randomness) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return new ProcessEngine(language, ProcessLimits.defaults(), path, time, randomness);
    }

    /** In the order in which they are asked. */
    public List<FunctionEngine> list() {
        return engines;
    }

    /** Ends them and whatever still runs. */
    @Override
    public void close() {
        engines.forEach(FunctionEngine::close);
    }
}
