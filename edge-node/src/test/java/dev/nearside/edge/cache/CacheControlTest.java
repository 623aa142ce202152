package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
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

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
        RFC 9213 §2.1 a dictionary                   | max-age=60                  | 60
        RFC 9213 §2.1 the last of repeated keys      | max-age=5, max-age=60       | 60
        RFC 9213 §2.1 parameters mean nothing        | max-age=60;x=1              | 60
        RFC 9213 §2.1 negative is stale              | max-age=-1                  | 0
        RFC 9213 §2.1 string where a number belongs  | max-age="60"                | -
        RFC 9213 §2.1 decimal                        | max-age=60.5                | -
        RFC 9213 §2.1 number where none belongs      | no-store=1, max-age=60      | -
        RFC 9213 §2.1 upper case is no key           | MAX-AGE=60                  | -
        RFC 9213 §2.1 no dictionary                  | max-age = 60                | -
        RFC 9213 §2.1 trailing comma                 | max-age=60,                 | -
        RFC 9213 §2.1 empty                          | ``                          | -
        """)
    void readsTargetedDirectives(String rule, String value, @Nullable Long seconds) {
        CacheControl targeted = CacheControl.targeted(Fields.of("CDN-Cache-Control", value));

        if (targeted == null) {
            assertThat(seconds).as(rule).isNull();
        } else {
            assertThat(targeted.seconds("max-age")).as(rule).hasValue(seconds == null ? -1 : seconds);
            assertThat(targeted.replacesExpires()).isTrue();
        }
    }

    @Test
    void absentTargetedFieldIsNone() {
        assertThat(CacheControl.targeted(Fields.of("Cache-Control", "max-age=60")))
                .isNull();
        CacheControl two =
                CacheControl.targeted(Fields.of("CDN-Cache-Control", "max-age=60", "cdn-cache-control", "no-cache"));
        assertThat(two).isNotNull().satisfies(joined -> {
            assertThat(joined.has("no-cache")).isTrue();
            assertThat(joined.has("max-age")).isTrue();
        });
        assertThat(CacheControl.targeted(Fields.of("CDN-Cache-Control", "no-store=?0, max-age=1")))
                .isNotNull()
                .satisfies(off -> assertThat(off.has("no-store")).isFalse());
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
