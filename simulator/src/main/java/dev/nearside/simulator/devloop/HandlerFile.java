package dev.nearside.simulator.devloop;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which file of a package holds the handler, by the rules of the runtime's language. */
final class HandlerFile {

    private static final String JARS = "lib/";

    private final FunctionSettings settings;

    HandlerFile(FunctionSettings settings) {
        this.settings = settings;
    }

    /** How a handler of this runtime is written. */
    String form() {
        return isJava() ? "PACKAGE.CLASS, for example com.example.Handler" : "FILE.FUNCTION, for example index.handler";
    }

    boolean isWellFormed() {
        return isJava() || settings.handler().lastIndexOf('.') >= 1;
    }

    /** Where it may be. */
    List<String> candidates() {
        String module = settings.handlerModule();
        if (isJava()) {
            return List.of(classFile(), "a .jar in " + JARS);
        }
        return settings.runtime().startsWith("python")
                ? List.of(module.replace('.', '/') + ".py")
                : List.of(module + ".js", module + ".mjs", module + ".cjs");
    }

    /** Where it is among the files of a package; which jar holds a class is left to the class loader. */
    Optional<String> in(Set<String> files) {
        Optional<String> file = candidates().stream().filter(files::contains).findFirst();
        return file.isEmpty() && isJava()
                ? files.stream()
                        .filter(name -> name.startsWith(JARS) && name.endsWith(".jar"))
                        .findFirst()
                : file;
    }

    private boolean isJava() {
        return settings.runtime().startsWith("java");
    }

    private String classFile() {
        int colons = settings.handler().indexOf("::");
        String name = colons < 0 ? settings.handler() : settings.handler().substring(0, colons);
        return name.replace('.', '/') + ".class";
    }
}
