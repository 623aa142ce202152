package dev.nearside.simulator.cli;

import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.apply.stack.Plan;
import dev.nearside.simulator.apply.stack.Stack;
import dev.nearside.simulator.apply.template.Template;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.TemplateText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes of a running world what a CloudFormation or SAM template says. */
@Command(
        name = "apply",
        description = "Make what a CloudFormation or SAM template says: shows the plan, then carries it out.")
final class ApplyCommand implements Callable<Integer> {

    private static final List<String> USUAL_NAMES = List.of("template.yaml", "template.yml", "template.json");
    private static final Pattern STACK = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,127}");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The template, YAML or JSON, or a folder with a template.yaml.")
    private Path file = Path.of("");

    @Mixin
    private PortBase portBase = new PortBase();

    @Option(
            names = "--stack",
            paramLabel = "NAME",
            description = "Name of the stack (default: that of the file, or of its folder for a template.yaml).")
    private @Nullable String stack;

    @Option(names = "--parameter", paramLabel = "NAME=VALUE", description = "A parameter's value; may be repeated.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--plan", description = "Show the plan only.")
    private boolean planOnly;

    @Option(names = "--delete", description = "Delete the stack: all that applying the template has made.")
    private boolean delete;

    @Option(
            names = "--skip-unsupported",
            description = "Leave out resources for whose types nothing can stand, where nothing refers to them.")
    private boolean skipUnsupported;

    @Option(
            names = "--take-over",
            description = "Go on although another apply seems to be at work on the stack: it was ended hard.")
    private boolean takeOver;

    @Override
    public Integer call() {
        Path template = templateFile();
        String name = stack == null ? StackName.of(template) : stack;
        if (!STACK.matcher(name).matches()) {
            throw CliException.usage(
                    "--stack '" + name + "', expected 1 to 128 letters, digits and hyphens, a letter first");
        }
        try (Stack world = new Stack(name, portBase.ports().api(), this::print)) {
            if (delete) {
                delete(world, name);
            } else {
                apply(world, name, template);
            }
            return 0;
        } catch (TemplateException e) {
            throw CliException.failure(template + (e.line() == 0 ? "" : ":" + e.line()) + ": " + e.getMessage());
        } catch (ApplyException e) {
            throw CliException.failure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw CliException.failure("cannot read " + template + ": " + e.getMessage());
        }
    }

    private Path templateFile() {
        if (Files.isDirectory(file)) {
            return USUAL_NAMES.stream()
                    .map(file::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow(() -> CliException.usage(
                            file + " has none of " + String.join(", ", USUAL_NAMES) + ", expected a template"));
        }
        if (!Files.isRegularFile(file)) {
            throw CliException.usage(file + " is no file, expected a template");
        }
        return file;
    }

    private void apply(Stack world, String name, Path path) throws IOException {
        Template template = Template.of(TemplateText.read(path));
        Path folder = path.toAbsolutePath().getParent();
        Stack.Prepared prepared = world.prepare(
                new Stack.Wanted(
                        template, folder == null ? path.toAbsolutePath() : folder, parameters, skipUnsupported),
                takeOver);
        Plan plan = prepared.plan();
        print("stack " + name);
        plan.lines().forEach(line -> print("  " + line));
        if (plan.isEmpty()) {
            print("nothing to do");
        } else if (planOnly) {
            return;
        } else {
            print("applying");
            prepared.carryOut();
            print("done");
        }
        prepared.outputs().forEach((output, value) -> print(output + " = " + value));
    }

    private void delete(Stack world, String name) {
        List<String> lines = world.deletions(takeOver);
        print("stack " + name);
        lines.forEach(line -> print("  " + line));
        if (!planOnly) {
            print("deleting");
            world.delete(takeOver);
            print("deleted");
        }
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
