package dev.nearside.simulator.world;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Function code packed as users pack it. */
public final class FunctionZip {

    private FunctionZip() {}

    /** A zip whose only file is {@code index.js}. */
    public static byte[] ofIndex(String source) {
        return of("index.js", source);
    }

    /** A zip of one file. */
    public static byte[] of(String name, String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(source.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        } catch (IOException e) {
            throw new IllegalStateException("an array can be written", e);
        }
        return bytes.toByteArray();
    }
}
