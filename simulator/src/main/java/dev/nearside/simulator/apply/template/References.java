package dev.nearside.simulator.apply.template;

/** What the resources of a stack are known by. */
public interface References {

    /**
     * What {@code Ref} gives for a resource.
     *
     * @param line of the reference, for messages
     */
    Value.Text ref(String logicalId, int line);

    /**
     * What {@code Fn::GetAtt} gives for a resource.
     *
     * @throws TemplateException if its type has no such attribute
     */
    Value.Text attribute(String logicalId, String attribute, int line);
}
