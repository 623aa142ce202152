package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.NotCachedReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheStatusTest {

    @ParameterizedTest(name = "RFC 9211 §2: {4}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        URI_MISS  | 200 | false | -        | fwd=uri-miss; fwd-status=200; stored
        VARY_MISS | 200 | true  | -        | fwd=vary-miss; fwd-status=200; stored; collapsed
        STALE     | 304 | false | -        | fwd=stale; fwd-status=304; stored
        STALE     | 0   | false | stale    | fwd=stale; detail=stale
        REQUEST   | 200 | true  | no-store | fwd=request; fwd-status=200; collapsed; detail=no-store
        PARTIAL   | 206 | false | -        | fwd=partial; fwd-status=206; stored
        BYPASS    | 200 | false | caching-disabled | fwd=bypass; fwd-status=200; detail=caching-disabled
        """)
    void saysWhatHappened(
            CacheStatus.Forward why, int status, boolean collapsed, @Nullable String detail, String parameters) {
        assertThat(CacheStatus.forwarded(why, status, collapsed, detail).parameters())
                .isEqualTo(parameters);
    }

    @Test
    void hitHasItsTimeToLive() {
        assertThat(CacheStatus.hit(-5)).isEqualTo(new CacheStatus(null, -5));
    }

    @Test
    void unsharedRequestsSayWhy() {
        assertThat(CacheStatus.Forward.of(NotCachedReason.METHOD)).isEqualTo(CacheStatus.Forward.METHOD);
        assertThat(CacheStatus.Forward.of(NotCachedReason.CACHING_DISABLED)).isEqualTo(CacheStatus.Forward.BYPASS);
        assertThat(CacheStatus.Forward.of(NotCachedReason.PRECONDITION)).isEqualTo(CacheStatus.Forward.REQUEST);
    }
}
