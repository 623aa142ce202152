package dev.nearside.simulator.apply.template;

/**
 * Stands where resources may not be referred to.
 *
 * @param where that is, such as {@code a condition}
 */
public record NoReferences(String where) implements References {

    @Override
    public Value.Text ref(String logicalId, int line) {
        throw new TemplateException(
                line, "Ref names " + logicalId + " in " + where + ", expected a parameter of the template");
    }

    @Override
    public Value.Text attribute(String logicalId, String attribute, int line) {
        throw new TemplateException(
                line, "Fn::GetAtt names " + logicalId + " in " + where + ", where only parameters are known");
    }
}
