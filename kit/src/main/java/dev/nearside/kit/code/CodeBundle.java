package dev.nearside.kit.code;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files of one function's zip, in memory: relative paths with forward slashes to contents. */
public final class CodeBundle {

    /** Lambda@Edge's limit for a zip, in bytes. */
    public static final int MAX_ZIP_BYTES = 50 * 1024 * 1024;

    /** Lambda's limit for the unzipped files together, in bytes. */
    public static final long MAX_UNZIPPED_BYTES = 250L * 1024 * 1024;

    private static final int MAX_FILES = 50_000;

    private final Map<String, byte[]> files;

    private CodeBundle(Map<String, byte[]> files) {
        this.files = Collections.unmodifiableMap(files);
    }

    public static CodeBundle of(Map<String, byte[]> files) {
        return new CodeBundle(new TreeMap<>(files));
    }

    /**
     * Unpacks a zip in memory.
     *
     * @throws CodeBundleException if it is no zip, holds no file, is over a limit, or names a path outside itself
     */
    public static CodeBundle fromZip(byte[] zip) throws CodeBundleException {
        if (zip.length > MAX_ZIP_BYTES) {
            throw new CodeBundleException("the zip has " + zip.length + " bytes, expected at most " + MAX_ZIP_BYTES);
        }
        Map<String, byte[]> files = new TreeMap<>();
        long total = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            ZipEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                if (entry.isDirectory()) {
                    continue;
                }
                String path = checkedPath(entry.getName());
                byte[] content = readAtMost(in, MAX_UNZIPPED_BYTES - total, path);
                total += content.length;
                files.put(path, content);
                if (files.size() > MAX_FILES) {
                    throw new CodeBundleException("the zip holds more than " + MAX_FILES + " files");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CodeBundleException("not a readable zip: " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw new CodeBundleException("not a zip, or one without files (" + zip.length + " bytes)");
        }
        return new CodeBundle(files);
    }

    /** The content of a file, if there is one at that relative path. */
    public Optional<byte[]> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** All files, sorted by path. */
    public Map<String, byte[]> files() {
        return files;
    }

    private static String checkedPath(String name) throws CodeBundleException {
        String path = name.replace('\\', '/');
        if (path.startsWith("./")) {
            path = path.substring(2);
        }
        if (path.isEmpty() || path.startsWith("/") || path.indexOf('\0') >= 0 || path.matches("^[A-Za-z]:.*")) {
            throw new CodeBundleException("the zip names the path '" + name + "', expected one inside the archive");
        }
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..") || segment.equals(".") || segment.isEmpty()) {
                throw new CodeBundleException("the zip names the path '" + name + "', expected one inside the archive");
            }
        }
        return path;
    }

    private static byte[] readAtMost(ZipInputStream in, long limit, String path)
            throws IOException, CodeBundleException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int read;
        while ((read = in.read(buffer)) >= 0) {
            if (out.size() + (long) read > limit) {
                throw new CodeBundleException(
                        "unzipped, the files up to '" + path + "' exceed " + MAX_UNZIPPED_BYTES + " bytes");
            }
            out.write(buffer, 0, read);
        }
        return out.toByteArray();
    }
}
