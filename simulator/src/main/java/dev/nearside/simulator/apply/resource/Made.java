package dev.nearside.simulator.apply.resource;

import java.util.Map;
import java.util.TreeMap;

/**
 * A resource that exists.
 *
 * @param id what {@code Ref} gives
 * @param attributes what {@code Fn::GetAtt} gives, by name; what else later calls need has a name with a dash
 */
public record Made(String id, Map<String, String> attributes) {
    public Made {
        attributes = Map.copyOf(new TreeMap<>(attributes));
    }

    /** Whether both are one thing: also where its id is an address and the world has moved to another port. */
    public boolean isSameAs(Made other) {
        return id.equals(other.id)
                || (!attribute("Arn").isEmpty() && attribute("Arn").equals(other.attribute("Arn")));
    }

    /** What {@code Fn::GetAtt} or a later call needs, empty if it is not there. */
    String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }
}
