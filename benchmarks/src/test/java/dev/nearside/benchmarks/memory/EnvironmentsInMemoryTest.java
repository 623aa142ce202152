package dev.nearside.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.benchmarks.functions.Subject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnvironmentsInMemoryTest {

    @ParameterizedTest
    @EnumSource
    void everyEngineHasARow(Subject subject) throws Exception {
        String row = EnvironmentsInMemory.row(subject, 2);

        assertThat(row).startsWith("| " + subject + " | 2 | ");
        if (subject.isOfProcesses()) {
            assertThat(row).as("a process takes memory of its own").matches(".*\\| [1-9][0-9,]* \\|");
        }
    }
}
