package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.edge.cache.Fill.State;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.Randomness;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FillTest {

    private static final long WINDOW = 10;
    private static final FillFailure FAILURE = new FillFailure(502, "Error", "origin-closed", "the origin closed");

    private final TaskQueue writerLoop = new TaskQueue();
    private final TaskQueue readerLoop = new TaskQueue();
    private final Fill fill = new Fill(WINDOW, 0);
    private int resumed;
    private int abandoned;
    private int woken;

    // ---- kept ----

    @Test
    void keptFillNeverPausesItsWriter() {
        Fill.Reader reader = open(null);

        for (int i = 0; i < 100; i++) {
            assertThat(fill.append(new byte[(int) WINDOW])).isTrue();
        }
        fill.complete();

        assertThat(fill.body()).hasSize(100);
        assertThat(drain(reader)).hasSize(1000);
        assertThat(fill.state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void lateReadersOfAKeptFillGetEverything() {
        Fill.Reader early = open(null);
        fill.append(bytes(1, 2));
        assertThat(drain(early)).containsExactly(1, 2);
        fill.append(bytes(3));

        Fill.Reader late = join();
        fill.complete();
        Fill.Reader afterTheEnd = join();

        assertThat(drain(late)).containsExactly(1, 2, 3);
        assertThat(drain(early)).containsExactly(3);
        assertThat(drain(afterTheEnd)).containsExactly(1, 2, 3);
    }

    @Test
    void readerMayComeBeforeTheHead() {
        Fill.Reader reader = join();
        assertThat(reader.poll()).isNull();
        assertThat(fill.opening()).isNull();

        fill.open(opening(null));
        readerLoop.runAll();

        assertThat(woken).isEqualTo(1);
        assertThat(fill.opening()).isNotNull();
    }

    // ---- windowed ----

    @Test
    void windowedFillPausesItsWriterAndResumesItOnce() {
        Fill.Reader reader = open(NotCachedReason.NO_STORE);

        assertThat(fill.append(new byte[10])).isTrue();
        assertThat(fill.append(new byte[1])).isFalse();
        reader.poll();
        assertThat(writerLoop.size()).isEqualTo(1);
        reader.poll();
        writerLoop.runAll();

        assertThat(resumed).isEqualTo(1);
        assertThat(fill.append(new byte[1])).isTrue();
    }

    /** What had been read from the origin before the pause comes after it, while a reader on another loop takes bytes. */
    @Test
    void bytesThatComeAfterThePauseDoNotForgetThatTheWriterWaits() {
        Fill.Reader reader = open(NotCachedReason.NO_STORE);
        fill.append(new byte[4]);
        assertThat(fill.append(new byte[7])).isFalse();

        reader.poll();
        assertThat(fill.append(new byte[1])).isFalse();
        assertThat(writerLoop.size()).isZero();
        reader.poll();
        writerLoop.runAll();

        assertThat(resumed).isEqualTo(1);
    }

    @Test
    void writerWaitsForTheSlowestReader() {
        Fill.Reader fast = join();
        Fill.Reader slow = join();
        openFill(NotCachedReason.TOO_LARGE);
        fill.append(new byte[10]);
        assertThat(fill.append(new byte[10])).isFalse();

        drain(fast);
        assertThat(writerLoop.size()).isZero();
        slow.poll();
        assertThat(writerLoop.size()).isZero();
        slow.poll();

        assertThat(writerLoop.size()).isEqualTo(1);
    }

    @Test
    void leavingOfTheSlowestReaderResumesTheWriter() {
        Fill.Reader fast = join();
        Fill.Reader slow = join();
        openFill(NotCachedReason.TOO_LARGE);
        assertThat(fill.append(new byte[20])).isFalse();
        drain(fast);

        slow.leave();
        writerLoop.runAll();

        assertThat(resumed).isEqualTo(1);
        assertThat(abandoned).isZero();
    }

    @Test
    void nobodyJoinsOnceBytesAreGone() {
        Fill.Reader reader = open(NotCachedReason.PRIVATE);
        fill.append(bytes(1));
        assertThat(fill.join(readerLoop, () -> {})).isNotNull();
        readerLoop.runAll();
        reader.poll();

        assertThat(tail().join(readerLoop, () -> {})).isNull();
    }

    /** A windowed fill whose only reader has taken a chunk. */
    private Fill tail() {
        Fill taken = new Fill(WINDOW, 0);
        Fill.Reader only = taken.join(readerLoop, () -> {});
        taken.open(opening(NotCachedReason.PRIVATE));
        taken.append(bytes(1));
        if (only == null || only.poll() == null) {
            throw new AssertionError("the first reader gets the first chunk");
        }
        return taken;
    }

    @Test
    void stopKeepingInMidStreamDropsWhatAllHaveTaken() {
        Fill.Reader fast = join();
        Fill.Reader slow = join();
        openFill(null);
        fill.append(bytes(1, 2));
        fill.append(bytes(3));
        drain(fast);
        slow.poll();

        fill.stopKeeping();

        assertThat(fill.join(readerLoop, () -> {})).isNull();
        assertThat(fill.append(bytes(4))).isTrue();
        assertThat(drain(slow)).containsExactly(3, 4);
        assertThat(drain(fast)).containsExactly(4);
        fill.complete();
        assertThatThrownBy(fill::body).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void fillThatOutgrewItsLimitBeforeItsHeadStaysWindowed() {
        Fill.Reader reader = join();
        fill.stopKeeping();
        openFill(null);
        fill.append(new byte[10]);

        assertThat(fill.append(new byte[10])).isFalse();
        assertThat(drain(reader)).hasSize(20);
    }

    // ---- wake-ups ----

    @Test
    void readerIsWokenOnceHoweverManyChunksCame() {
        Fill.Reader reader = open(null);
        readerLoop.runAll();
        woken = 0;

        for (int i = 0; i < 50; i++) {
            fill.append(bytes(i));
        }
        fill.complete();
        assertThat(readerLoop.size()).isEqualTo(1);
        readerLoop.runAll();

        assertThat(woken).isEqualTo(1);
        assertThat(drain(reader)).hasSize(50);
        assertThat(reader.poll()).isNull();
    }

    @Test
    void newsAfterAWakeUpWakesAgain() {
        open(null);
        readerLoop.runAll();
        fill.append(bytes(1));
        readerLoop.runAll();
        fill.append(bytes(2));
        readerLoop.runAll();

        assertThat(woken).isEqualTo(3);
    }

    // ---- ends ----

    @Test
    void failureIsHeardAndKeepsItsFirstReason() {
        Fill.Reader reader = open(null);
        fill.append(bytes(1));
        fill.fail(FAILURE);
        fill.fail(new FillFailure(504, "Error", "later", "later"));

        assertThat(fill.state()).isEqualTo(State.FAILED);
        assertThat(fill.failure()).isEqualTo(FAILURE);
        assertThat(drain(reader)).containsExactly(1);
        assertThat(fill.join(readerLoop, () -> {})).isNull();
        readerLoop.runAll();
        assertThat(woken).isPositive();
    }

    @Test
    void completeFillCannotFail() {
        open(null);
        fill.complete();
        fill.fail(FAILURE);

        assertThat(fill.state()).isEqualTo(State.COMPLETE);
        assertThat(fill.failure()).isNull();
    }

    @Test
    void statesNeverGoBack() {
        assertThatThrownBy(() -> fill.append(bytes(1)))
                .hasMessageContaining("append")
                .hasMessageContaining("REQUESTED");
        assertThatThrownBy(fill::complete).isInstanceOf(IllegalStateException.class);
        open(null);
        assertThatThrownBy(() -> fill.open(opening(null))).hasMessageContaining("open");
        assertThatThrownBy(fill::body).hasMessageContaining("STREAMING");
        fill.complete();
        assertThatThrownBy(() -> fill.append(bytes(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(fill::complete).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lastReaderToLeaveAbandonsAnUnfinishedFillOnce() {
        Fill.Reader one = join();
        Fill.Reader other = join();
        openFill(null);

        one.leave();
        assertThat(writerLoop.size()).isZero();
        other.leave();
        other.leave();
        one.leave();
        writerLoop.runAll();

        assertThat(abandoned).isEqualTo(1);
        assertThat(fill.hasReaders()).isFalse();
    }

    @Test
    void leavingAFinishedFillAbandonsNothing() {
        Fill.Reader reader = open(null);
        fill.complete();
        reader.leave();
        writerLoop.runAll();

        assertThat(abandoned).isZero();
    }

    @Test
    void openingAnswersRequestsOfTheSameVariantOnly() {
        CacheKey key = new CacheKey("k");
        VaryRule vary = VaryRule.of("foo");
        CacheKey variant = vary.variant(key, Fields.of("Foo", "1"));
        ResponseHead head = new ResponseHead(200, "", Fields.EMPTY);

        Fill.Opening shared = new Fill.Opening(head, "Miss", null, 0, vary, variant, true, null);
        Fill.Opening unshared = new Fill.Opening(head, "Miss", NotCachedReason.PRIVATE, 0, vary, variant, true, null);
        Fill.Opening stale = new Fill.Opening(head, "Miss", null, 0, vary, variant, false, null);

        assertThat(shared.answers(key, Fields.of("foo", "1"))).isTrue();
        assertThat(shared.answers(key, Fields.of("foo", "2"))).isFalse();
        assertThat(unshared.answers(key, Fields.of("foo", "1"))).isFalse();
        assertThat(stale.answers(key, Fields.of("foo", "1"))).isFalse();
    }

    // ---- anything goes ----

    private static final class RandomReader {
        private final Fill.Reader reader;
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        RandomReader(Fill.Reader reader) {
            this.reader = reader;
        }

        boolean pollOne() {
            byte[] chunk = reader.poll();
            if (chunk != null) {
                taken.writeBytes(chunk);
            }
            return chunk != null;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyReaderGetsExactlyTheBytes(long seed) {
        RandomGenerator random = Randomness.seeded(seed);
        byte[] expected = new byte[random.nextInt(1, 4_000)];
        random.nextBytes(expected);
        List<RandomReader> readers = new ArrayList<>();
        joinRandom(readers);
        openFill(random.nextBoolean() ? null : NotCachedReason.NO_STORE);
        int sent = 0;
        boolean mayWrite = true;
        while (sent < expected.length) {
            int resumedBefore = resumed;
            switch (random.nextInt(10)) {
                case 0 -> joinRandom(readers);
                case 1 -> leaveRandom(readers, random);
                case 2 -> writerLoop.runAll();
                case 3 -> fillStopsKeepingRarely(random);
                case 4, 5, 6 -> readers.get(random.nextInt(readers.size())).pollOne();
                default -> {
                    if (mayWrite) {
                        int length = Math.min(expected.length - sent, random.nextInt(1, 30));
                        mayWrite = fill.append(java.util.Arrays.copyOfRange(expected, sent, sent + length));
                        sent += length;
                    }
                }
            }
            mayWrite |= resumed > resumedBefore;
            if (!mayWrite && random.nextInt(5) == 0) {
                readers.forEach(RandomReader::pollOne);
                writerLoop.runAll();
                mayWrite |= resumed > resumedBefore;
            }
        }
        fill.complete();

        for (RandomReader reader : readers) {
            boolean more = true;
            while (more) {
                more = reader.pollOne();
            }
            assertThat(reader.taken.toByteArray()).as("seed " + seed).isEqualTo(expected);
            assertThat(reader.reader.poll()).isNull();
        }
        assertThat(fill.appendedBytes()).isEqualTo(expected.length);
        assertThat(abandoned).isZero();
    }

    private void joinRandom(List<RandomReader> readers) {
        Fill.Reader reader = fill.join(readerLoop, () -> {});
        if (reader != null) {
            readers.add(new RandomReader(reader));
        }
    }

    private static void leaveRandom(List<RandomReader> readers, RandomGenerator random) {
        if (readers.size() > 1) {
            readers.remove(random.nextInt(readers.size())).reader.leave();
        }
    }

    private void fillStopsKeepingRarely(RandomGenerator random) {
        if (random.nextInt(20) == 0) {
            fill.stopKeeping();
        }
    }

    // ---- short ways ----

    private Fill.Reader open(@Nullable NotCachedReason notCached) {
        Fill.Reader reader = join();
        openFill(notCached);
        return reader;
    }

    private void openFill(@Nullable NotCachedReason notCached) {
        fill.ledBy(writerLoop, () -> resumed++, () -> abandoned++);
        fill.open(opening(notCached));
    }

    private Fill.Reader join() {
        Fill.Reader reader = fill.join(readerLoop, () -> woken++);
        if (reader == null) {
            throw new AssertionError("the fill lets nobody join");
        }
        return reader;
    }

    private static Fill.Opening opening(@Nullable NotCachedReason notCached) {
        return new Fill.Opening(
                new ResponseHead(200, "", Fields.EMPTY),
                "Miss",
                notCached,
                0,
                VaryRule.NONE,
                new CacheKey("k"),
                true,
                null);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] drain(Fill.Reader reader) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] chunk = reader.poll(); chunk != null; chunk = reader.poll()) {
            all.writeBytes(chunk);
        }
        return all.toByteArray();
    }
}
