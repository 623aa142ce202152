package dev.nearside.kit.code;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files of one function's zip, in memory: relative paths with forward slashes to contents. */
public final class CodeBundle {

    /** Lambda@Edge's limit for a zip, in bytes. */
    public static final int MAX_ZIP_BYTES = 50 * 1024 * 1024;

    /** Lambda's limit for the unzipped files together, in bytes. */
    public static final long MAX_UNZIPPED_BYTES = 250L * 1024 * 1024;

    /** Most files and folders in a zip. */
    public static final int MAX_ENTRIES = 50_000;

    /** How many times its own length a zip may hold; code takes 3 to 10 times, and only bombs hundreds. */
    public static final int MAX_RATIO = 100;

    /** Below this many bytes the ratio does not matter. */
    private static final long SMALL_BYTES = 8L * 1024 * 1024;

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
     * @throws CodeBundleException if it is no zip, holds no file, is over a limit, names a path outside itself or one
     *     twice, or holds links, or a manifest that no parser should be given
     */
    public static CodeBundle fromZip(byte[] zip) throws CodeBundleException {
        return fromZip(zip, MAX_UNZIPPED_BYTES);
    }

    /**
     * Unpacks a zip in memory, one of several that share a limit.
     *
     * @param maxUnzippedBytes what is left of the limit for the files together
     * @throws CodeBundleException as {@link #fromZip(byte[])} does
     */
    public static CodeBundle fromZip(byte[] zip, long maxUnzippedBytes) throws CodeBundleException {
        if (zip.length > MAX_ZIP_BYTES) {
            throw new CodeBundleException("the zip has " + zip.length + " bytes, expected at most " + MAX_ZIP_BYTES);
        }
        Map<String, byte[]> files = new TreeMap<>();
        Set<String> entries = new HashSet<>();
        long most = Math.min(maxUnzippedBytes, Math.max(SMALL_BYTES, (long) MAX_RATIO * zip.length));
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            ZipEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                if (!entries.add(entry.getName())) {
                    throw twice(entry.getName());
                }
                if (entries.size() > MAX_ENTRIES) {
                    throw new CodeBundleException("the zip holds more than " + MAX_ENTRIES + " files and folders");
                }
                String path = checkedPath(entry.getName(), entry.isDirectory());
                if (!entry.isDirectory()) {
                    byte[] content = readAtMost(in, most, path);
                    most -= content.length;
                    Manifests.check(path, content);
                    if (files.put(path, content) != null) {
                        throw twice(path);
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CodeBundleException("not a readable zip: " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw new CodeBundleException("not a zip, or one without files (" + zip.length + " bytes)");
        }
        ZipDirectory.of(zip).requireSame(entries);
        requireNoFileIsAFolder(files);
        return new CodeBundle(files);
    }

    private static CodeBundleException twice(String path) {
        return new CodeBundleException("the zip names the path '" + path + "' twice, expected each once");
    }

    private static void requireNoFileIsAFolder(Map<String, byte[]> files) throws CodeBundleException {
        for (String path : files.keySet()) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                if (files.containsKey(path.substring(0, slash))) {
                    throw new CodeBundleException("the zip names '" + path.substring(0, slash)
                            + "' as a file and as a folder, expected one of them");
                }
            }
        }
    }

    /** The content of a file, if there is one at that relative path. */
    public Optional<byte[]> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** All files, sorted by path. */
    public Map<String, byte[]> files() {
        return files;
    }

    private static String checkedPath(String name, boolean isFolder) throws CodeBundleException {
        String path = name.replace('\\', '/');
        if (path.startsWith("./") && path.length() > 2) {
            path = path.substring(2);
        }
        String whole = isFolder && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        boolean isRoot = isFolder && whole.equals(".");
        if (whole.isEmpty() || whole.startsWith("/") || whole.indexOf('\0') >= 0 || whole.matches("^[A-Za-z]:.*")) {
            throw outside(name);
        }
        for (String segment : whole.split("/", -1)) {
            if (!isRoot && (segment.equals("..") || segment.equals(".") || segment.isEmpty())) {
                throw outside(name);
            }
        }
        return path;
    }

    private static CodeBundleException outside(String name) {
        return new CodeBundleException("the zip names the path '" + name + "', expected one inside the archive");
    }

    private static byte[] readAtMost(ZipInputStream in, long limit, String path)
            throws IOException, CodeBundleException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int read;
        while ((read = in.read(buffer)) >= 0) {
            if (out.size() + (long) read > limit) {
                throw new CodeBundleException("unzipped, the files up to '" + path + "' exceed " + MAX_UNZIPPED_BYTES
                        + " bytes, or " + MAX_RATIO + " times the zip");
            }
            out.write(buffer, 0, read);
        }
        return out.toByteArray();
    }
}
