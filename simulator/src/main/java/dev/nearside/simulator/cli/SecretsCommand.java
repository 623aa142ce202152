package dev.nearside.simulator.cli;

import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.simulator.world.WorldSecrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the secrets of a world whose parts are processes of their own. */
@Command(
        name = "secrets",
        description =
                "Make the keys, the enrolment token, the authority and the database's password that the parts of a"
                        + " world share; what is there already stays.")
final class SecretsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--folder", paramLabel = "DIR", required = true, description = "Where they are kept.")
    private Path folder = Path.of("");

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            List<Path> made = WorldSecrets.make(folder, Time.system(), Randomness.secret());
            made.forEach(file -> out.println("made " + file));
            if (made.isEmpty()) {
                out.println("all secrets are there already");
            }
            out.flush();
            return 0;
        } catch (IOException e) {
            throw CliException.failure("the secrets cannot be kept in " + folder + ": " + e);
        }
    }
}
