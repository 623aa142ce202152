package dev.nearside.simulator.apply.stack;

/** What an apply does about a resource. */
public enum Action {
    CREATE("+", "create"),
    CHANGE("~", "change"),
    REPLACE("-/+", "replace"),
    DELETE("-", "delete"),
    KEEP(".", "keep"),
    UNCHANGED("=", "unchanged");

    private final String sign;
    private final String word;

    Action(String sign, String word) {
        this.sign = sign;
        this.word = word;
    }

    String sign() {
        return sign;
    }

    String word() {
        return word;
    }
}
