package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function as callers name it: by name, by {@code account:function:name}, or by ARN, each with or without a qualifier.
 *
 * @param qualifier a version number, {@code $LATEST} or an alias; null if none is given
 */
record FunctionName(String name, @Nullable String qualifier) {

    private static final Pattern FORMS =
            Pattern.compile("(?:(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:)?\\d{12}:(?:function:))?([a-zA-Z0-9-_]{1,64})"
                    + "(?::(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?");

    static final Pattern VERSION_ARN =
            Pattern.compile("arn:aws:lambda:([a-z0-9-]+):(\\d{12}):function:([a-zA-Z0-9-_]{1,64})(?::(.*))?");

    /** The order of versions as text: {@code $LATEST}, then the numbers. */
    static final Comparator<String> VERSION_ORDER = Comparator.comparing(
            version -> new FunctionName("", version).version().orElse(Long.MAX_VALUE));

    /** The order of functions and versions by ARN: by name, then by version. */
    static final Comparator<String> ARN_ORDER = Comparator.comparing(
            FunctionName::parse,
            Comparator.comparing(FunctionName::name)
                    .thenComparing(named -> named.version().orElse(Long.MAX_VALUE)));

    /**
     * Reads the {@code FunctionName} member of a request.
     *
     * @throws AwsError if it is none of the forms
     */
    static FunctionName parse(@Nullable String text) {
        Matcher matcher = FORMS.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            throw FunctionChecks.validation(
                    String.valueOf(text),
                    "functionName",
                    "Member must be a function name of letters, digits, - and _ (at most 64), or its ARN");
        }
        return new FunctionName(matcher.group(1), matcher.group(2));
    }

    /** The same with the qualifier that a request gives apart from the name. */
    FunctionName qualifiedBy(@Nullable String separate) {
        if (separate != null && qualifier != null && !separate.equals(qualifier)) {
            throw AwsError.badRequest(
                    "InvalidParameterValueException",
                    "The function name has the qualifier '" + qualifier + "' and the request '" + separate
                            + "', expected the same");
        }
        return new FunctionName(name, separate == null ? qualifier : separate);
    }

    /** The version number that the qualifier means, 0 for {@code $LATEST}; empty for an alias. */
    Optional<Long> version() {
        if (qualifier == null || qualifier.equals("$LATEST")) {
            return Optional.of(0L);
        }
        return qualifier.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.valueOf(qualifier)) : Optional.empty();
    }
}
