package dev.nearside.simulator.devloop;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in the user's own files an error came from. */
final class SourcePlace {

    /** Functions see their files below this folder. */
    private static final Pattern FRAME = Pattern.compile("/var/task/([^:()\\s]+):(\\d+)(?::(\\d+))?");

    private SourcePlace() {}

    /** The innermost place in a stack that is in the folder, as {@code index.js:6:15}; files of packages are passed over. */
    static Optional<String> of(List<String> stack) {
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
}
