package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.Selection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A choice of headers, cookies or query strings in a policy: CloudFront's checks, and the form in which nodes know it.
 *
 * @param member AWS's name of the member that says how names are meant, for example {@code CookieBehavior}
 * @param behavior its value
 * @param names empty if there are none
 */
record NameSelection(String member, String behavior, List<String> names) {

    private static final int MAX_NAMES = 10;
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    NameSelection {
        names = List.copyOf(names);
    }

    static NameSelection of(String member, @Nullable String behavior, @Nullable List<String> names) {
        return new NameSelection(member, ConfigErrors.require(behavior, member), names == null ? List.of() : names);
    }

    /** Whether nothing is selected. */
    boolean isNone() {
        return behavior.equals("none");
    }

    /**
     * Checks the behavior, and that there are names if and only if the behavior speaks of names.
     *
     * @param behaviors that this policy offers
     * @param tooMany AWS's code for too many names
     */
    void check(List<String> behaviors, String tooMany) {
        if (!behaviors.contains(behavior)) {
            throw invalidArgument("The parameter " + member + " is '" + behavior + "', expected one of " + behaviors);
        }
        boolean wantsNames = behavior.equals("whitelist")
                || behavior.equals("allExcept")
                || behavior.equals("allViewerAndWhitelistCloudFront");
        if (wantsNames == names.isEmpty()) {
            throw invalidArgument("The parameter " + member + " is '" + behavior + "' with " + names.size()
                    + " names, expected " + (wantsNames ? "at least one" : "none"));
        }
        if (names.size() > MAX_NAMES) {
            throw AwsError.badRequest(
                    tooMany,
                    "The policy has " + names.size() + " names with " + member + ", expected at most " + MAX_NAMES);
        }
        Set<String> unique = new HashSet<>();
        for (String name : names) {
            if (name.isEmpty() || name.equals("*") || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw invalidArgument("The name '" + name + "' with " + member
                        + " is not valid, expected visible ASCII characters and not a lone *");
            }
            if (!unique.add(name)) {
                throw invalidArgument("The name '" + name + "' is there twice with " + member);
            }
        }
    }

    /**
     * Checks that the names are header fields that a policy may name.
     *
     * @param forbidden what this kind of policy cannot name
     */
    void checkHeaders(HeaderNames forbidden) {
        Set<String> unique = new HashSet<>();
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!HEADER_NAME.matcher(name).matches()) {
                throw invalidArgument("The parameter Headers contains '" + name + "', which is not a header name");
            }
            if (forbidden.include(name)) {
                throw invalidArgument("The parameter Headers contains " + name + " that is not allowed.");
            }
            if (!unique.add(lower)) {
                throw invalidArgument("The parameter Headers contains " + name + " twice");
            }
        }
    }

    Selection selection() {
        return switch (behavior) {
            case "whitelist" -> new Selection(Selection.Mode.WHITELIST, names);
            case "allExcept" -> new Selection(Selection.Mode.ALL_EXCEPT, names);
            case "all", "allViewer", "allViewerAndWhitelistCloudFront" -> Selection.ALL;
            default -> Selection.NONE;
        };
    }
}
