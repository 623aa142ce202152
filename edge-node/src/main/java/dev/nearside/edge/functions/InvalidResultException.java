package dev.nearside.edge.functions;

/** A function's answer that breaks one of Lambda@Edge's rules; the message names the value, what is allowed, and the rule. */
public final class InvalidResultException extends Exception {

    private final ResultRule rule;

    /**
     * A broken rule.
     *
     * @param fault what is wrong and what is expected, without a full stop
     */
    InvalidResultException(ResultRule rule, String fault) {
        super(fault + " (rule " + rule.id() + ")");
        this.rule = rule;
    }

    ResultRule rule() {
        return rule;
    }
}
