package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.cli.Trace.Step;
import dev.nearside.simulator.cli.Waterfall.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaterfallTest {

    @Test
    void partsStandOnOneAxis() {
        Seen seen = new Seen(20_000, 20_000, 60_000, 80_000, 12_345);
        List<Step> steps = List.of(
                new Step("cache-lookup", 10, 5, "miss"),
                new Step("origin-wait", 100, 35_000, null),
                new Step("viewer-response", 39_000, 900, "graaljs"));
        assertThat(String.join("\n", Waterfall.of(seen, steps).lines())).isEqualTo("""
                        connect               20.00 ms |########                                |
                        request travels       10.00 ms |        ####                            |
                          cache-lookup         0.01 ms |            #                           | miss
                          origin-wait         35.00 ms |            ##############              |
                          viewer-response      0.90 ms |                            #           | graaljs
                        first byte travels    10.00 ms |                            ####        |
                        first byte             0.00 ms |                                '       | after 60.00 ms
                        transfer              20.00 ms |                                ########| 12345 bytes
                        total                100.00 ms |########################################|""");
    }

    @Test
    void stepsOfAStreamedResponseRunOnBesideItsTransfer() {
        Seen seen = new Seen(20_000, 20_000, 40_000, 80_000, 300_000);
        List<Step> steps = List.of(
                new Step("wait-for-fill", 0, 20_000, null),
                new Step("origin-body", 20_000, 38_000, null),
                new Step("write", 20_000, 40_000, null));
        assertThat(String.join("\n", Waterfall.of(seen, steps).lines())).isEqualTo("""
                        connect               20.00 ms |########                                |
                        request travels       10.00 ms |        ####                            |
                          wait-for-fill       20.00 ms |            ########                    |
                          origin-body         38.00 ms |                    ###############     |
                          write               40.00 ms |                    ################    |
                        first byte travels    10.00 ms |                    ####                |
                        first byte             0.00 ms |                        '               | after 40.00 ms
                        transfer              40.00 ms |                        ################| 300000 bytes
                        total                100.00 ms |########################################|""");
    }

    @Test
    void withoutATraceTheEdgeIsOnePart() {
        assertThat(String.join(
                        "\n",
                        Waterfall.of(new Seen(0, 20_000, 30_000, 40_000, 7)).lines()))
                .isEqualTo("""
                        request travels       10.00 ms |##########                              |
                        at the edge           10.00 ms |          ##########                    | no trace
                        first byte travels    10.00 ms |                    ##########          |
                        first byte             0.00 ms |                              '         | after 30.00 ms
                        transfer              10.00 ms |                              ##########| 7 bytes
                        total                 40.00 ms |########################################|""");
    }

    @Test
    void partsBeyondTheEndStayWithinTheChart() {
        Seen seen = new Seen(0, 0, 0, 0, 0);
        for (String line : Waterfall.of(seen, List.of(new Step("late", 50_000, 50_000, "")))
                .lines()) {
            assertThat(line.substring(line.indexOf('|') + 1, line.lastIndexOf('|')))
                    .hasSize(40);
        }
    }
}
