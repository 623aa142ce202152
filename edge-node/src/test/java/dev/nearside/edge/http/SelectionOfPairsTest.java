package dev.nearside.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Selection.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cookies and query parameters as policies select them. */
class SelectionOfPairsTest {

    @ParameterizedTest(name = "{0} {1} of {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ALL        | ``  | a=1&&b&c=        | a=1&&b&c=
        ALL        | ``  | ``               | ``
        NONE       | ``  | a=1&b=2          | ``
        WHITELIST  | ``  | a=1&b=2          | ``
        WHITELIST  | a   | b=2&a=1&a=3      | a=1&a=3
        WHITELIST  | a   | a&b              | a
        WHITELIST  | a   | a=1=2            | a=1=2
        WHITELIST  | a   | aa=1&A=2         | ``
        WHITELIST  | a   | a=%3D&b          | a=%3D
        ALL_EXCEPT | a   | b=2&a=1&c        | b=2&c
        ALL_EXCEPT | a   | a=1              | ``
        """)
    void parametersOfAQuery(Mode mode, String item, String query, String selected) {
        assertThat(Queries.select(query, selection(mode, item))).isEqualTo(selected);
    }

    @ParameterizedTest(name = "{0} {1} of {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ALL        | `` | a=1; b=2             | a=1; b=2
        ALL        | `` | b=2; a=2; B=3; a=1   | B=3; a=2; a=1; b=2
        NONE       | `` | a=1; b=2             | ``
        WHITELIST  | a  | b=2; a=1; a=3        | a=1; a=3
        WHITELIST  | a  | a=1;b=2              | a=1
        WHITELIST  | a  | A=1                  | ``
        WHITELIST  | a  | a                    | a
        WHITELIST  | a  | a="1, 2"; b=3        | a="1, 2"
        ALL_EXCEPT | a  | ; a=1; ; b=2;        | b=2
        """)
    void cookiesOfARequest(Mode mode, String item, String cookies, String selected) {
        assertThat(Cookies.select(Fields.of("Cookie", cookies), selection(mode, item)))
                .isEqualTo(selected);
    }

    @Test
    void cookiesOfSeveralLinesAreJoined() {
        assertThat(Cookies.select(Fields.of("Cookie", "a=1", "cookie", "b=2; c=3"), Selection.ALL))
                .isEqualTo("a=1; b=2; c=3");
        assertThat(Cookies.select(Fields.EMPTY, Selection.ALL)).isEmpty();
    }

    private static Selection selection(Mode mode, String item) {
        return new Selection(mode, item.isEmpty() ? List.of() : List.of(item));
    }
}
