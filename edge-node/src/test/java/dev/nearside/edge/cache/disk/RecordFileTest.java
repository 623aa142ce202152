package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {

    private static final int BODY_BYTES = 2 * RecordFile.BLOCK_BYTES + 1_000;
    private static final byte[] HEAD = "what the codec wrote".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private byte[] whole = {};

    @BeforeEach
    void write() throws IOException {
        Path file = folder.resolve("whole");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            RecordWriter writer = new RecordWriter(out, HEAD);
            byte[] body = new byte[BODY_BYTES];
            for (int i = 0; i < BODY_BYTES; i++) {
                body[i] = (byte) (i * 31);
            }
            writer.append(Arrays.copyOfRange(body, 0, 300_000));
            writer.append(Arrays.copyOfRange(body, 300_000, BODY_BYTES));
            RecordFile.Parts parts = writer.finish();
            assertThat(parts.fileBytes()).isEqualTo(out.size());
        }
        whole = Files.readAllBytes(file);
    }

    @Test
    void wholeFileIsReadWithItsParts() throws IOException {
        RecordFile.Parts parts = read(whole);

        assertThat(parts.head()).isEqualTo(HEAD);
        assertThat(parts.bodyLength()).isEqualTo(BODY_BYTES);
        assertThat(parts.blockCrcs()).hasSize(3);
        for (int block = 0; block < 3; block++) {
            int at = (int) parts.bodyAt() + block * RecordFile.BLOCK_BYTES;
            int length = Math.min(RecordFile.BLOCK_BYTES, BODY_BYTES - block * RecordFile.BLOCK_BYTES);
            assertThat(RecordFile.crc(whole, at, length)).isEqualTo(parts.blockCrcs()[block]);
        }
    }

    @Test
    void fileTornAnywhereIsRefused() throws IOException {
        for (int length = 0; length < whole.length; length += step(length)) {
            byte[] torn = Arrays.copyOf(whole, length);
            assertThatIOException().as("first %d bytes", length).isThrownBy(() -> read(torn));
        }
    }

    @Test
    void fileWhoseEndIsZeroesIsRefused() throws IOException {
        for (int length = 0; length < whole.length - 4; length += step(length)) {
            byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
            assertThatIOException().as("zeroes after %d bytes", length).isThrownBy(() -> read(torn));
        }
    }

    @Test
    void damageOutsideTheBodyIsRefused() throws IOException {
        RecordFile.Parts parts = read(whole);
        for (int at = 0; at < whole.length; at++) {
            if (at >= parts.bodyAt() && at < parts.bodyAt() + parts.bodyLength()) {
                continue;
            }
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            assertThatIOException().as("byte %d", at).isThrownBy(() -> read(damaged));
        }
    }

    /** Every byte near the ends, now and then one of the body. */
    private int step(int at) {
        return at < 100 || at > whole.length - 100 ? 1 : 40_009 - at % 7;
    }

    private RecordFile.Parts read(byte[] bytes) throws IOException {
        Path file = folder.resolve("read");
        Files.write(file, bytes);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            RecordFile.Parts parts = RecordFile.read(in);
            RecordFile.readFully(in, parts.bodyAt(), ByteBuffer.allocate((int) parts.bodyLength()));
            return parts;
        }
    }
}
