package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedBodyTest {

    /** Takes so many writes and is full until it is emptied. */
    private static final class Taken implements StoredBody.Sink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<byte[]> arrays = new ArrayList<>();
        private int room;

        @Override
        public void write(byte[] array, int offset, int length) {
            room--;
            arrays.add(array);
            bytes.write(array, offset, length);
        }

        @Override
        public boolean isWritable() {
            return room > 0;
        }
    }

    private static StoredBody body(byte[] all, int from, int end) {
        byte[] part = new byte[end - from];
        System.arraycopy(all, from, part, 0, part.length);
        return HeapBody.of(List.of(part));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(StoredBody body, long from, long end) {
        Taken taken = new Taken();
        long at = from;
        while (at < end) {
            taken.room = 1;
            long reached = body.writeTo(taken, at, end);
            assertThat(reached).isGreaterThan(at).isLessThanOrEqualTo(end);
            at = reached;
        }
        return taken.bytes.toByteArray();
    }

    @Test
    void piecesAreWrittenAsTheyAreAndNotCopied() {
        byte[] all = bytes(100);
        StoredBody left = body(all, 0, 60);
        StoredBody right = body(all, 40, 100);
        Taken alone = new Taken();
        alone.room = 2;
        left.writeTo(alone, 0, 60);
        right.writeTo(alone, 0, 60);

        Taken joined = new Taken();
        joined.room = 10;
        JoinedBody.of(left, right, 20).writeTo(joined, 0, 100);

        assertThat(joined.bytes.toByteArray()).isEqualTo(all);
        assertThat(joined.arrays).hasSize(2);
        assertThat(joined.arrays.get(0)).isSameAs(alone.arrays.get(0));
        assertThat(joined.arrays.get(1)).isSameAs(alone.arrays.get(1));
    }

    @ParameterizedTest(name = "{0} pieces")
    @ValueSource(ints = {2, 3, 10, 64, 65, 200})
    void anyStretchOfManyPiecesIsWhatItWas(int pieces) {
        byte[] all = bytes(pieces * 7);
        StoredBody joined = body(all, 0, 7);
        for (int i = 1; i < pieces; i++) {
            // Each one begins a little before the end of the last.
            joined = JoinedBody.of(joined, body(all, i * 7 - 2, i * 7 + 7), 2);
        }

        assertThat(joined.length()).isEqualTo(all.length);
        for (int from = 0; from < all.length; from += 5) {
            for (int end : new int[] {from + 1, Math.min(from + 20, all.length), all.length}) {
                byte[] expected = new byte[end - from];
                System.arraycopy(all, from, expected, 0, expected.length);
                assertThat(read(joined, from, end)).isEqualTo(expected);
            }
        }
        if (joined instanceof JoinedBody some) {
            assertThat(some.pieces()).isLessThanOrEqualTo(JoinedBody.MAX_PIECES);
        }
    }

    @Test
    void tooManyPiecesBecomeOne() {
        byte[] all = bytes(65);
        StoredBody joined = body(all, 0, 1);
        for (int i = 1; i < 64; i++) {
            joined = JoinedBody.of(joined, body(all, i, i + 1), 0);
        }
        assertThat(joined)
                .isInstanceOfSatisfying(
                        JoinedBody.class, it -> assertThat(it.pieces()).isEqualTo(64));

        StoredBody merged = JoinedBody.of(joined, body(all, 64, 65), 0);

        assertThat(merged).isNotInstanceOf(JoinedBody.class);
        assertThat(read(merged, 0, 65)).isEqualTo(all);
    }

    @Test
    void whatTheBodyDoesNotNeedIsNotHeldForLong() {
        byte[] all = bytes(300_000);
        StoredBody left = body(all, 0, 150_001);
        StoredBody right = body(all, 0, 150_002);

        StoredBody joined = JoinedBody.of(JoinedBody.of(left, right, 150_001), body(all, 0, 150_003), 150_002);

        assertThat(joined.weight()).isLessThan(2 * joined.length() + 100_000);
        assertThat(read(joined, 0, joined.length())).hasSize(150_003).startsWith(all[0]);
    }

    @Test
    void weighsWhatItsPiecesHold() {
        StoredBody left = body(bytes(1_000), 0, 1_000);
        StoredBody right = body(bytes(1_000), 0, 1_000);

        assertThat(JoinedBody.of(left, right, 500).weight()).isGreaterThan(left.weight() + right.weight());
    }
}
