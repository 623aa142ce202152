package dev.nearside.kit.snapshot;

import java.util.List;

/**
 * Which headers, cookies or query parameters a policy means.
 *
 * @param items names; only with {@link Mode#WHITELIST} and {@link Mode#ALL_EXCEPT}
 */
public record Selection(Mode mode, List<String> items) {

    /** How {@code items} is meant. */
    public enum Mode {
        NONE,
        WHITELIST,
        ALL_EXCEPT,
        ALL
    }

    public static final Selection NONE = new Selection(Mode.NONE, List.of());
    public static final Selection ALL = new Selection(Mode.ALL, List.of());

    public Selection {
        items = List.copyOf(items);
    }

    public static Selection only(String... items) {
        return new Selection(Mode.WHITELIST, List.of(items));
    }

    /** Whether the selection can select anything at all. */
    public boolean selectsSome() {
        return mode == Mode.ALL || mode == Mode.ALL_EXCEPT || (mode == Mode.WHITELIST && !items.isEmpty());
    }

    /** Whether a name is selected; case matters, as it does for cookies and query parameters. */
    public boolean selects(String name) {
        return switch (mode) {
            case NONE -> false;
            case ALL -> true;
            case WHITELIST -> items.contains(name);
            case ALL_EXCEPT -> !items.contains(name);
        };
    }

    /** Whether a header is selected; case does not matter. */
    public boolean selectsHeader(String name) {
        return switch (mode) {
            case NONE -> false;
            case ALL -> true;
            case WHITELIST -> containsIgnoringCase(name);
            case ALL_EXCEPT -> !containsIgnoringCase(name);
        };
    }

    private boolean containsIgnoringCase(String name) {
        for (String item : items) {
            if (item.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
