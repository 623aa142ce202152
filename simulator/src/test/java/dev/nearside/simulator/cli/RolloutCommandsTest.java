package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.Ports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./nearside status} and {@code ./nearside rollout} with a control plane that no node watches. */
class RolloutCommandsTest {

    @TempDir
    private Path data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ControlPlane plane;
    private AwsClients aws;

    @BeforeEach
    void start() {
        plane = ControlPlane.start(
                ControlPlaneConfig.in(data.toString()).onPorts(0, 0), Time.system(), Randomness.secret());
        aws = new AwsClients(plane.apiAddress().getPort());
    }

    @AfterEach
    void stop() {
        aws.close();
        plane.close();
    }

    @Test
    void policyIsShownAndSet() {
        assertThat(run("rollout", "policy")).isEqualTo("all at once\n");
        String set = run("rollout", "policy", "--wave", "LHR,NRT", "--wave", "50%", "--bake", "30");
        assertThat(set)
                .isEqualTo(
                        "waves LHR,NRT, then 50%, then all; each bakes 30.0 s; rolled back if, after 100 requests for a "
                                + "distribution, 5.0 percentage points more fail than elsewhere\n");
        assertThat(run("rollout", "policy")).isEqualTo(set);
        assertThat(run("rollout", "policy", "--all-at-once", "--next")).isEqualTo("all at once\n");
        assertThat(run("rollout", "status")).contains("policy of the next release alone: all at once");
        assertThat(run("rollout", "policy", "--all-at-once")).isEqualTo("all at once\n");
    }

    @Test
    void rolloutIsSteeredWithoutItsNumber() {
        run("rollout", "policy", "--wave", "LHR", "--bake", "3600");
        create("a");
        assertThat(run("rollout", "status"))
                .containsPattern("ROLLOUT +STATE +REVISIONS +WAVE +STARTED +REASON\n1 +running +0 to 1 +1 of 1 ");
        assertThat(run("rollout", "pause")).isEqualTo("rollout 1: paused\n");
        assertThat(run("rollout", "resume", "1")).isEqualTo("rollout 1: running\n");
        assertThat(run("rollout", "abort")).isEqualTo("rollout 1: rolled-back\n");
        assertThat(run("rollout", "status"))
                .contains("aborted by anonymous", " was rolled back; nodes serve what it was");
        assertThat(run("rollout", "abort")).isEmpty();
        assertThat(err.toString()).isEqualTo("nearside: no rollout is under way\n");
    }

    @Test
    void nodesComeBackToAnEarlierRevisionWithOneCommand() {
        create("a");
        create("b");
        assertThat(run("rollout", "rollback", "1")).isEqualTo("revision 3 is what revision 1 was\n");
        run("rollout", "rollback", "77");
        assertThat(err.toString()).isEqualTo("nearside: revision 77 is not known, expected 1 to 3\n");
    }

    @Test
    void whatMakesNoSenseIsUsage() {
        run("rollout");
        assertThat(err.toString()).contains("a subcommand is missing, expected status, pause");
        run("rollout", "policy", "--bake", "5");
        assertThat(err.toString()).contains("neither --wave nor --all-at-once was given");
        run("rollout", "policy", "--wave", "LHR", "--all-at-once");
        assertThat(err.toString()).contains("expected one of the two");
        run("rollout", "policy", "--wave", "400%");
        assertThat(err.toString()).contains("the percent of a wave is 400, expected 1 to 100");
    }

    @Test
    void statusIsATable() {
        create("a");
        assertThat(run("status"))
                .isEqualTo("revision 1, 0 of 0 known nodes connected\n"
                        + "NODE  POP  STATE  REVISION  SHOULD BE  LAST WORD  LAST ERROR\n");
    }

    private void create(String reference) {
        aws.cloudFront()
                .createDistribution(create ->
                        create.distributionConfig(AwsClients.distribution(reference, 7200, AwsClients.RFC_POLICY)));
    }

    /** What the command prints. */
    private String run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + (arguments.length > 1 || arguments[0].equals("status") ? 2 : 0)];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        if (all.length > arguments.length) {
            int base = plane.apiAddress().getPort() - new Ports(1_000).api() + 1_000;
            all[arguments.length] = "--port-base";
            all[arguments.length + 1] = String.valueOf(base);
        }
        commandLine.execute(all);
        return out.toString().replace(System.lineSeparator(), "\n");
    }
}
