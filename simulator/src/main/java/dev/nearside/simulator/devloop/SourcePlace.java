package dev.nearside.simulator.devloop;

import dev.nearside.edge.functions.StackTraces;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in the user's own files an error came from. */
final class SourcePlace {

    /** Functions see their files below the one folder in process, and below the other in a process of their own. */
    private static final String ROOT = "(?:/var/task|/nearside-run-[^/]+/code[0-9]+)/";

    private static final Pattern FRAME = Pattern.compile(ROOT + "([^:()\\s]+):(\\d+)(?::(\\d+))?");
    private static final Pattern PYTHON_FRAME = Pattern.compile("File \"[^\"]*" + ROOT + "([^\"]+)\", line (\\d+)");

    private SourcePlace() {}

    /**
     * The innermost place in the folder that the last error in a function's log came from, as {@code index.js:6:15} or
     * {@code app.py:3}; files of packages are passed over.
     */
    static Optional<String> of(List<String> logLines) {
        return inStack(StackTraces.of(logLines)).or(() -> inTraceback(logLines));
    }

    private static Optional<String> inStack(List<String> stack) {
        Optional<String> inPackage = Optional.empty();
        for (String frame : stack) {
            Matcher matcher = FRAME.matcher(frame);
            if (matcher.find()) {
                String place = matcher.group(1) + ":" + matcher.group(2)
                        + (matcher.group(3) == null ? "" : ":" + matcher.group(3));
                if (!place.startsWith("node_modules/")) {
                    return Optional.of(place);
                }
                inPackage = inPackage.isPresent() ? inPackage : Optional.of(place);
            }
        }
        return inPackage;
    }

    /** Python's runtime logs an error as the interpreter prints it, the innermost place last. */
    private static Optional<String> inTraceback(List<String> logLines) {
        for (String line : logLines.reversed()) {
            if (line.startsWith("ERROR\t") && line.contains("Traceback (most recent call last):")) {
                return PYTHON_FRAME
                        .matcher(line)
                        .results()
                        .map(frame -> frame.group(1) + ":" + frame.group(2))
                        .reduce((_, inner) -> inner);
            }
        }
        return Optional.empty();
    }
}
