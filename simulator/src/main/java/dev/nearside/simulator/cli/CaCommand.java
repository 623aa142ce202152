package dev.nearside.simulator.cli;

import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the certificate that viewers must trust. */
@Command(name = "ca", description = "Print the certificate of the local authority, PEM: what HTTPS viewers must trust.")
final class CaCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the world keeps its state (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".nearside");

    @Override
    public void run() {
        Path file = LocalAuthority.certificateFile(WorldConfig.tlsFolder(data));
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.print(Files.readString(file));
            out.flush();
        } catch (NoSuchFileException e) {
            throw CliException.failure("there is no authority in " + data + " yet; './nearside up --data " + data
                    + "' makes one, or name another folder with --data DIR");
        } catch (IOException e) {
            throw CliException.failure(file + " cannot be read: " + e.getMessage());
        }
    }
}
