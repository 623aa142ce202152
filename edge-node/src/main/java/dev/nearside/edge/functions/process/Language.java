package dev.nearside.edge.functions.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A language whose functions run in processes: which runtimes it has, and how its interpreter is started. */
public enum Language {
    NODE("node", "nodejs", "node", "bootstrap.mjs") {
        @Override
        List<String> question(String program) {
            return List.of(program, "-p", "process.execPath + '\\n' + process.versions.node");
        }

        @Override
        List<String> command(Interpreter interpreter, Places places, int memoryMb) {
            List<String> command = new ArrayList<>(List.of(interpreter.program().toString()));
            command.add("--max-old-space-size=" + memoryMb);
            if (interpreter.isAtLeast(20, 11)) {
                // Reading is for its own code only, writing for its own /tmp, other programs and workers for nobody.
                command.add(interpreter.isAtLeast(23, 5) ? "--permission" : "--experimental-permission");
                command.add("--allow-fs-read=" + places.code() + "/*");
                command.add("--allow-fs-read=" + places.bootstrap());
                command.add("--allow-fs-read=" + places.temporary() + "/*");
                command.add("--allow-fs-write=" + places.temporary() + "/*");
                command.add("--disable-warning=ExperimentalWarning");
                command.add("--disable-warning=SecurityWarning");
            }
            command.add(places.bootstrap().toString());
            return command;
        }
    },

    PYTHON("python", "python", "python3", "bootstrap.py") {
        @Override
        List<String> question(String program) {
            return List.of(
                    program, "-I", "-c", "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])");
        }

        @Override
        List<String> command(Interpreter interpreter, Places places, int memoryMb) {
            return List.of(
                    interpreter.program().toString(),
                    "-I",
                    "-B",
                    "-u",
                    places.bootstrap().toString());
        }
    };

    /**
     * The program that runs the code.
     *
     * @param major the version's first number
     * @param minor its second
     */
    record Interpreter(Path program, int major, int minor) {

        private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,4})\\.([0-9]{1,4})\\..*");

        /**
         * From what the program says about itself: the path of its executable, which need not be the one that was
         * found first, and its version, such as {@code 20.11.1}, in a line each.
         */
        static Optional<Interpreter> of(String said) {
            List<String> lines = said.lines().toList();
            Matcher version = VERSION.matcher(lines.size() < 2 ? "" : lines.get(1));
            return version.matches()
                    ? Optional.of(new Interpreter(
                            Path.of(lines.getFirst()),
                            Integer.parseInt(version.group(1)),
                            Integer.parseInt(version.group(2))))
                    : Optional.empty();
        }

        boolean isAtLeast(int otherMajor, int otherMinor) {
            return major > otherMajor || (major == otherMajor && minor >= otherMinor);
        }
    }

    /**
     * Where a process finds its things.
     *
     * @param code the user's files
     * @param temporary the environment's own folder for what it writes
     */
    record Places(Path bootstrap, Path code, Path temporary) {}

    private final String engine;
    private final String runtimePrefix;
    private final String program;
    private final String bootstrap;

    Language(String engine, String runtimePrefix, String program, String bootstrap) {
        this.engine = engine;
        this.runtimePrefix = runtimePrefix;
        this.program = program;
        this.bootstrap = bootstrap;
    }

    /** The engine's name in traces. */
    String engine() {
        return engine;
    }

    /** What the interpreter is called on the PATH. */
    String program() {
        return program;
    }

    /** The resource that calls the handler. */
    String bootstrap() {
        return bootstrap;
    }

    boolean runs(String lambdaRuntime) {
        return lambdaRuntime.startsWith(runtimePrefix);
    }

    /** The command line that makes a program say what {@link Interpreter#of} reads. */
    abstract List<String> question(String program);

    /** The command line of a process that may use that much memory. */
    abstract List<String> command(Interpreter interpreter, Places places, int memoryMb);
}
