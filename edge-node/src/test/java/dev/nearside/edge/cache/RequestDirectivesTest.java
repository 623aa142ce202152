package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestDirectivesTest {

    /** Fresh for 100 seconds. */
    private static final Freshness FRESH_100 = new Freshness(100_000, 0, 0, 0, false);

    @ParameterizedTest(name = "{0}, {1}, age {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        nothing said                        | ``                      | 99  | true
        nothing said                        | ``                      | 100 | false
        RFC 9111 §5.2.1.1                   | max-age=10              | 10  | true
        RFC 9111 §5.2.1.1                   | max-age=10              | 11  | false
        RFC 9111 §5.2.1.1                   | max-age=0               | 1   | false
        RFC 9111 §5.2.1.1 junk is zero      | max-age=junk            | 1   | false
        RFC 9111 §5.2.1.1                   | max-age=1000            | 100 | false
        RFC 9111 §5.2.1.2                   | max-stale=10            | 109 | true
        RFC 9111 §5.2.1.2                   | max-stale=10            | 111 | false
        RFC 9111 §5.2.1.2 without a number  | max-stale               | 999999 | true
        RFC 9111 §5.2.1.2 with max-age      | max-stale=50, max-age=105 | 106 | false
        RFC 9111 §5.2.1.3                   | min-fresh=10            | 90  | true
        RFC 9111 §5.2.1.3                   | min-fresh=10            | 91  | false
        RFC 9111 §5.2.1.3 with max-stale    | min-fresh=10, max-stale | 101 | false
        RFC 9111 §5.2.1.4                   | no-cache                | 0   | false
        RFC 9111 §5.2.1.5 is about storing  | no-store                | 50  | true
        """)
    void acceptWhatIsStored(String rule, String cacheControl, long ageSeconds, boolean accepts) {
        RequestDirectives directives = RequestDirectives.of(Fields.of("Cache-Control", cacheControl));

        assertThat(directives.accept(FRESH_100, ageSeconds * 1000)).as(rule).isEqualTo(accepts);
    }

    @Test
    void whatMustNeverBeStaleIsNotServedStaleForTheAsking() {
        RequestDirectives directives = RequestDirectives.of(Fields.of("Cache-Control", "max-stale"));

        assertThat(directives.accept(Freshness.strictly(100_000), 100_000))
                .as("RFC 9111 §5.2.2.2")
                .isFalse();
    }

    @Test
    void staleWhileRevalidateYieldsToStricterWishes() {
        assertThat(RequestDirectives.NONE.allowStaleWhileRevalidate()).isTrue();
        for (String strict : new String[] {"no-cache", "max-age=5", "min-fresh=5"}) {
            assertThat(RequestDirectives.of(Fields.of("Cache-Control", strict)).allowStaleWhileRevalidate())
                    .as(strict)
                    .isFalse();
        }
    }

    @Test
    void onlyIfCachedIsRead() {
        assertThat(RequestDirectives.of(Fields.of("Cache-Control", "only-if-cached"))
                        .onlyIfCached())
                .isTrue();
        assertThat(RequestDirectives.of(Fields.EMPTY)).isSameAs(RequestDirectives.NONE);
    }
}
