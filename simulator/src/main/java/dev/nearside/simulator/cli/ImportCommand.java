package dev.nearside.simulator.cli;

import dev.nearside.control.StoppedState;
import dev.nearside.control.state.StateImport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fills an empty state from a file that export wrote. */
@Command(name = "import", description = "Fill an empty state from an exported file; the world must not run.")
final class ImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "What export wrote.")
    private Path file = Path.of("");

    @Mixin
    private StatePlace place = new StatePlace();

    @Override
    public Integer call() {
        try (StateImport imported = StateImport.open(file);
                StoppedState state = place.open()) {
            state.importFrom(imported);
            spec.commandLine()
                    .getOut()
                    .printf("imported state %s at revision %d%n", imported.stateId(), imported.revision());
            spec.commandLine().getOut().flush();
        }
        return 0;
    }
}
