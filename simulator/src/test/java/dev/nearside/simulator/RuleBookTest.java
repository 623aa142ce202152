package dev.nearside.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of CloudFront's rules, held against the tests that it names. */
class RuleBookTest {

    private static final Path PAGE = Path.of("..", "docs", "cloudfront-rules.md");

    private static final String SOURCE = """
            class ThisTest {

                @Test
                void holds() {}

                @ParameterizedTest(name = "{0}")
                @CsvSource({"a"})
                void holdsInEachRow(String row) {
                    helps();
                }

                @TestFactory
                Stream<DynamicTest> holdsToo() {}

                private void helps() {}
            }
            """;

    @Test
    void everyRuleHasATestThatExistsOrAReason() throws IOException {
        RuleBook book = RuleBook.of(Files.readString(PAGE));

        assertThat(book.rows()).hasSizeGreaterThan(200);
        assertThat(book.faults(RuleBook.sources(Stream.of("kit", "edge-node", "control-plane", "simulator")
                        .map(module -> Path.of("..", module, "src", "test", "java")))))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            a test                  | `ThisTest.holds`                        | []
            a test with rows        | `ThisTest.holdsInEachRow`               | []
            tests made as they run  | `ThisTest.holdsToo`, `ThisTest.holds`   | []
            a reason                | Not offered: refused by name.           | []
            a reason with a test    | Not offered: refused (`ThisTest.gone`). | [a-1 names `ThisTest.gone`, which is no test of that class]
            no test                 | somewhere                               | [a-1 names no test and does not begin with 'Not offered: ']
            no such class           | `OtherTest.holds`                       | [a-1 names OtherTest, of which there are 0, expected one]
            two such classes        | `TwiceTest.holds`                       | [a-1 names TwiceTest, of which there are 2, expected one]
            no such method          | `ThisTest.gone`                         | [a-1 names `ThisTest.gone`, which is no test of that class]
            a method that helps     | `ThisTest.helps`                        | [a-1 names `ThisTest.helps`, which is no test of that class]
            """)
    void faultIsNamed(String what, String testedBy, String faults) {
        RuleBook book = RuleBook.of("| id | rule | tested by |\n|---|---|---|\n| a-1 | rule | " + testedBy + " |\n");

        assertThat(book.faults(Map.of("ThisTest", List.of(SOURCE), "TwiceTest", List.of(SOURCE, SOURCE))))
                .as(what)
                .hasToString(faults);
    }

    @Test
    void idsAreUniqueAndRowsHaveThreeColumns() {
        String row = "| a-1 | rule | `ThisTest.holds` |\n";

        assertThat(RuleBook.of(row + row).faults(Map.of("ThisTest", List.of(SOURCE))))
                .containsExactly("a-1 is there twice");
        assertThatThrownBy(() -> RuleBook.of("| a-1 | rule |\n")).hasMessageContaining("| a-1 | rule |");
        assertThatThrownBy(() -> RuleBook.of("| a | rule | `ThisTest.holds` |\n"))
                .hasMessageContaining("is no row");
    }
}
