package dev.nearside.simulator.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program behind {@code ./nearside}: hands over to a subcommand and turns its failures into one line each. */
@Command(
        name = "nearside",
        description = "A CDN with edge compute that runs on one laptop and tells the truth about distance.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            EnvCommand.class,
            CurlCommand.class,
            ApplyCommand.class,
            DevCommand.class,
            InvokeCommand.class,
            StatusCommand.class,
            RolloutCommand.class,
            ValidateCommand.class,
            CaCommand.class,
            EdgeCommand.class,
            OriginCommand.class,
            ControlPlaneCommand.class,
            SecretsCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            TrainCommand.class,
        })
public final class Main implements Runnable {

    /** A command that could not do its work. */
    static final int FAILURE = 1;

    /** A command line that makes no sense. */
    static final int USAGE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The parser with every subcommand; its streams can be replaced. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, _) -> {
                    PrintWriter err = e.getCommandLine().getErr();
                    err.println("nearside: " + e.getMessage());
                    err.println("Try 'nearside " + commandName(e) + "--help'.");
                    return USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, _) -> {
                    commandLine.getErr().println("nearside: " + oneLine(e));
                    return e instanceof CliException failure ? failure.exitCode() : FAILURE;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static String commandName(ParameterException e) {
        CommandSpec failed = e.getCommandLine().getCommandSpec();
        return failed.parent() == null ? "" : failed.name() + " ";
    }

    private static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.toString()
                : message.lines().findFirst().orElse(failure.toString());
    }
}
