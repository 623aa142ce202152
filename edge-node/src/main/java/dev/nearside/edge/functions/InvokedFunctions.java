package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions that were loaded because somebody invokes them by hand, which no snapshot need name: a few, the ones used
 * last. Confined to one thread.
 */
public final class InvokedFunctions implements AutoCloseable {

    private static final int MAX_VERSIONS = 16;
    private static final long MAX_CODE_BYTES = 128L * 1024 * 1024;

    private static final class Entry {
        private final EngineChoice.Loaded loaded;
        private long lastUse;

        Entry(EngineChoice.Loaded loaded) {
            this.loaded = loaded;
        }
    }

    /**
     * A version that was handed out.
     *
     * @param use tells this time from others, for {@link #closeIfIdleSince}
     */
    public record Use(FunctionVersion version, LoadedFunction function, long use) {}

    private final EngineChoice engines;

    /** The one used last is the last. Versions are equal only with their code and configuration. */
    private final Map<FunctionVersion, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private long uses;

    public InvokedFunctions(EngineChoice engines) {
        this.engines = engines;
    }

    /** The version, if it is loaded. */
    public Optional<Use> use(FunctionVersion version) {
        return Optional.ofNullable(entries.get(version)).map(entry -> handOut(version, entry));
    }

    /** The version, loaded from its package if it is not yet. */
    public Use use(FunctionVersion version, byte[] zip) {
        Entry entry = entries.get(version);
        if (entry == null) {
            entry = new Entry(engines.load(version, zip));
            entries.put(version, entry);
            makeRoom();
        }
        return handOut(version, entry);
    }

    private Use handOut(FunctionVersion version, Entry entry) {
        entry.lastUse = ++uses;
        return new Use(version, entry.loaded.function(), uses);
    }

    /** Closes a version that nobody used again. */
    public void closeIfIdleSince(Use last) {
        Entry entry = entries.get(last.version());
        if (entry != null && entry.lastUse == last.use()) {
            entries.remove(last.version());
            last.function().close();
        }
    }

    private void makeRoom() {
        long bytes =
                entries.keySet().stream().mapToLong(FunctionVersion::codeBytes).sum();
        Iterator<Map.Entry<FunctionVersion, Entry>> oldestFirst =
                List.copyOf(entries.entrySet()).iterator();
        while (entries.size() > 1 && (entries.size() > MAX_VERSIONS || bytes > MAX_CODE_BYTES)) {
            Map.Entry<FunctionVersion, Entry> oldest = oldestFirst.next();
            bytes -= oldest.getKey().codeBytes();
            entries.remove(oldest.getKey());
            oldest.getValue().loaded.function().close();
        }
    }

    @Override
    public void close() {
        new ArrayList<>(entries.values())
                .forEach(entry -> entry.loaded.function().close());
        entries.clear();
    }
}
