package dev.nearside.edge.functions.cloudfront;

import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.instrumentation.provider.TruffleInstrumentProvider;
import java.util.Collection;
import java.util.List;

/** How the polyglot engine finds {@link StepCounter}; usually generated, written by hand to need no processor. */
@TruffleInstrument.Registration(id = StepCounter.ID, name = "Nearside step counter", services = StepCounter.Door.class)
public final class StepCounterProvider extends TruffleInstrumentProvider {

    @Override
    protected String getInstrumentClassName() {
        return StepCounter.class.getName();
    }

    @Override
    protected Object create() {
        return new StepCounter();
    }

    @Override
    protected Collection<String> getServicesClassNames() {
        return List.of(StepCounter.Door.class.getName());
    }
}
