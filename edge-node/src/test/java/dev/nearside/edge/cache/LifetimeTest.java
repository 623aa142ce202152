package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.ResponseHead;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifetimeTest {

    private static final long NOW =
            HttpDates.parse("Sun, 06 Nov 1994 08:49:37 GMT", 0).orElseThrow(IllegalStateException::new);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        RFC 9111 §4.2.1 s-maxage first       | s-maxage=5, max-age=60 | Sun, 06 Nov 1994 09:49:37 GMT | 5
        RFC 9111 §4.2.1 max-age next         | max-age=60             | Sun, 06 Nov 1994 09:49:37 GMT | 60
        RFC 9111 §4.2.1 Expires last         | public                 | Sun, 06 Nov 1994 08:50:37 GMT | 60
        RFC 9111 §5.3 no date is the past    | public                 | 0                             | 0
        RFC 9111 §5.3 the past               | public                 | Sun, 06 Nov 1994 08:49:36 GMT | 0
        RFC 8246 §2 immutable changes nothing | immutable, max-age=60 | Sun, 06 Nov 1994 09:49:37 GMT | 60
        RFC 8246 §2 nor does it add lifetime | immutable              | Sun, 06 Nov 1994 08:49:36 GMT | 0
        RFC 9111 §4.2.1 junk beats Expires   | max-age=junk           | Sun, 06 Nov 1994 08:50:37 GMT | 0
        """)
    void explicitLifetime(String rule, String control, String expires, long seconds) {
        ResponseHead response = new ResponseHead(200, "", Fields.of("Expires", expires));

        assertThat(Lifetime.explicit(response, CacheControl.parse(control), NOW))
                .as(rule)
                .hasValue(seconds);
    }

    @Test
    void targetedDirectivesReplaceExpires() {
        Fields fields = Fields.of("CDN-Cache-Control", "public", "Expires", "Sun, 06 Nov 1994 08:50:37 GMT");
        CacheControl targeted = CacheControl.targeted(fields);

        if (targeted == null) {
            throw new AssertionError("CDN-Cache-Control is not read");
        }
        assertThat(Lifetime.explicit(new ResponseHead(200, "", fields), targeted, NOW))
                .as("RFC 9213 §2.2")
                .isEqualTo(OptionalLong.empty());
    }

    @ParameterizedTest(name = "changed {0}")
    @CsvSource(delimiter = '|', textBlock = """
        Sun, 06 Nov 1994 08:48:37 GMT | 6
        Sun, 06 Nov 1994 08:49:37 GMT | 0
        Mon, 07 Nov 1994 08:49:37 GMT | 0
        never                         | 0
        """)
    void heuristicIsAShareOfTheTimeSinceTheChange(String changed, long seconds) {
        ResponseHead response = new ResponseHead(200, "", Fields.of("Last-Modified", changed));

        assertThat(Lifetime.heuristic(response, NOW, 10)).as("RFC 9111 §4.2.2").isEqualTo(seconds);
    }
}
