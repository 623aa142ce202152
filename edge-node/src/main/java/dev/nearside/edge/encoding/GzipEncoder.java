package dev.nearside.edge.encoding;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** The gzip format (RFC 1952) around the JDK's deflate. */
final class GzipEncoder implements ContentEncoder {

    /** Magic, deflate, no flags, no time, no extra flags, unknown system: the same bytes for the same body. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

    private static final int BUFFER_BYTES = 8 * 1024;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private boolean started;
    private long bytes;

    @Override
    public byte[] encode(byte[] part) {
        ByteArrayOutputStream out = begin();
        deflater.setInput(part);
        checksum.update(part);
        bytes += part.length;
        while (!deflater.needsInput()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        return out.toByteArray();
    }

    @Override
    public byte[] finish() {
        ByteArrayOutputStream out = begin();
        deflater.finish();
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        writeLittleEndian(out, checksum.getValue());
        writeLittleEndian(out, bytes);
        return out.toByteArray();
    }

    private ByteArrayOutputStream begin() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!started) {
            started = true;
            out.writeBytes(HEADER);
        }
        return out;
    }

    /** The lowest 32 bits (RFC 1952 §2.3.1). */
    private static void writeLittleEndian(ByteArrayOutputStream out, long value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) (value >> shift));
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
