package dev.nearside.simulator.devloop;

/**
 * Something in a folder that breaks a rule.
 *
 * @param where file of the folder, with the line where one is known, for example {@code nearside.yaml:3}
 * @param rule what is ruled
 * @param value what is there
 * @param allowed what may be there
 */
public record Finding(String where, String rule, String value, String allowed) {

    private static final int MAX_VALUE = 1_000;

    /** One line. */
    @Override
    public String toString() {
        String shown = value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) + "…" : value;
        return where + ": " + rule + ": " + shown.lines().findFirst().orElse("(empty)")
                + (allowed.isEmpty() ? "" : "; allowed: " + allowed);
    }
}
