package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageGuardTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:7080",
                "LOCALHOST:7080",
                "127.0.0.1:7080",
                "127.0.0.2:7080",
                "[::1]:7080",
                "api.localhost:7080"
            })
    void namesOfThisMachineAreOurs(String authority) {
        assertThat(PageGuard.isOurs(authority, 7080)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.test:7080",
                "localhost",
                "localhost:7081",
                "localhost.evil.test:7080",
                "evil-localhost:7080",
                "127.0.0.1.evil.test:7080",
                "10.0.0.1:7080",
                "user@localhost:7080",
                ":7080",
                ""
            })
    void otherNamesAreNot(String authority) {
        assertThat(PageGuard.isOurs(authority, 7080)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"localhost, 80, true", "localhost, 8080, false"})
    void onlyPortEightyMayBeLeftOut(String authority, int port, boolean ours) {
        assertThat(PageGuard.isOurs(authority, port)).isEqualTo(ours);
    }
}
