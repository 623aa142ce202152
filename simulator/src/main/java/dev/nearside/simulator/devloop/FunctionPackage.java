package dev.nearside.simulator.devloop;

import dev.nearside.kit.code.CodeBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files of a folder that make up the function's package: all but hidden ones, samples and notes. */
public final class FunctionPackage {

    /** Where sample events and results are kept. */
    static final String SAMPLES = "samples";

    /** What a zip may hold. */
    static final int MAX_FILES = CodeBundle.MAX_ENTRIES;

    private FunctionPackage() {}

    /**
     * The files by relative path with forward slashes.
     *
     * @throws IOException if one cannot be read, or if they are too many or too large for any package
     */
    static Map<String, Path> files(Path folder) throws IOException {
        return read(folder).files();
    }

    /** The symbolic links that would belong to the package if it could hold any, by relative path. */
    static List<String> links(Path folder) throws IOException {
        return read(folder).links();
    }

    /** What is in a folder, sorted. */
    private record Content(Map<String, Path> files, List<String> links) {}

    private static Content read(Path folder) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        List<String> links = new ArrayList<>();
        long[] bytes = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.equals(folder) || belongs(folder, directory)
                        ? FileVisitResult.CONTINUE
                        : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink() && belongs(folder, file)) {
                    links.add(nameOf(folder, file));
                } else if (attributes.isRegularFile() && belongs(folder, file)) {
                    files.put(nameOf(folder, file), file);
                    bytes[0] += attributes.size();
                }
                if (files.size() + links.size() > MAX_FILES || bytes[0] > CodeBundle.MAX_UNZIPPED_BYTES) {
                    throw new IOException(folder + " has more than " + MAX_FILES + " files or "
                            + CodeBundle.MAX_UNZIPPED_BYTES + " bytes; is it a function's folder?");
                }
                return FileVisitResult.CONTINUE;
            }
        });
        links.sort(null);
        return new Content(files, links);
    }

    static boolean belongs(Path folder, Path file) {
        String name = nameOf(folder, file);
        String last = String.valueOf(file.getFileName());
        return !last.startsWith(".")
                && !name.equals(SAMPLES)
                && !name.startsWith(SAMPLES + "/")
                && !name.equals(SettingsFile.NAME)
                && !last.endsWith(".md");
    }

    static String nameOf(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    /** The folder as a zip; the same files make the same bytes. */
    public static byte[] zip(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, Path> file : files(folder).entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTime(0);
                zip.putNextEntry(entry);
                Files.copy(file.getValue(), zip);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
