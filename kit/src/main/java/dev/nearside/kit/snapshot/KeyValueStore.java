package dev.nearside.kit.snapshot;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What CloudFront Functions read by key.
 *
 * @param id the ARN, whose last part is the store's id
 * @param createdEpochMillis when it was made
 * @param modifiedEpochMillis when a key was last written
 */
public record KeyValueStore(
        String id, String name, long createdEpochMillis, long modifiedEpochMillis, Map<String, String> items)
        implements Resource {

    public KeyValueStore {
        items = Collections.unmodifiableMap(new TreeMap<>(items));
    }

    /** Says everything but the content, which may be long. */
    @Override
    public String toString() {
        return "KeyValueStore[" + id + ", " + name + ", " + items.size() + " keys]";
    }
}
