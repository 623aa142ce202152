package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeLogTest {

    private final PurgeLog log = new PurgeLog();

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "/a, /a, true",
        "/a, /A, false",
        "/a, /ab, false",
        "/a, /a?x=1, false",
        "/a?x=1, /a?x=1, true",
        "/a*, /a, true",
        "/a*, /a/b/c?x=1, true",
        "/a*, /b, false",
        "/*, /, true",
        "/*, /a/b, true",
        "/a/*, /a, false",
        "/*/b, /a/b, false",
        "/*/b, /*/b, true",
    })
    void pathsAreExactOrEndInAWildcard(String path, String uri, boolean covered) {
        long asked = log.sequence();
        log.purge("E1", List.of(path));

        assertThat(log.covers("E1", uri, asked)).isEqualTo(covered);
    }

    @Test
    void coversWhatWasAskedForBeforeItOnly() {
        long before = log.sequence();
        log.purge("E1", List.of("/a"));
        long between = log.sequence();
        log.purge("E1", List.of("/b"));

        assertThat(log.covers("E1", "/a", before)).isTrue();
        assertThat(log.covers("E1", "/a", between)).isFalse();
        assertThat(log.covers("E1", "/b", between)).isTrue();
        assertThat(log.covers("E1", "/b", log.sequence())).isFalse();
    }

    @Test
    void coversOneDistributionOnly() {
        long before = log.sequence();
        log.purge("E1", List.of("/*"));

        assertThat(log.covers("E2", "/a", before)).isFalse();
    }

    @Test
    void everyPathOfAnInvalidationCounts() {
        long before = log.sequence();
        log.purge("E1", List.of("/x", "/a", "/y*"));

        assertThat(log.covers("E1", "/a", before)).isTrue();
        assertThat(log.covers("E1", "/yes", before)).isTrue();
        assertThat(log.covers("E1", "/z", before)).isFalse();
    }

    @Test
    void neverForgetsAnInvalidationHoweverManyFollow() {
        long before = log.sequence();
        log.purge("E1", List.of("/old"));
        for (int i = 0; i < 2_500; i++) {
            log.purge("E1", List.of("/" + i));
        }

        assertThat(log.covers("E1", "/old", before)).isTrue();
        assertThat(log.covers("E1", "/2499", log.sequence() - 1)).isTrue();
    }

    @Test
    void compactionCoversMoreButNothingRecent() {
        for (int i = 0; i < 1_000; i++) {
            log.purge("E1", List.of("/" + i));
        }
        assertThat(log.covers("E1", "/untouched", 0)).isFalse();
        log.purge("E1", List.of("/1000"));

        assertThat(log.covers("E1", "/untouched", 0)).isTrue();
        assertThat(log.covers("E1", "/untouched", 700)).isFalse();
        assertThat(log.covers("E1", "/800", 700)).isTrue();
    }
}
