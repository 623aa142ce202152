package dev.nearside.kit.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The directory at the end of a zip (APPNOTE.TXT 4.3.12 and 4.3.16), which alone says which entries are links and other
 * things than files. Readers that trust it and readers that trust the entries must see the same files, so entries that
 * it does not list are refused.
 */
final class ZipDirectory {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int TYPE_BITS = 0xf000;
    private static final int FOLDER = 0x4000;
    private static final int FILE = 0x8000;
    private static final int LINK = 0xa000;

    private final Set<String> names;

    private ZipDirectory(Set<String> names) {
        this.names = names;
    }

    /**
     * Reads the directory.
     *
     * @throws CodeBundleException if there is none, or it lists a link or a device
     */
    static ZipDirectory of(byte[] zip) throws CodeBundleException {
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int end = end(bytes);
        int count = bytes.getShort(end + 10) & 0xffff;
        int at = bytes.getInt(end + 16);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            if (at < 0 || at > end - ENTRY_BYTES || bytes.getInt(at) != ENTRY_SIGNATURE) {
                throw new CodeBundleException(
                        "not a readable zip: its directory ends after " + i + " entries of " + count);
            }
            int nameBytes = bytes.getShort(at + 28) & 0xffff;
            if (at + ENTRY_BYTES + nameBytes > end) {
                throw new CodeBundleException("not a readable zip: its directory ends within a name");
            }
            String name = new String(zip, at + ENTRY_BYTES, nameBytes, StandardCharsets.UTF_8);
            checkType(name, bytes.getInt(at + 38) >>> 16);
            names.add(name);
            at += ENTRY_BYTES + nameBytes + (bytes.getShort(at + 30) & 0xffff) + (bytes.getShort(at + 32) & 0xffff);
        }
        return new ZipDirectory(names);
    }

    /** Where the record begins that ends the zip; a comment may follow it. */
    private static int end(ByteBuffer bytes) throws CodeBundleException {
        int last = bytes.limit() - END_BYTES;
        for (int at = last; at >= 0 && at >= last - MAX_COMMENT_BYTES; at--) {
            if (bytes.getInt(at) == END_SIGNATURE) {
                return at;
            }
        }
        throw new CodeBundleException("not a readable zip: it has no directory at its end");
    }

    /** Modes of Unix; other systems leave them 0. */
    private static void checkType(String name, int mode) throws CodeBundleException {
        int type = mode & TYPE_BITS;
        if (type == LINK) {
            throw new CodeBundleException(
                    "the zip holds the symbolic link '" + name + "', expected the file itself (zip without -y)");
        }
        if (type != 0 && type != FILE && type != FOLDER) {
            throw new CodeBundleException("the zip holds '" + name + "', which is neither a file nor a folder");
        }
    }

    /** Checks that it lists exactly those entries. */
    void requireSame(Set<String> entries) throws CodeBundleException {
        for (String entry : entries) {
            if (!names.contains(entry)) {
                throw new CodeBundleException("the zip holds '" + entry + "', which its directory does not list");
            }
        }
        for (String name : names) {
            if (!entries.contains(name)) {
                throw new CodeBundleException("the zip's directory lists '" + name + "', which the zip does not hold");
            }
        }
    }
}
