package dev.nearside.edge.functions.process;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.files.Folders;
import dev.nearside.kit.files.OwnerOnly;
import dev.nearside.kit.time.Randomness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of this JVM's own among the temporary files, for code, sockets and what functions write. It lies there, and
 * not with the node's data, because a socket's path may have about a hundred characters only. Used on the starter's
 * thread.
 */
final class RunFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final String PREFIX = "nearside-run-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]+)-.*");

    private final Path root;
    private int made;

    private RunFolder(Path root) {
        this.root = root;
    }

    /** Makes a folder that nobody else can read, and removes those of JVMs that are gone. */
    static RunFolder open() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        removeLeftOvers(temporary);
        // A name that leaves room in a socket's path, which macOS's folders for temporary files nearly fill.
        String unique = HexFormat.of().toHexDigits(Randomness.secret().nextInt());
        Path root = temporary.resolve(PREFIX + ProcessHandle.current().pid() + "-" + unique);
        OwnerOnly.createDirectory(root);
        return new RunFolder(root);
    }

    private static void removeLeftOvers(Path among) throws IOException {
        List<Path> others;
        try (Stream<Path> all = Files.list(among)) {
            others = all.filter(path -> isLeftOver(String.valueOf(path.getFileName())))
                    .toList();
        }
        for (Path other : others) {
            if (Files.isDirectory(other, java.nio.file.LinkOption.NOFOLLOW_LINKS) && Files.isWritable(other)) {
                delete(other);
            }
        }
    }

    private static boolean isLeftOver(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                && matcher.group(1).length() < 18
                && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
    }

    /** Writes a bundle's files out; nobody changes them afterwards. */
    Path unpack(CodeBundle code) throws IOException {
        Path folder = Files.createDirectory(root.resolve("code" + ++made));
        for (Map.Entry<String, byte[]> file : code.files().entrySet()) {
            Path target = folder.resolve(file.getKey()).normalize();
            if (!target.startsWith(folder)) {
                throw new IOException("the bundle names '" + file.getKey() + "', expected a path inside itself");
            }
            Files.createDirectories(target.getParent() == null ? folder : target.getParent());
            Files.write(target, file.getValue());
        }
        return folder;
    }

    /** Copies a resource of this package. */
    Path copyOf(String resource) throws IOException {
        Path target = root.resolve(resource);
        if (!Files.exists(target)) {
            try (InputStream in = RunFolder.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IOException("the resource '" + resource + "' is missing");
                }
                Files.copy(in, target);
            }
        }
        return target;
    }

    /** A new empty folder for an environment. */
    Path environment() throws IOException {
        return Files.createDirectory(root.resolve("e" + ++made));
    }

    /** Removes a folder with all that is in it; what cannot be removed is left to the system. */
    static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            LOG.debug("{} cannot be removed", folder, e);
        }
    }

    @Override
    public void close() {
        delete(root);
    }
}
