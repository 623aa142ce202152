package dev.nearside.edge.functions.jvm.guest;

import java.util.Locale;

/** Stand-ins for what makes locales, as {@link Guards} has for others. */
public final class LocaleGuards {

    private LocaleGuards() {}

    public static Locale of(String language) {
        return KnownLocales.admit(Locale.of(language));
    }

    public static Locale of(String language, String country) {
        return KnownLocales.admit(Locale.of(language, country));
    }

    public static Locale of(String language, String country, String variant) {
        return KnownLocales.admit(Locale.of(language, country, variant));
    }

    public static Locale forLanguageTag(String tag) {
        return KnownLocales.admit(Locale.forLanguageTag(tag));
    }

    public static Locale build(Locale.Builder builder) {
        return KnownLocales.admit(builder.build());
    }

    /** Before a constructor. */
    public static void admit(String language) {
        var _ = of(language);
    }

    /** Before a constructor. */
    public static void admit(String language, String country) {
        var _ = of(language, country);
    }
}
