package dev.nearside.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDatesTest {

    private static final long NOW = Instant.parse("2026-07-01T00:00:00Z").toEpochMilli();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        IMF-fixdate                       | Sun, 06 Nov 1994 08:49:37 GMT  | 1994-11-06T08:49:37Z
        RFC 850                           | Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z
        asctime                           | Sun Nov  6 08:49:37 1994       | 1994-11-06T08:49:37Z
        asctime with two digits           | Wed Nov 16 08:49:37 1994       | 1994-11-16T08:49:37Z
        RFC 850, less than 50 years ahead | Monday, 06-Nov-75 08:49:37 GMT | 2075-11-06T08:49:37Z
        RFC 850, just under 50 years      | Tuesday, 30-Jun-76 23:59:59 GMT | 2076-06-30T23:59:59Z
        RFC 850, more than 50 years       | Thursday, 02-Jul-76 00:00:00 GMT | 1976-07-02T00:00:00Z
        another day name than the date's  | Mon, 06 Nov 1994 08:49:37 GMT  | 1994-11-06T08:49:37Z
        other case                        | SUN, 06 nov 1994 08:49:37 gmt  | 1994-11-06T08:49:37Z
        leap day                          | Thu, 29 Feb 2024 00:00:00 GMT  | 2024-02-29T00:00:00Z
        far ahead                         | Fri, 31 Dec 9999 23:59:59 GMT  | 9999-12-31T23:59:59Z
        """)
    void readsAllThreeForms(String form, String value, Instant instant) {
        assertThat(HttpDates.parse(value, NOW)).as(form).hasValue(instant.toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``",
                "0",
                "-1",
                "784111777",
                "1994-11-06T08:49:37Z",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sunday, 31-Feb-94 08:49:37 GMT",
                "Someday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov 06 1994",
            })
    void refusesAnythingElse(String value) {
        assertThat(HttpDates.parse(value, NOW)).isEmpty();
    }

    @Test
    void absentIsEmpty() {
        assertThat(HttpDates.parse(null, NOW)).isEmpty();
    }

    @Test
    void writesImfFixdate() {
        assertThat(HttpDates.format(784_111_777_999L)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
