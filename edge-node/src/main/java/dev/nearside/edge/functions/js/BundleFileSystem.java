package dev.nearside.edge.functions.js;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.graalvm.polyglot.io.FileSystem;

/**
 * What the language sees when it loads ES modules: the bundle, read-only, and nothing else.
 *
 * <p>The language asks for a bare specifier as if it were a file beside the one that imports it. What is no file there
 * is therefore looked up as a specifier, as seen from the deepest folder of the bundle on that path. Modules of Node's,
 * and CommonJS files, are shown as modules that hand out what {@code require} gives.
 */
final class BundleFileSystem implements FileSystem {

    /** Where Node's own modules seem to be. */
    private static final String CORE = "/node:/";

    private final ModuleFiles files;
    private final Predicate<String> core;
    private final Function<String, String> bridge;

    /**
     * Over a version's files.
     *
     * @param core whether we have a module of Node's by that name
     * @param bridge the text of an ES module that hands out a module of CommonJS, by its path or name
     */
    BundleFileSystem(ModuleFiles files, Predicate<String> core, Function<String, String> bridge) {
        this.files = files;
        this.core = core;
        this.bridge = bridge;
    }

    @Override
    public Path parsePath(URI uri) {
        return switch (String.valueOf(uri.getScheme())) {
            case "node" -> Path.of(CORE + uri.getSchemeSpecificPart());
            case "file" -> Path.of(uri.getPath());
            default -> throw new UnsupportedOperationException("only file: and node: URLs are supported");
        };
    }

    @Override
    public Path parsePath(String path) {
        return Path.of(path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) throws IOException {
        if (modes.contains(AccessMode.WRITE) || modes.contains(AccessMode.EXECUTE)) {
            throw new SecurityException("the bundle can only be read");
        }
        found(path);
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return Path.of(ModuleFiles.ROOT).resolve(path).normalize();
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        return Path.of(found(path));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        String file = found(path);
        boolean asIs = !file.startsWith(CORE) && (files.isModule(file) || file.endsWith(".json"));
        String text = asIs
                ? files.text(file).orElseThrow(() -> new NoSuchFileException(file))
                : bridge.apply(file.startsWith(CORE) ? file.substring(CORE.length()) : file);
        return new ReadOnlyBytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The file, or module of Node's, that a path leads to. */
    private String found(Path path) throws NoSuchFileException {
        String wanted = toAbsolutePath(path).toString();
        if (files.isFile(wanted)) {
            return wanted;
        }
        if (wanted.startsWith(CORE)) {
            String name = wanted.substring(CORE.length());
            if (core.test(name)) {
                return wanted;
            }
            throw new NoSuchFileException(name);
        }
        String folder = wanted.substring(0, Math.max(0, wanted.lastIndexOf('/')));
        while (folder.length() > ModuleFiles.ROOT.length() && !files.isFolder(folder)) {
            folder = folder.substring(0, folder.lastIndexOf('/'));
        }
        if (!folder.startsWith(ModuleFiles.ROOT)) {
            throw new NoSuchFileException(wanted);
        }
        String specifier = wanted.substring(folder.length() + 1);
        if (core.test(specifier)) {
            return CORE + specifier;
        }
        return files.resolveImport(specifier, folder).orElseThrow(() -> new NoSuchFileException(specifier));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        found(path);
        return Map.of("isRegularFile", true, "isDirectory", false, "isSymbolicLink", false);
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) {
        throw new SecurityException("the bundle can only be read");
    }

    @Override
    public void delete(Path path) {
        throw new SecurityException("the bundle can only be read");
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter) {
        throw new SecurityException("the bundle is read file by file");
    }

    /** A file's content as a channel. */
    private record ReadOnlyBytes(ByteBuffer content) implements SeekableByteChannel {

        @Override
        public int read(ByteBuffer target) {
            if (!content.hasRemaining()) {
                return -1;
            }
            int length = Math.min(content.remaining(), target.remaining());
            target.put(content.slice(content.position(), length));
            content.position(content.position() + length);
            return length;
        }

        @Override
        public long position() {
            return content.position();
        }

        @Override
        public SeekableByteChannel position(long position) {
            content.position((int) Math.min(position, content.limit()));
            return this;
        }

        @Override
        public long size() {
            return content.limit();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing is held open
        }
    }
}
