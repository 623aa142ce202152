package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeScanTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            let a = 1                       | let a = 1
            // let                          | ^^
            /* let */ var x                 | var x
            "let" + 'let'                   | "let" + 'let'
            'it\\'s let'                    | 'it\\'s let'
            `let ${let} let`                | let ``
            `a ${ {b: `c ${d}`} } e`        | { b : d `` } ``
            a / let / b                     | a / let / b
            x = /let/g                      | x = /let/g
            x = /[/]let/                    | x = /[/]let/
            return /let/.test(s)            | return /let/ . test ( s )
            f(a) / let                      | f ( a ) / let
            a.b["c"] / d                    | a . b [ "c" ] / d
            'unfinished let                 | 'unfinished let
            /* unfinished let               | ^^
            `unfinished let                 | ``
            """)
    void wordsThatAreCode(String code, String expected) {
        assertThat(CodeScan.tokens(code).stream().map(CodeScan.Token::text).collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }
}
