package dev.nearside.edge.functions.js;

import java.util.HashMap;
import java.util.Map;

/** One environment's requests under way, by the guest's numbers; not safe for use by many threads. */
final class PendingRequests {

    private final Map<Integer, Runnable> cancellers = new HashMap<>();

    int size() {
        return cancellers.size();
    }

    void add(int id, Runnable canceller) {
        Runnable earlier = cancellers.put(id, canceller);
        if (earlier != null) {
            earlier.run();
        }
    }

    /** Forgets one that is done; false if it was stopped meanwhile. */
    boolean remove(int id) {
        return cancellers.remove(id) != null;
    }

    void stop(int id) {
        Runnable canceller = cancellers.remove(id);
        if (canceller != null) {
            canceller.run();
        }
    }

    void stopAll() {
        cancellers.values().forEach(Runnable::run);
        cancellers.clear();
    }
}
