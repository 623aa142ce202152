package dev.nearside.edge.functions.js;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.graalvm.polyglot.Source;

/** Node's modules for guests of other engines: their sources, and the host's functions that they are made of. */
public final class GuestModules {

    private final GuestLibrary library = new GuestLibrary();

    /**
     * The function literal of one of Node's modules.
     *
     * @throws IllegalArgumentException if we do not have it
     */
    public Source source(String name) {
        return library.module(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no module '" + name + "'"));
    }

    /** What {@code buffer} and {@code crypto} ask of the host, by name. */
    public static Map<String, Object> hostFunctions(RandomGenerator randomness) {
        Map<String, Object> functions = new HashMap<>();
        HostBytes.addTo(functions);
        HostCrypto.addTo(functions, randomness);
        return functions;
    }
}
