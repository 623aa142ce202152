package dev.nearside.edge.functions.cloudfront;

import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.instrumentation.provider.TruffleInstrumentProvider;
import java.util.Collection;
import java.util.List;

/** How the polyglot engine finds {@link GuestObjects}; usually generated, written by hand to need no processor. */
@TruffleInstrument.Registration(
        id = GuestObjects.ID,
        name = "Nearside guest objects",
        services = GuestObjects.Door.class)
public final class GuestObjectsProvider extends TruffleInstrumentProvider {

    @Override
    protected String getInstrumentClassName() {
        return GuestObjects.class.getName();
    }

    @Override
    protected Object create() {
        return new GuestObjects();
    }

    @Override
    protected Collection<String> getServicesClassNames() {
        return List.of(GuestObjects.Door.class.getName());
    }
}
