package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StackTracesTest {

    @Test
    void theLastLoggedErrorHasTheStack() {
        List<String> log = List.of(
                "ERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"one\",\"stack\":[\"Error: one\"]}",
                "ERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"two\",\"stack\":[\"Error: two\",\"at x\"]}",
                "INFO\tafterwards");

        assertThat(StackTraces.of(log)).containsExactly("Error: two", "at x");
    }

    @Test
    void whatAFunctionPrintsItselfIsNoStack() {
        assertThat(StackTraces.of(List.of("INFO\t{\"errorType\":\"Error\",\"stack\":[\"mine\"]}", "ERROR\tsome words")))
                .isEmpty();
    }

    @Test
    void aLineThatWasCutHasNone() {
        assertThat(StackTraces.of(List.of("ERROR\tInvoke Error \t{\"errorType\":\"Error\",\"stack\":[\"Err [log tr")))
                .isEmpty();
    }
}
