package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;

/** Engines with this machine's interpreters. */
final class Processes {

    private Processes() {}

    static ProcessEngine engine(Language language, ProcessLimits limits) {
        return new ProcessEngine(language, limits, System.getenv("PATH"), Time.system(), Randomness.secret());
    }

    static EngineBench node() {
        return new EngineBench(engine(Language.NODE, ProcessLimits.defaults()), "nodejs20.x");
    }

    static EngineBench node(ProcessLimits limits) {
        return new EngineBench(engine(Language.NODE, limits), "nodejs20.x");
    }

    static EngineBench python() {
        return new EngineBench(engine(Language.PYTHON, ProcessLimits.defaults()), "python3.12");
    }
}
