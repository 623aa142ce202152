package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostBytes.bytes;
import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.integer;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Compression for the guest's {@code zlib}, with a cap on what comes out. */
final class HostCompression {

    /** Like Node's: magic, deflate, no flags, no time, no extra flags, Unix. */
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

    private HostCompression() {}

    static void addTo(Map<String, Object> functions, int maxInflatedBytes) {
        functions.put(
                "deflate",
                host(arguments ->
                        ByteBuffer.wrap(deflate(text(arguments, 0), bytes(arguments, 1), integer(arguments, 4)))));
        functions.put(
                "inflate",
                host(arguments -> inflate(
                        text(arguments, 0), bytes(arguments, 1), Math.min(maxInflatedBytes, integer(arguments, 4)))));
    }

    /** Formats: {@code gzip}, {@code raw}, and {@code zlib} for any other. */
    private static byte[] deflate(String format, byte[] content, int level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean bare = !format.equals("zlib");
        Deflater deflater = new Deflater(Math.clamp(level, -1, 9), bare);
        try (DeflaterOutputStream to = new DeflaterOutputStream(out, deflater)) {
            if (format.equals("gzip")) {
                out.writeBytes(GZIP_HEADER);
            }
            to.write(content);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        } finally {
            deflater.end();
        }
        if (format.equals("gzip")) {
            CRC32 checksum = new CRC32();
            checksum.update(content);
            writeLittleEndian(out, (int) checksum.getValue());
            writeLittleEndian(out, content.length);
        }
        return out.toByteArray();
    }

    private static void writeLittleEndian(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
    }

    /** The inflated bytes, or Node's error code and message with a bar between. */
    private static Object inflate(String format, byte[] content, int maxBytes) {
        Inflater inflater = new Inflater(format.equals("raw"));
        try (InputStream in = format.equals("gzip")
                ? new GZIPInputStream(new ByteArrayInputStream(content))
                : new InflaterInputStream(new ByteArrayInputStream(content), inflater)) {
            byte[] inflated = in.readNBytes(maxBytes + 1);
            return inflated.length > maxBytes
                    ? "ERR_BUFFER_TOO_LARGE|Cannot create a Buffer larger than " + maxBytes + " bytes"
                    : ByteBuffer.wrap(inflated);
        } catch (EOFException e) {
            return "Z_BUF_ERROR|unexpected end of file";
        } catch (IOException e) {
            return "Z_DATA_ERROR|incorrect header check";
        } finally {
            inflater.end();
        }
    }
}
