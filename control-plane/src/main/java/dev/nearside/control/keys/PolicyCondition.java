package dev.nearside.control.keys;

import dev.nearside.kit.http.Wildcards;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * One condition of a policy's statement: an operator, a condition key and the values that fit. What is not known here
 * is refused when the policy is put, since a condition that is ignored would grant what nobody meant to.
 *
 * @param operator without {@code IfExists} and without a set qualifier
 * @param qualifier {@code ForAllValues}, {@code ForAnyValue} or empty
 */
record PolicyCondition(String operator, String qualifier, boolean ifExists, String key, List<String> values) {

    private static final String CONTEXT = "kms:encryptioncontext:";
    private static final String CONTEXT_KEYS = "kms:encryptioncontextkeys";

    private static final Set<String> KEYS = Set.of(
            "kms:viaservice",
            "kms:calleraccount",
            CONTEXT_KEYS,
            "aws:principalarn",
            "aws:principalaccount",
            "kms:keyspec",
            "kms:keyusage");

    private static final Map<String, BiPredicate<String, String>> MATCHES = Map.ofEntries(
            Map.entry("StringEquals", String::equals),
            Map.entry("StringNotEquals", String::equals),
            Map.entry("StringEqualsIgnoreCase", String::equalsIgnoreCase),
            Map.entry("StringNotEqualsIgnoreCase", String::equalsIgnoreCase),
            Map.entry("StringLike", Wildcards::matches),
            Map.entry("StringNotLike", Wildcards::matches),
            Map.entry("ArnEquals", Wildcards::matches),
            Map.entry("ArnLike", Wildcards::matches),
            Map.entry("ArnNotEquals", Wildcards::matches),
            Map.entry("ArnNotLike", Wildcards::matches),
            Map.entry("Bool", String::equalsIgnoreCase),
            Map.entry("Null", String::equalsIgnoreCase));

    /**
     * Takes an operator apart.
     *
     * @throws KeyException if operator or key is not offered
     */
    static PolicyCondition of(String operator, String key, List<String> values) {
        String rest = operator;
        String qualifier = "";
        int colon = rest.indexOf(':');
        if (colon >= 0) {
            qualifier = rest.substring(0, colon);
            rest = rest.substring(colon + 1);
        }
        boolean ifExists = rest.endsWith("IfExists");
        rest = ifExists ? rest.substring(0, rest.length() - "IfExists".length()) : rest;
        if (!MATCHES.containsKey(rest)
                || !Set.of("", "ForAllValues", "ForAnyValue").contains(qualifier)) {
            throw notOffered("operator '" + operator + "'");
        }
        String lower = key.toLowerCase(Locale.ROOT);
        if (!KEYS.contains(lower) && !lower.startsWith(CONTEXT)) {
            throw notOffered("key '" + key + "'");
        }
        return new PolicyCondition(rest, qualifier, ifExists, key, List.copyOf(values));
    }

    private static KeyException notOffered(String what) {
        return new KeyException(
                "NotImplemented",
                "the condition " + what + " in a key policy is not offered by this release of Nearside");
    }

    boolean holds(KeyUse use, String accountId) {
        List<String> actual = actual(use, accountId);
        if (operator.equals("Null")) {
            return values.contains(String.valueOf(actual.isEmpty()));
        }
        boolean negative = operator.contains("Not");
        if (actual.isEmpty()) {
            return ifExists || negative || qualifier.equals("ForAllValues");
        }
        BiPredicate<String, String> matches = MATCHES.getOrDefault(operator, String::equals);
        return qualifier.equals("ForAllValues")
                ? actual.stream().allMatch(value -> fits(matches, value) != negative)
                : actual.stream().anyMatch(value -> fits(matches, value) != negative);
    }

    private boolean fits(BiPredicate<String, String> matches, String actual) {
        return values.stream().anyMatch(expected -> matches.test(expected, actual));
    }

    private List<String> actual(KeyUse use, String accountId) {
        String lower = key.toLowerCase(Locale.ROOT);
        Map<String, String> pairs = use.context().pairs();
        if (lower.startsWith(CONTEXT)) {
            String value = pairs.get(key.substring(CONTEXT.length()));
            return value == null ? List.of() : List.of(value);
        }
        return switch (lower) {
            case "kms:viaservice" -> use.via().isEmpty() ? List.of() : List.of(use.via());
            case "kms:calleraccount", "aws:principalaccount" -> List.of(accountId);
            case CONTEXT_KEYS -> new ArrayList<>(pairs.keySet());
            case "aws:principalarn" -> List.of(use.principal());
            case "kms:keyspec" -> List.of("SYMMETRIC_DEFAULT");
            case "kms:keyusage" -> List.of("ENCRYPT_DECRYPT");
            default -> throw new IllegalStateException("the condition key " + key + " was accepted");
        };
    }
}
