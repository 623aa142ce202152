package dev.nearside.simulator.apply.resource;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.simulator.apply.template.TemplateException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The code of a function as a zip, of a folder, a file or a text; the same files make the same bytes. */
public final class CodePackage {

    /** What belongs to tools and to no package. */
    private static final Set<String> LEFT_OUT = Set.of(".git", ".aws-sam", ".DS_Store");

    private CodePackage() {}

    /**
     * The package that a template names by a path: a folder is zipped with all that is in it, a zip is taken as it is, any
     * other file alone.
     *
     * @param folder against which the path stands
     * @param line of the template, for messages
     * @throws TemplateException if there is no such file, or it can be no package
     */
    public static byte[] ofPath(String path, Path folder, int line) {
        try {
            Path source = folder.resolve(path);
            if (Files.isDirectory(source)) {
                return zip(files(source));
            }
            if (!Files.isRegularFile(source)) {
                throw new TemplateException(line, "the code is at '" + path + "', and there is nothing at " + source);
            }
            if (Files.size(source) > CodeBundle.MAX_ZIP_BYTES) {
                throw new TemplateException(
                        line,
                        source + " has " + Files.size(source) + " bytes, expected at most " + CodeBundle.MAX_ZIP_BYTES);
            }
            String name = String.valueOf(source.getFileName());
            return name.endsWith(".zip") || name.endsWith(".jar")
                    ? Files.readAllBytes(source)
                    : zip(Map.of(name, Files.readAllBytes(source)));
        } catch (InvalidPathException e) {
            throw new TemplateException(line, "the code is at '" + path + "', which is no path: " + e.getReason());
        } catch (IOException e) {
            throw new TemplateException(line, "the code at '" + path + "' cannot be read: " + e.getMessage());
        }
    }

    /** The package of code that a template has in it: one file, named as CloudFormation names it for the runtime. */
    public static byte[] inline(String runtime, String text) {
        String name = runtime.startsWith("python") ? "index.py" : "index.js";
        return zip(Map.of(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What Lambda calls CodeSha256. */
    public static String sha256(byte[] zip) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(zip));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        Path home = folder.toRealPath();
        long[] bytes = {0};
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                            throws IOException {
                        requireInside(home, directory);
                        return isLeftOut(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (attributes.isRegularFile() && !isLeftOut(file)) {
                            requireInside(home, file);
                            bytes[0] += attributes.size();
                            if (bytes[0] > CodeBundle.MAX_UNZIPPED_BYTES || files.size() >= CodeBundle.MAX_ENTRIES) {
                                throw new IOException("it has more than " + CodeBundle.MAX_ENTRIES + " files or "
                                        + CodeBundle.MAX_UNZIPPED_BYTES + " bytes; is it a function's folder?");
                            }
                            files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        throw e instanceof FileSystemLoopException
                                ? new IOException("the link " + file + " leads into a circle", e)
                                : e;
                    }
                });
        return files;
    }

    /** What a template gives away is what lies in its folders, and not what a link in them points at. */
    private static void requireInside(Path home, Path file) throws IOException {
        if (!file.toRealPath().startsWith(home)) {
            throw new IOException("the link " + file + " leads out of the folder");
        }
    }

    private static boolean isLeftOut(Path file) {
        return LEFT_OUT.contains(String.valueOf(file.getFileName()));
    }

    private static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException("a zip in memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }
}
