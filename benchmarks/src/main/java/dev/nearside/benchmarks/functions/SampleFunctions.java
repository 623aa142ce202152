package dev.nearside.benchmarks.functions;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import java.util.ArrayList;
import java.util.List;

/** Functions of different code on one engine, each with one warm environment. Closing it ends them and the engine. */
public final class SampleFunctions implements AutoCloseable {

    private final Subject subject;
    private final FunctionEngine engine;
    private final byte[] event = SampleEvent.json();
    private final List<LoadedFunction> functions = new ArrayList<>();

    public SampleFunctions(Subject subject) {
        this.subject = subject;
        this.engine = subject.engine();
    }

    /** Adds that many, each of which serves an event. */
    public void add(int count) {
        for (int i = 0; i < count; i++) {
            LoadedFunction function = subject.load(engine, functions.size());
            functions.add(function);
            Subject.invoke(function, event);
        }
    }

    /** The functions in the order of their making. */
    List<LoadedFunction> all() {
        return functions;
    }

    @Override
    public void close() {
        functions.forEach(LoadedFunction::close);
        engine.close();
    }
}
