package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {

    private static final Freshness WINDOWS = new Freshness(100, 10, 20, 30, false);

    @ParameterizedTest(name = "at age {0}")
    @CsvSource(delimiter = '|', textBlock = """
        0   | true  | true  | true  | true
        99  | true  | true  | true  | true
        100 | false | true  | true  | true
        109 | false | true  | true  | true
        110 | false | false | true  | true
        119 | false | false | true  | true
        120 | false | false | false | true
        129 | false | false | false | true
        130 | false | false | false | false
        """)
    void windowsBeginWithTheEndOfTheLifetime(
            long age, boolean fresh, boolean whileRevalidating, boolean onError, boolean unreachable) {
        assertThat(WINDOWS.isFresh(age)).as("RFC 9111 §4.2").isEqualTo(fresh);
        assertThat(WINDOWS.mayServeWhileRevalidating(age)).as("RFC 5861 §3").isEqualTo(whileRevalidating);
        assertThat(WINDOWS.mayServeOnError(age)).as("RFC 5861 §4").isEqualTo(onError);
        assertThat(WINDOWS.mayServeWhenUnreachable(age)).as("RFC 9111 §4.2.4").isEqualTo(unreachable);
    }

    @Test
    void strictlyMeansNeverStale() {
        Freshness strict = new Freshness(100, 10, 20, 30, true);

        assertThat(strict.isFresh(99)).isTrue();
        assertThat(strict.mayServeWhileRevalidating(100))
                .as("RFC 9111 §5.2.2.2")
                .isFalse();
        assertThat(strict.mayServeOnError(100)).isFalse();
        assertThat(strict.mayServeWhenUnreachable(100)).isFalse();
        assertThat(Freshness.strictly(100).staleForbidden()).isTrue();
    }

    @Test
    void lastingLongerShortensTheWindowsBehindIt() {
        assertThat(WINDOWS.lastingUntil(115)).isEqualTo(new Freshness(115, 0, 5, 15, false));
        assertThat(WINDOWS.lastingUntil(90)).isEqualTo(WINDOWS);
        assertThat(WINDOWS.lastingUntil(500)).isEqualTo(new Freshness(500, 0, 0, 0, false));
    }

    @Test
    void longerLifetimeMovesTheWindows() {
        assertThat(WINDOWS.plusLifetime(5)).isEqualTo(new Freshness(105, 10, 20, 30, false));
    }
}
