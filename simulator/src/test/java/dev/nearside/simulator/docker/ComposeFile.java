package dev.nearside.simulator.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code docker-compose.yml} as compose sees it: anchors merged, variables replaced by a given environment's. */
final class ComposeFile {

    /** {@code ${NAME}} and {@code ${NAME:-DEFAULT}}. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::-([^}]*))?}");

    private final Map<String, Object> root;

    private ComposeFile(Map<String, Object> root) {
        this.root = root;
    }

    /** Reads the project's, with variables from that environment; null is a variable that is not set. */
    static ComposeFile read(UnaryOperator<String> environment) throws IOException {
        String text = Files.readString(Path.of("..", "docker-compose.yml"));
        return new ComposeFile(
                map(new Yaml(new SafeConstructor(new LoaderOptions())).load(replaced(text, environment))));
    }

    private static String replaced(String text, UnaryOperator<String> environment) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = environment.apply(match.group(1));
            String otherwise = match.group(2) == null ? "" : match.group(2);
            return Matcher.quoteReplacement(value == null || value.isEmpty() ? otherwise : value);
        });
    }

    /** The services by name, in their order. */
    Map<String, Service> services() {
        Map<String, Service> services = new LinkedHashMap<>();
        map(root.get("services")).forEach((name, value) -> services.put(name, new Service(name, map(value))));
        return services;
    }

    Service service(String name) {
        return services().get(name);
    }

    List<String> networks() {
        return List.copyOf(map(root.get("networks")).keySet());
    }

    boolean isInternal(String network) {
        return Boolean.TRUE.equals(map(map(root.get("networks")).get(network)).get("internal"));
    }

    List<String> volumes() {
        return List.copyOf(map(root.get("volumes")).keySet());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    private static List<String> texts(Object value) {
        return list(value).stream().map(String::valueOf).toList();
    }

    /** {@code HOST:CONTAINER} on an address of the machine. */
    record Port(String address, int outside, int inside) {}

    /** A volume or a file of the project on a path of the container. */
    record Mount(String source, String target, boolean readOnly) {}

    /** One service. */
    record Service(String name, Map<String, Object> keys) {

        String text(String key) {
            return String.valueOf(keys.get(key));
        }

        boolean has(String key, Object value) {
            return value.equals(keys.get(key));
        }

        List<String> command() {
            return texts(keys.get("command"));
        }

        List<String> list(String key) {
            return texts(keys.get(key));
        }

        Map<String, Object> map(String key) {
            return ComposeFile.map(keys.get(key));
        }

        List<Port> ports() {
            return list("ports").stream()
                    .map(port -> port.split(":"))
                    .map(parts -> new Port(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2])))
                    .toList();
        }

        List<Mount> mounts() {
            return list("volumes").stream()
                    .map(mount -> mount.split(":"))
                    .map(parts -> new Mount(parts[0], parts[1], parts.length > 2 && parts[2].equals("ro")))
                    .toList();
        }

        /** The file of the project, seen from the module's folder, that is at a path of the container. */
        Path fileAt(String target) {
            return mounts().stream()
                    .filter(mount -> mount.target().equals(target))
                    .map(mount -> Path.of("..").resolve(mount.source()).normalize())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name + " mounts nothing at " + target));
        }

        /** What follows an option of its command. */
        String option(String option) {
            List<String> command = command();
            int at = command.indexOf(option);
            if (at < 0 || at + 1 >= command.size()) {
                throw new AssertionError(name + " has no " + option + " in " + command);
            }
            return command.get(at + 1);
        }

        /** What it waits for, with the condition. */
        Map<String, String> waitsFor() {
            Map<String, String> conditions = new LinkedHashMap<>();
            map("depends_on")
                    .forEach((other, how) -> conditions.put(
                            other, String.valueOf(ComposeFile.map(how).get("condition"))));
            return conditions;
        }

        List<String> healthTest() {
            return texts(map("healthcheck").get("test"));
        }
    }
}
