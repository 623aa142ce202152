package dev.nearside.simulator.cli;

import dev.nearside.simulator.world.World;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands against a world in this process, and keeps what the last one said. */
final class CommandRun {

    /** Where the API's port lies above the base. */
    private static final int API = 80;

    private final int portBase;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    CommandRun(World world) {
        portBase = world.apiAddress().getPort() - API;
    }

    /** Runs a command, told which world is meant; the result is its exit code. */
    int of(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        String[] all = new String[arguments.length + 2];
        all[0] = arguments[0];
        all[1] = "--port-base";
        all[2] = String.valueOf(portBase);
        System.arraycopy(arguments, 1, all, 3, arguments.length - 1);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(all);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
