package dev.nearside.edge.cache.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * The form of one object's file:
 *
 * <pre>
 *   magic, 4 bytes | version, 4 | lost keys, 2 | length of the head, 4 | head | CRC32C of all that, 4
 *   body
 *   CRC32C of each block of the body, 4 each | length of the body, 8 | CRC32C of these two, 4 | mark, 4
 * </pre>
 *
 * The mark comes last and says that the file is whole. A file is read only if its length is exactly what its parts say;
 * blocks of the body are checked each time before they are sent.
 *
 * <p>Lost keys are the one thing that changes in a file that is whole: a bit for each of the head's keys under which the
 * object is not to be found any more, and all bits inverted. For the CRC they count as if none were lost.
 */
final class RecordFile {

    static final int BLOCK_BYTES = 256 * 1024;
    private static final int MAGIC = 0x4e53_4f31;
    private static final int WHOLE = 0x5748_4f4c;
    private static final int MAX_HEAD_BYTES = 4 << 20;
    private static final int LOST_AT = 8;
    private static final int LENGTH_AT = 10;
    private static final int PREFIX_BYTES = 14;
    private static final int SUFFIX_BYTES = 16;

    /**
     * What there is beside the body.
     *
     * @param lostKeys a bit for each of the head's keys that is lost
     * @param bodyAt where the body starts in the file
     * @param blockCrcs of the body's blocks, the last of which may be shorter
     */
    record Parts(byte[] head, int lostKeys, long bodyAt, long bodyLength, int[] blockCrcs) {
        /** Bytes of the whole file. */
        long fileBytes() {
            return bodyAt + bodyLength + 4L * blockCrcs.length + SUFFIX_BYTES;
        }
    }

    private RecordFile() {}

    /** What stands before the body. */
    static byte[] opening(byte[] head) {
        ByteBuffer out = ByteBuffer.allocate(PREFIX_BYTES + head.length + 4);
        out.putInt(MAGIC)
                .putInt(ResponseCodec.VERSION)
                .put(lostKeys(0))
                .putInt(head.length)
                .put(head);
        out.putInt(crc(out.array(), 0, out.position()));
        return out.array();
    }

    private static byte[] lostKeys(int lost) {
        return new byte[] {(byte) lost, (byte) ~lost};
    }

    /** Writes which keys a whole file has lost. */
    static void writeLostKeys(FileChannel file, int lost) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(lostKeys(lost));
        while (bytes.hasRemaining()) {
            file.write(bytes, LOST_AT + bytes.position());
        }
    }

    /** What stands after the body. */
    static byte[] closing(int[] blockCrcs, long bodyLength) {
        ByteBuffer out = ByteBuffer.allocate(4 * blockCrcs.length + SUFFIX_BYTES);
        for (int crc : blockCrcs) {
            out.putInt(crc);
        }
        out.putLong(bodyLength);
        out.putInt(crc(out.array(), 0, out.position())).putInt(WHOLE);
        return out.array();
    }

    /**
     * Reads all but the body.
     *
     * @throws IOException if it cannot be read or is not a whole file of this version
     */
    @SuppressWarnings("ByteBufferBackingArray") // allocated below
    static Parts read(FileChannel file) throws IOException {
        long size = file.size();
        ByteBuffer prefix = read(file, 0, PREFIX_BYTES, size);
        require(prefix.getInt() == MAGIC, "it is not an object");
        int version = prefix.getInt();
        require(version == ResponseCodec.VERSION, "its version is " + version);
        int lost = prefix.get(LOST_AT) & 0xff;
        require((prefix.get(LOST_AT + 1) & 0xff) == (~lost & 0xff), "its lost keys are damaged");
        int headLength = prefix.getInt(LENGTH_AT);
        require(headLength >= 0 && headLength <= MAX_HEAD_BYTES, "its head has " + headLength + " bytes");
        ByteBuffer opening = read(file, 0, PREFIX_BYTES + headLength + 4, size);
        opening.put(LOST_AT, lostKeys(0));
        long bodyAt = opening.capacity();
        require(
                opening.getInt(PREFIX_BYTES + headLength) == crc(opening.array(), 0, PREFIX_BYTES + headLength),
                "its head is damaged");
        ByteBuffer suffix = read(file, size - SUFFIX_BYTES, SUFFIX_BYTES, size);
        long bodyLength = suffix.getLong();
        require(suffix.getInt(12) == WHOLE, "it is not whole");
        require(bodyLength >= 0 && bodyLength <= size, "its body has " + bodyLength + " bytes");
        long blocks = (bodyLength + BLOCK_BYTES - 1) / BLOCK_BYTES;
        require(size == bodyAt + bodyLength + 4 * blocks + SUFFIX_BYTES, "it has " + size + " bytes");
        ByteBuffer closing = read(file, bodyAt + bodyLength, Math.toIntExact(4 * blocks) + SUFFIX_BYTES, size);
        int checked = closing.capacity() - 8;
        require(closing.getInt(checked) == crc(closing.array(), 0, checked), "its end is damaged");
        int[] crcs = new int[(int) blocks];
        closing.asIntBuffer().get(crcs);
        byte[] head = new byte[headLength];
        opening.get(PREFIX_BYTES, head);
        return new Parts(head, lost, bodyAt, bodyLength, crcs);
    }

    private static ByteBuffer read(FileChannel file, long at, int count, long size) throws IOException {
        require(at >= 0 && at + count <= size, "it ends too early");
        ByteBuffer buffer = ByteBuffer.allocate(count);
        readFully(file, at, buffer);
        return buffer.flip();
    }

    /** Fills the rest of a buffer from that position of the file. */
    static void readFully(FileChannel file, long at, ByteBuffer into) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int count = file.read(into, position);
            if (count <= 0) {
                throw new EOFException("it ends too early");
            }
            position += count;
        }
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }
}
