package dev.nearside.edge.functions.jvm.guest;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The locales that guests may make. The JDK keeps what it has found out about a locale for good, so that there is a
 * bound for those that it does not know; all environments share this class.
 */
public final class KnownLocales {

    private static final int MAX_LENGTH = 64;
    private static final Set<Locale> OF_THE_JDK = Set.of(Locale.getAvailableLocales());
    private static final KnownLocales ALL = new KnownLocales(2_000);

    private final int maxUnknown;
    private final Set<Locale> unknown = new HashSet<>();

    /** With room for so many locales that the JDK does not know, of all functions together. */
    KnownLocales(int maxUnknown) {
        this.maxUnknown = maxUnknown;
    }

    /** The locale itself. */
    public static Locale admit(Locale locale) {
        if (!ALL.admits(locale)) {
            throw new IllegalArgumentException(
                    "the locale is longer than " + MAX_LENGTH + " characters, or the JDK does"
                            + " not know it and functions have made " + ALL.maxUnknown + " others in this process");
        }
        return locale;
    }

    /** Whether it is known, or still has room. */
    boolean admits(Locale locale) {
        if (OF_THE_JDK.contains(locale)) {
            return true;
        }
        if (locale.toString().length() > MAX_LENGTH) {
            return false;
        }
        synchronized (unknown) {
            return unknown.contains(locale) || (unknown.size() < maxUnknown && unknown.add(locale));
        }
    }
}
