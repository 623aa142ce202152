package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapBodyTest {

    private static final int ARRAY = 256 * 1024;

    /** Takes a number of writes, then is full until it is emptied. */
    private static final class NarrowSink implements StoredBody.Sink {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int writesUntilFull;
        private int writes;
        private int largest;

        NarrowSink(int writesUntilFull) {
            this.writesUntilFull = writesUntilFull;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            taken.write(bytes, offset, length);
            largest = Math.max(largest, bytes.length);
            writes++;
        }

        @Override
        public void write(ByteBuffer bytes) {
            throw new AssertionError("nothing of it is outside the heap");
        }

        @Override
        public boolean isWritable() {
            return writes < writesUntilFull;
        }
    }

    @ParameterizedTest(name = "{0} bytes in parts of {1}")
    @CsvSource({
        "0, 1",
        "1, 1",
        "1000, 7",
        "262143, 262143",
        "262144, 262144",
        "262145, 262145",
        "262145, 1000",
        "1048577, 300000",
    })
    void givesBackTheBytesInArraysThatAreNotHumongous(int length, int part) {
        byte[] bytes = pattern(length);
        StoredBody body = HeapBody.of(split(bytes, part));
        NarrowSink sink = new NarrowSink(Integer.MAX_VALUE);

        assertThat(body.writeTo(sink, 0, length)).isEqualTo(length);
        assertThat(sink.taken.toByteArray()).isEqualTo(bytes);
        assertThat(body.length()).isEqualTo(length);
        assertThat(body.weight()).isGreaterThanOrEqualTo(length);
        assertThat(sink.largest).isLessThanOrEqualTo(ARRAY);
    }

    @Test
    void writesNothingToASinkThatIsFull() {
        StoredBody body = HeapBody.of(List.of(pattern(10)));

        assertThat(body.writeTo(new NarrowSink(0), 0, 10)).isZero();
    }

    @Test
    void goesOnWhereAFullSinkStoppedIt() {
        byte[] bytes = pattern(3 * ARRAY + 5);
        StoredBody body = HeapBody.of(List.of(bytes));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long position = 0;
        int rounds = 0;
        while (position < body.length()) {
            NarrowSink sink = new NarrowSink(1);
            position = body.writeTo(sink, position, body.length());
            all.writeBytes(sink.taken.toByteArray());
            rounds++;
        }

        assertThat(rounds).isEqualTo(4);
        assertThat(all.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void startsInTheMiddleOfAnArray() {
        byte[] bytes = pattern(ARRAY + 100);
        NarrowSink sink = new NarrowSink(Integer.MAX_VALUE);

        HeapBody.of(List.of(bytes)).writeTo(sink, ARRAY - 3, bytes.length);

        assertThat(sink.taken.toByteArray()).isEqualTo(java.util.Arrays.copyOfRange(bytes, ARRAY - 3, bytes.length));
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }

    private static List<byte[]> split(byte[] bytes, int part) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += part) {
            parts.add(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + part)));
        }
        return parts;
    }
}
