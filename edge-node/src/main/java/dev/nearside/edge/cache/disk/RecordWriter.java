package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes one object's file from its start to its mark. Blocks; for one thread at a time. */
final class RecordWriter {

    private final FileChannel file;
    private final byte[] head;
    private final CRC32C block = new CRC32C();
    private int[] blockCrcs = new int[4];
    private int blocks;
    private int inBlock;
    private long bodyLength;

    /** Writes what stands before the body. */
    RecordWriter(FileChannel file, byte[] head) throws IOException {
        this.file = file;
        this.head = head;
        writeFully(RecordFile.opening(head));
    }

    void append(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, RecordFile.BLOCK_BYTES - inBlock);
            block.update(bytes, at, count);
            at += count;
            inBlock += count;
            if (inBlock == RecordFile.BLOCK_BYTES) {
                endBlock();
            }
        }
        bodyLength += bytes.length;
        writeFully(bytes);
    }

    private void endBlock() {
        if (blocks == blockCrcs.length) {
            blockCrcs = Arrays.copyOf(blockCrcs, 2 * blocks);
        }
        blockCrcs[blocks++] = (int) block.getValue();
        block.reset();
        inBlock = 0;
    }

    /** Writes what stands after the body, the mark last. */
    RecordFile.Parts finish() throws IOException {
        if (inBlock > 0) {
            endBlock();
        }
        int[] crcs = Arrays.copyOf(blockCrcs, blocks);
        writeFully(RecordFile.closing(crcs, bodyLength));
        return new RecordFile.Parts(head, 0, RecordFile.opening(head).length, bodyLength, crcs);
    }

    private void writeFully(byte[] bytes) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            file.write(from);
        }
    }
}
