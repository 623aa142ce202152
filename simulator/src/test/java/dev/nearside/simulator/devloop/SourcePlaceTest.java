package dev.nearside.simulator.devloop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourcePlaceTest {

    @Test
    void placesOfAllEnginesAreFound() {
        assertThat(SourcePlace.of(List.of(error("    at /var/task/lib/a.js:6:15"))))
                .contains("lib/a.js:6:15");
        assertThat(SourcePlace.of(List.of(error("    at handler (/tmp/nearside-run-12-34/code1/index.js:2:5)"))))
                .contains("index.js:2:5");
        assertThat(SourcePlace.of(List.of(error("    at file:///tmp/nearside-run-12-34/code10/index.mjs:3:9"))))
                .contains("index.mjs:3:9");
        assertThat(SourcePlace.of(List.of("INFO\tTraceback", """
                        ERROR\tKeyError: 'a'\rTraceback (most recent call last):\r\
                          File "/tmp/nearside-run-12-34/code1/app.py", line 7, in handler\r    deep()\r\
                          File "/tmp/nearside-run-12-34/code1/lib/deep.py", line 2, in deep\r"""))).contains("lib/deep.py:2");
    }

    @Test
    void filesOfPackagesAndOfTheRuntimeArePassedOver() {
        assertThat(SourcePlace.of(List.of(error(
                        "    at node:internal/modules:1:2",
                        "    at f (/var/task/node_modules/x/index.js:1:1)",
                        "    at /var/task/index.js:4:1"))))
                .contains("index.js:4:1");
        assertThat(SourcePlace.of(List.of(error("    at /tmp/nearside-run-12-34/bootstrap.mjs:4:1"))))
                .isEmpty();
    }

    private static String error(String... frames) {
        return "ERROR\tInvoke Error \t{\"errorType\":\"Error\",\"stack\":[\"" + String.join("\",\"", frames) + "\"]}";
    }
}
