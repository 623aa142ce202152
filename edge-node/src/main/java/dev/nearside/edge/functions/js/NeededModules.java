package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.js.PackageExports.Asker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the code of a version asks for and the in-process engine does not have, found by following the literal
 * {@code require} calls and imports from the handler's file. A guess: a specifier that is computed is not seen, one
 * behind a branch that is never taken is.
 */
final class NeededModules {

    private static final int MAX_FILES = 2_000;

    private static final Pattern SPECIFIER = Pattern.compile(
            "(?:\\brequire\\s*\\(\\s*|\\bimport\\s*\\(\\s*|\\bfrom\\s*|\\bimport\\s*)(['\"])([^'\"\\n\\\\]{1,300})\\1");

    private final ModuleFiles files;
    private final Set<String> missing = new TreeSet<>();
    private final Set<String> seen = new HashSet<>();
    private final Deque<String> ahead = new ArrayDeque<>();

    private NeededModules(ModuleFiles files) {
        this.files = files;
    }

    /** What a handler, such as {@code src/app.handler}, needs and the library lacks, each in a few words. */
    static List<String> missing(String handler, ModuleFiles files) {
        NeededModules needed = new NeededModules(files);
        handlerFile(handler, files).ifPresent(needed.ahead::add);
        while (!needed.ahead.isEmpty() && needed.seen.size() < MAX_FILES) {
            needed.follow(needed.ahead.remove());
        }
        return new ArrayList<>(needed.missing);
    }

    private static Optional<String> handlerFile(String handler, ModuleFiles files) {
        int dot = handler.indexOf('.', handler.lastIndexOf('/') + 1);
        return dot < 0 ? Optional.empty() : files.resolve("./" + handler.substring(0, dot), ModuleFiles.ROOT);
    }

    private void follow(String path) {
        if (!seen.add(path) || path.endsWith(".json")) {
            return;
        }
        String folder = path.substring(0, path.lastIndexOf('/'));
        Matcher specifiers = SPECIFIER.matcher(files.text(path).orElse(""));
        Asker asker = files.isModule(path) ? Asker.IMPORT : Asker.REQUIRE;
        while (specifiers.find()) {
            look(specifiers.group(2), folder, asker);
        }
    }

    private void look(String specifier, String folder, Asker asker) {
        String name = specifier.startsWith("node:") ? specifier.substring("node:".length()) : specifier;
        if (GuestLibrary.offers(name)) {
            return;
        }
        Optional<String> file = specifier.startsWith("node:") ? Optional.empty() : resolve(specifier, folder, asker);
        if (file.isPresent()) {
            ahead.add(file.get());
        } else if (specifier.startsWith("node:") || GuestLibrary.isNodeOnly(name)) {
            missing.add("the module '" + name + "'");
        }
    }

    private Optional<String> resolve(String specifier, String folder, Asker asker) {
        boolean bare = !specifier.startsWith(".") && !specifier.startsWith("/");
        return bare && asker == Asker.IMPORT
                ? files.resolveImport(specifier, folder)
                : files.resolve(specifier, folder);
    }
}
