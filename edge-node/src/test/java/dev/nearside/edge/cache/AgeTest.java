package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.ResponseHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeTest {

    private static final long NOW = 1_700_000_000_500L;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        §5.1 plain                 | 7200                    | 7200
        §5.1 leading zeros         | 00000000007200          | 7200
        §5.1 of a list the first   | 7200, 1                 | 7200
        §5.1 overflow              | 99999999999999999999999 | 2147483648
        §5.1 negative is ignored   | -7200                   | 0
        §5.1 signed is ignored     | +7200                   | 0
        §5.1 fraction is ignored   | 7200.0                  | 0
        §5.1 word is ignored       | abc                     | 0
        §5.1 parameter is ignored  | 7200;foo=bar            | 0
        §5.1 nothing is ignored    | ``                      | 0
        """)
    void readsTheField(String rule, String value, long seconds) {
        assertThat(Age.declaredSeconds(head("Age", value))).as(rule).isEqualTo(seconds);
    }

    @Test
    void absentAgeIsNone() {
        assertThat(Age.declaredSeconds(head())).isZero();
    }

    @Test
    void countsTheWayOfTheResponse() {
        assertThat(Age.initialMillis(head("Age", "10"), NOW - 250, NOW)).isEqualTo(10_250);
    }

    @ParameterizedTest(name = "Date {0} ms before now, Age {1}")
    @CsvSource({"0,0,250", "5000,0,5500", "5000,10,10250", "-5000,0,250"})
    void takesTheLargerOfApparentAndCorrectedAge(long behindMillis, String age, long initialMillis) {
        String date = HttpDates.format(NOW - behindMillis);

        assertThat(Age.initialMillis(head("Date", date, "Age", age), NOW - 250, NOW))
                .isEqualTo(initialMillis);
    }

    private static ResponseHead head(String... namesAndValues) {
        return new ResponseHead(200, "", Fields.of(namesAndValues));
    }
}
