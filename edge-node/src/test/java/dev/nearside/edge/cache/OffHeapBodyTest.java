package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffHeapBodyTest {

    private static final int SMALLEST = OffHeapBody.MIN_BYTES;

    /** Takes a number of writes, then is full. */
    private static final class NarrowSink implements StoredBody.Sink {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int writesUntilFull;

        NarrowSink(int writesUntilFull) {
            this.writesUntilFull = writesUntilFull;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            throw new AssertionError("nothing of it is on the heap");
        }

        @Override
        public void write(ByteBuffer bytes) {
            assertThat(bytes.isDirect()).isTrue();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            taken.writeBytes(copy);
            writesUntilFull--;
        }

        @Override
        public boolean isWritable() {
            return writesUntilFull > 0;
        }
    }

    @ParameterizedTest(name = "{0} bytes, from {1} to {2}")
    @CsvSource({"16384, 0, 16384", "16385, 1, 16384", "1048577, 0, 1048577", "3000000, 1048575, 2999999", "20000, 7, 7"
    })
    void givesBackTheBytes(int length, int from, int end) {
        byte[] bytes = pattern(length);
        OffHeapBody body = body(bytes, new OffHeapMemory(1 << 22));
        NarrowSink sink = new NarrowSink(Integer.MAX_VALUE);

        assertThat(body.writeTo(sink, from, end)).isEqualTo(end);
        assertThat(sink.taken.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, from, end));
        assertThat(body.length()).isEqualTo(length);
        assertThat(body.weight()).isGreaterThan(length);
        assertThat(join(body.copied(from, end))).isEqualTo(Arrays.copyOfRange(bytes, from, end));
    }

    @Test
    void stopsWhenTheSinkIsFullAndGoesOn() {
        byte[] bytes = pattern(3 << 20);
        OffHeapBody body = body(bytes, new OffHeapMemory(1 << 22));
        ByteArrayOutputStream all = new ByteArrayOutputStream();

        long position = 0;
        for (int round = 0; position < body.length(); round++) {
            assertThat(round).isLessThan(3);
            NarrowSink sink = new NarrowSink(1);
            position = body.writeTo(sink, position, body.length());
            all.writeBytes(sink.taken.toByteArray());
        }

        assertThat(all.toByteArray()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, SMALLEST - 1})
    void smallBodiesStayOnTheHeap(int length) {
        assertThat(OffHeapBody.of(List.of(pattern(length)), new OffHeapMemory(1 << 20)))
                .isNull();
        assertThat(StoredBody.of(List.of(pattern(length)))).isInstanceOf(HeapBody.class);
    }

    @Test
    void chunksBecomeOneBody() {
        byte[] bytes = pattern(SMALLEST);
        OffHeapBody body = Objects.requireNonNull(OffHeapBody.of(
                List.of(Arrays.copyOf(bytes, 100), Arrays.copyOfRange(bytes, 100, SMALLEST)),
                new OffHeapMemory(SMALLEST)));

        assertThat(join(body.copied(0, SMALLEST))).isEqualTo(bytes);
    }

    @Test
    void withoutRoomThereIsNoneAndNothingIsCounted() {
        OffHeapMemory memory = new OffHeapMemory(2L * SMALLEST);

        OffHeapBody first = body(pattern(SMALLEST + 1), memory);

        assertThat(OffHeapBody.of(List.of(pattern(SMALLEST)), memory)).isNull();
        assertThat(memory.usedBytes()).isEqualTo(first.length());
    }

    @Test
    void whatNobodyReachesComesBack() {
        OffHeapMemory memory = new OffHeapMemory(2L * SMALLEST);
        for (int i = 0; i < 8; i++) {
            // Each is garbage at once; a collection is what brings the room back.
            while (OffHeapBody.of(List.of(pattern(SMALLEST)), memory) == null) {
                System.gc();
                Thread.onSpinWait();
            }
        }

        assertThat(memory.usedBytes()).isLessThanOrEqualTo(2L * SMALLEST);
    }

    private static OffHeapBody body(byte[] bytes, OffHeapMemory memory) {
        return Objects.requireNonNull(OffHeapBody.of(List.of(bytes), memory));
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }
}
