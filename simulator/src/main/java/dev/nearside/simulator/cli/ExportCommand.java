package dev.nearside.simulator.cli;

import dev.nearside.control.StoppedState;
import dev.nearside.control.state.StateImport;
import dev.nearside.kit.files.OwnerOnly;
import dev.nearside.simulator.world.RequestSigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the whole state as one file, and reads it back to see that it is whole. */
@Command(
        name = "export",
        description = "Write the whole state as one file: of the running world, or with --data of a stopped one.")
final class ExportCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int OK = 200;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "Where to; it must not exist.")
    private Path file = Path.of("");

    @Mixin
    private PortBase portBase = new PortBase();

    @Mixin
    private StatePlace place = new StatePlace();

    @Override
    public Integer call() throws InterruptedException {
        if (Files.exists(file)) {
            throw CliException.usage(file + " exists, expected a new file");
        }
        Path partial = Path.of(file + ".partial");
        try {
            // What an export that was ended left behind.
            Files.deleteIfExists(partial);
            if (place.isNamed()) {
                try (StoppedState state = place.open()) {
                    state.exportTo(partial);
                }
            } else {
                download(partial);
            }
            report(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw CliException.failure("cannot write " + file + ": " + e.getMessage());
        }
        return 0;
    }

    private void report(Path partial) throws IOException {
        try (StateImport written = StateImport.open(partial)) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "exported state %s at revision %d, %d bytes%n",
                            written.stateId(), written.revision(), Files.size(partial));
            spec.commandLine().getOut().flush();
        }
    }

    private void download(Path partial) throws IOException, InterruptedException {
        URI target = URI.create("http://127.0.0.1:" + portBase.ports().api() + "/_nearside/export");
        HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(PATIENCE);
        RequestSigner.of(System::getenv)
                .ifPresent(it -> it.headers("GET", target, new byte[0]).forEach(request::header));
        OwnerOnly.createFile(partial);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Path> response =
                    http.send(request.build(), BodyHandlers.ofFile(partial, StandardOpenOption.WRITE));
            if (response.statusCode() != OK) {
                String message = Files.readString(partial).strip();
                Files.delete(partial);
                throw CliException.failure(target + " answers " + response.statusCode() + ": " + message);
            }
        } catch (IOException e) {
            Files.deleteIfExists(partial);
            throw new IOException(
                    "no world answers at " + target
                            + "; start one with './nearside up', name its --port-base, or a stopped one's --data",
                    e);
        }
    }
}
