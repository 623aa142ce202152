package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A type of resource that templates name and AWS's API here has. */
public interface ResourceType {

    /** Such as {@code AWS::Lambda::Function}. */
    String name();

    /** What {@code Fn::GetAtt} may ask for. */
    Set<String> attributes();

    /** Paths of properties that nobody can change: another value there takes another resource. */
    Set<String> immutable();

    /**
     * The properties as they are compared and sent: checked, with files read. Parts that are not known yet may be among
     * them.
     *
     * @param folder against which the template's paths stand
     * @throws TemplateException if something in them is not known or does not fit
     */
    Value.Members prepared(Value.Members properties, Path folder);

    /** Makes it. */
    Made create(Target target, Value.Members properties);

    /**
     * Gives it other properties, none of them immutable.
     *
     * @param changes where they differ from those that it was given last
     */
    Made update(Target target, Made made, Value.Members properties, Changes changes);

    /** Whether it is still there. */
    boolean exists(Target target, Made made);

    /** What an attempt to make it has left, of which nobody knows whether it succeeded. */
    Optional<Made> find(Target target, Value.Members properties);

    /** Whether {@link #find} never finds what others have made, since a mark on it tells whose it is. */
    default boolean findsOwnOnly() {
        return false;
    }

    /** Waits until what was done to it is in force everywhere, for types where that takes a while. */
    default void settle(Target target, Made made) {}

    /** Takes it away; nothing happens if it is not there. */
    void delete(Target target, Made made);
}
