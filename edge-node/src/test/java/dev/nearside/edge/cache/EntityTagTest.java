package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagTest {

    /** RFC 9110 §8.8.3.2, its table of comparisons. */
    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(delimiter = '|', textBlock = """
        W/"1" | W/"1" | false | true
        W/"1" | W/"2" | false | false
        W/"1" | "1"   | false | true
        "1"   | "1"   | true  | true
        "1"   | "2"   | false | false
        """)
    void comparesStronglyAndWeakly(String one, String other, boolean strongly, boolean weakly) {
        assertThat(EntityTag.stronglyMatch(one, other)).isEqualTo(strongly);
        assertThat(EntityTag.stronglyMatch(other, one)).isEqualTo(strongly);
        assertThat(EntityTag.anyWeaklyMatches(one, other)).isEqualTo(weakly);
        assertThat(EntityTag.anyWeaklyMatches(other, one)).isEqualTo(weakly);
    }

    @ParameterizedTest(name = "{0} has {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        "a", "b", "c"   | "b"     | true
        "a","b"         | "b"     | true
        "a,b"           | "b"     | false
        "a,b", "c"      | "a,b"   | true
        , ,"a",         | "a"     | true
        *               | "a"     | true
        *               | -       | true
        "*"             | "a"     | false
        "a"             | -       | false
        a               | "a"     | false
        "open           | "a"     | false
        """)
    void readsLists(String list, @Nullable String tag, boolean matches) {
        assertThat(EntityTag.anyWeaklyMatches(list, tag)).isEqualTo(matches);
    }

    @Test
    void dateIsStrongOneSecondAfterTheChange() {
        String changed = "Sun, 06 Nov 1994 08:49:37 GMT";
        assertThat(EntityTag.isStrongDate(Fields.of("Last-Modified", changed, "Date", "Sun, 06 Nov 1994 08:49:38 GMT")))
                .isTrue();
        assertThat(EntityTag.isStrongDate(Fields.of("Last-Modified", changed, "Date", changed)))
                .isFalse();
        assertThat(EntityTag.isStrongDate(Fields.of("Last-Modified", changed))).isFalse();
        assertThat(EntityTag.isStrongDate(Fields.of("Date", changed))).isFalse();
    }
}
