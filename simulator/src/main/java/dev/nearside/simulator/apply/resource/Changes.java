package dev.nearside.simulator.apply.resource;

import java.util.Set;
import java.util.TreeSet;

/**
 * Where the properties of a resource differ from those that it has.
 *
 * @param paths of values, such as {@code Origins[0].Id}
 */
public record Changes(Set<String> paths) {

    public Changes {
        paths = Set.copyOf(new TreeSet<>(paths));
    }

    /** Whether one of them is a property, or lies in it. */
    public boolean touch(String property) {
        return paths.stream().anyMatch(path -> lies(path, property));
    }

    /** Whether a path is that of a property, or of something in it. */
    public static boolean lies(String path, String property) {
        return path.equals(property) || path.startsWith(property + ".") || path.startsWith(property + "[");
    }

    /** Whether nothing but those properties differs. */
    boolean touchOnly(Set<String> properties) {
        return paths.stream().allMatch(path -> properties.stream().anyMatch(property -> lies(path, property)));
    }
}
