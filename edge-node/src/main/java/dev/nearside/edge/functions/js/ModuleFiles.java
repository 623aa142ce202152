package dev.nearside.edge.functions.js;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nearside.edge.functions.js.PackageExports.Asker;
import dev.nearside.kit.code.CodeBundle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.graalvm.polyglot.Source;

/** A bundle's files as Node's CommonJS loader sees them under {@code /var/task}. */
final class ModuleFiles {

    /** Where Lambda unpacks code. */
    static final String ROOT = "/var/task";

    /** As on Linux; the walk through the folders of a path costs the square of its length. */
    private static final int MAX_PATH_CHARS = 4096;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> EXTENSIONS = List.of("", ".js", ".json", ".cjs", ".mjs");

    private static final Pattern RELATIVE_IMPORT =
            Pattern.compile("(\\bimport\\s*\\(\\s*)(['\"])(\\.{1,2}/[^'\"\\n\\\\]{1,300})\\2");

    private final CodeBundle bundle;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> manifests = new ConcurrentHashMap<>();

    private final Set<String> folders;

    ModuleFiles(CodeBundle bundle) {
        this.bundle = bundle;
        this.folders = foldersOf(bundle);
    }

    /** The absolute path of the file that a specifier names, seen from a folder; none if either is overlong. */
    Optional<String> resolve(String specifier, String fromFolder) {
        if (specifier.length() > MAX_PATH_CHARS || fromFolder.length() > MAX_PATH_CHARS) {
            return Optional.empty();
        }
        if (specifier.startsWith("/")) {
            return fileOrFolder(normalize(specifier));
        }
        if (specifier.equals(".")
                || specifier.equals("..")
                || specifier.startsWith("./")
                || specifier.startsWith("../")) {
            return fileOrFolder(normalize(fromFolder + '/' + specifier));
        }
        return specifier.isEmpty() || specifier.startsWith("#")
                ? Optional.empty()
                : inPackages(specifier, fromFolder, Asker.REQUIRE);
    }

    /** The absolute path of the file that an import names that is not relative. */
    Optional<String> resolveImport(String specifier, String fromFolder) {
        return specifier.length() > MAX_PATH_CHARS || specifier.isEmpty()
                ? Optional.empty()
                : inPackages(specifier, fromFolder, Asker.IMPORT);
    }

    boolean isFile(String path) {
        return content(path).isPresent();
    }

    /** Whether a folder has files of its own. */
    boolean isFolder(String path) {
        return path.equals(ROOT) || folders.contains(path);
    }

    private static Set<String> foldersOf(CodeBundle bundle) {
        return bundle.files().keySet().stream()
                .map(file -> parent(ROOT + '/' + file))
                .collect(Collectors.toSet());
    }

    /** A file's content as text. */
    Optional<String> text(String path) {
        return content(path).map(bytes -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        });
    }

    /** A file as a literal of CommonJS's wrapper function; the same object each time, so that it is parsed once. */
    Optional<Source> source(String path) {
        Source known = sources.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        return text(path).map(code -> {
            String body = withAbsoluteImports(code.startsWith("#!") ? "//" + code : code, parent(path));
            String wrapped = "(function (exports, require, module, __filename, __dirname) {" + body + "\n})";
            Source source = Source.newBuilder("js", wrapped, path).cached(true).buildLiteral();
            Source earlier = sources.putIfAbsent(path, source);
            return earlier == null ? source : earlier;
        });
    }

    /** The language takes a literal's dynamic imports as seen from the root, for it does not know where the file is. */
    private static String withAbsoluteImports(String code, String folder) {
        return folder.equals(ROOT)
                ? code
                : RELATIVE_IMPORT
                        .matcher(code)
                        .replaceAll(found -> Matcher.quoteReplacement(found.group(1)
                                + found.group(2)
                                + normalize(folder + '/' + found.group(3))
                                + found.group(2)));
    }

    /** Whether Node would load that file as an ES module. */
    boolean isModule(String path) {
        if (path.endsWith(".mjs")) {
            return true;
        }
        if (!path.endsWith(".js") || content(path).isEmpty()) {
            return false;
        }
        for (String folder = parent(path); !folder.isEmpty(); folder = parent(folder)) {
            JsonNode manifest = manifest(folder);
            if (!manifest.isMissingNode()) {
                return manifest.path("type").asText().equals("module");
            }
        }
        return false;
    }

    private Optional<String> fileOrFolder(String path) {
        return file(path).or(() -> folder(path));
    }

    private Optional<String> file(String path) {
        for (String extension : EXTENSIONS) {
            if (content(path + extension).isPresent()) {
                return Optional.of(path + extension);
            }
        }
        return Optional.empty();
    }

    private Optional<String> folder(String path) {
        String main = manifest(path).path("main").asText();
        if (!main.isEmpty()) {
            String target = normalize(path + '/' + main);
            Optional<String> found = file(target).or(() -> file(target + "/index"));
            if (found.isPresent()) {
                return found;
            }
        }
        return file(path + "/index");
    }

    private Optional<String> inPackages(String specifier, String fromFolder, Asker asker) {
        int nameEnd = specifier.indexOf('/', specifier.startsWith("@") ? specifier.indexOf('/') + 1 : 0);
        String name = nameEnd < 0 ? specifier : specifier.substring(0, nameEnd);
        String subpath = nameEnd < 0 ? "." : '.' + specifier.substring(nameEnd);
        for (String folder = normalize(fromFolder); !folder.isEmpty(); folder = parent(folder)) {
            if (folder.endsWith("/node_modules")) {
                continue;
            }
            String home = folder + "/node_modules/" + name;
            JsonNode exports = manifest(home).path("exports");
            Optional<String> found = exports.isMissingNode() || exports.isNull()
                    ? fileOrFolder(normalize(home + '/' + subpath))
                    : PackageExports.target(exports, subpath, asker).map(target -> normalize(home + '/' + target));
            if (found.isPresent() && content(found.get()).isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Only manifests that exist are kept, for a guest may ask for any number of others. */
    private JsonNode manifest(String folder) {
        JsonNode manifest = manifests.computeIfAbsent(
                folder,
                key -> text(key + "/package.json").map(ModuleFiles::parse).orElse(null));
        return manifest == null ? MissingNode.getInstance() : manifest;
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private Optional<byte[]> content(String path) {
        return path.startsWith(ROOT + '/') ? bundle.file(path.substring(ROOT.length() + 1)) : Optional.empty();
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String normalize(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return '/' + String.join("/", segments);
    }
}
