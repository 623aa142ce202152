package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        RFC 9111 §5.2 plain                        | max-age=60                          | 60
        RFC 9111 §5.2 names ignore case            | MAX-Age=60                          | 60
        RFC 9111 §5.2 quoted form is accepted too  | max-age="60"                        | 60
        RFC 9110 §5.6.4 quoted pair                | max-age="6\\0"                      | 60
        RFC 9110 §5.6.1 empty list members         | , ,max-age=60,,                     | 60
        RFC 9110 §5.6.3 white space around         | ` public ,\tmax-age=60 `            | 60
        white space around the equals sign         | max-age = 60                        | 60
        RFC 9111 §4.2.1 of repeated the first      | max-age=60, max-age=3600            | 60
        comma inside a quoted argument             | private="a, max-age=1", max-age=60  | 60
        RFC 9111 §1.2.2 leading zeros              | max-age=000000000000000060          | 60
        RFC 9111 §1.2.2 largest that fits          | max-age=2147483647                  | 2147483647
        RFC 9111 §1.2.2 overflow of 31 bits        | max-age=2147483649                  | 2147483648
        RFC 9111 §1.2.2 overflow of 64 bits        | max-age=99999999999999999999        | 2147483648
        RFC 9111 §4.2.1 negative is stale          | max-age=-1                          | 0
        RFC 9111 §4.2.1 fraction is stale          | max-age=60.5                        | 0
        RFC 9111 §4.2.1 letters are stale          | max-age=6o                          | 0
        RFC 9111 §4.2.1 other digits are stale     | max-age=\u0666\u0660                | 0
        RFC 9111 §4.2.1 nothing is stale           | max-age=                            | 0
        RFC 9111 §4.2.1 no argument is stale       | max-age                             | 0
        single quotes do not quote                 | max-age='60'                        | 0
        """)
    void readsMaxAge(String rule, String value, long seconds) {
        assertThat(CacheControl.parse(value).seconds("max-age")).as(rule).hasValue(seconds);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a longer name                | x-max-age=60
        a name inside a quote        | ext="max-age=60"
        a name inside an argument    | ext=max-age
        an empty value               | ``
        """)
    void findsNoMaxAge(String what, String value) {
        assertThat(CacheControl.parse(value).seconds("max-age")).as(what).isEqualTo(OptionalLong.empty());
    }

    @Test
    void quoteThatNothingClosesHidesNoDirective() {
        CacheControl control = CacheControl.parse("ext=\"open, no-store, max-age=60");

        assertThat(control.has("no-store")).isTrue();
        assertThat(control.seconds("max-age")).hasValue(60);
    }

    @Test
    void joinsAllLinesOfTheField() {
        CacheControl control = CacheControl.of(Fields.of("Cache-Control", "public", "cache-control", "max-age=5"));

        assertThat(control.has("public")).isTrue();
        assertThat(control.has("max-age")).isTrue();
        assertThat(control.has("private")).isFalse();
        assertThat(control.seconds("max-age")).hasValue(5);
        assertThat(CacheControl.of(Fields.EMPTY).has("public")).isFalse();
    }
}
