package dev.nearside.edge.functions.jvm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class KnownLocalesTest {

    private final KnownLocales locales = new KnownLocales(2);

    @Test
    void unknownLocalesHaveABound() {
        assertThat(locales.admits(Locale.of("en", "US", "variant1"))).isTrue();
        assertThat(locales.admits(Locale.of("en", "US", "variant2"))).isTrue();
        assertThat(locales.admits(Locale.of("en", "US", "variant3"))).isFalse();
        assertThat(locales.admits(Locale.of("en", "US", "variant1"))).isTrue();
    }

    @Test
    void theJdksLocalesTakeNoRoom() {
        for (Locale locale : Locale.getAvailableLocales()) {
            assertThat(locales.admits(locale)).isTrue();
        }
        assertThat(locales.admits(Locale.forLanguageTag("pl-US"))).isTrue();
    }

    @Test
    void longOnesAreRefused() {
        assertThat(locales.admits(Locale.of("en", "US", "v".repeat(60)))).isFalse();
    }
}
