package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the writer of a fill hears that nobody wants the rest. */
class AbandonedFillTest {

    private static final FillFailure GONE = new FillFailure(502, "Error", "viewers-left", "gone");

    private final TaskQueue loop = new TaskQueue();
    private final Fill fill = new Fill(10, 0);
    private int abandoned;

    @Test
    void lastReaderWhoLeavesAbandonsIt() {
        Fill.Reader one = join();
        Fill.Reader other = join();
        open(null);

        one.leave();
        assertThat(abandonedNow()).isZero();
        other.leave();
        assertThat(abandonedNow()).isEqualTo(1);
    }

    @Test
    void readerWhoIsSatisfiedWantsItFinished() {
        Fill.Reader satisfied = join();
        open(null);
        satisfied.leaveToFinish();
        assertThat(abandonedNow()).isZero();

        Fill.Reader later = join();
        later.leave();
        assertThat(abandonedNow()).as("it is still wanted").isZero();
    }

    @Test
    void whatWillNotBeKeptIsNotFinishedForNobody() {
        Fill.Reader satisfied = join();
        open(NotCachedReason.NO_STORE);
        satisfied.leaveToFinish();

        assertThat(abandonedNow()).isEqualTo(1);
    }

    @Test
    void whatOutgrowsTheLimitsIsNotFinishedForNobody() {
        Fill.Reader satisfied = join();
        open(null);
        satisfied.leaveToFinish();
        fill.append(new byte[5]);
        assertThat(abandonedNow()).isZero();
        fill.stopKeeping();

        assertThat(abandonedNow()).isEqualTo(1);
    }

    @Test
    void whatGoesToDiskAndIsWantedGoesOnForTheDiskAlone() {
        Fill.Reader satisfied = join();
        open(null);
        Fill.Reader disk = Objects.requireNonNull(fill.joinInBackground(loop, () -> {}));
        fill.stopKeeping();
        satisfied.leaveToFinish();
        assertThat(abandonedNow()).isZero();
        assertThat(fill.failIfUseless(GONE)).isFalse();

        disk.leave();
        assertThat(abandonedNow()).isEqualTo(1);
        assertThat(fill.failIfUseless(GONE)).isTrue();
    }

    @Test
    void whoAsksForItBeforeTheWriterHasGivenUpKeepsItGoing() {
        Fill.Reader reader = join();
        open(null);
        reader.leave();
        join().leaveToFinish();

        assertThat(fill.failIfUseless(GONE)).isFalse();
    }

    @Test
    void readersMayLeaveWhileTheyAreToldOfNews() {
        List<Fill.Reader> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int own = i;
            readers.add(Objects.requireNonNull(
                    fill.join(Runnable::run, () -> readers.get(own).leave())));
        }
        open(null);

        assertThat(fill.hasReaders()).isFalse();
    }

    @Test
    void refreshIsFinishedThoughNobodyReadsItOrSomebodyLeaves() {
        fill.finishUnread();
        Fill.Reader waiting = join();
        lead();
        waiting.leave();
        fill.open(opening(null));
        fill.append(new byte[100]);

        assertThat(abandonedNow()).isZero();
        fill.complete();
        assertThat(fill.body()).hasSize(1);
    }

    @Test
    void refreshThatBringsNothingToKeepIsAbandonedAtOnce() {
        fill.finishUnread();
        open(NotCachedReason.NO_STORE);

        assertThat(abandonedNow()).isEqualTo(1);
    }

    @Test
    void leavingTwiceOrAfterTheEndSaysNothing() {
        Fill.Reader reader = join();
        open(null);
        fill.complete();
        reader.leave();
        reader.leaveToFinish();

        assertThat(abandonedNow()).isZero();
    }

    private int abandonedNow() {
        loop.runAll();
        return abandoned;
    }

    private void lead() {
        fill.ledBy(loop, () -> {}, () -> abandoned++);
    }

    private void open(@Nullable NotCachedReason notCached) {
        lead();
        fill.open(opening(notCached));
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

    private Fill.Reader join() {
        Fill.Reader reader = fill.join(loop, () -> {});
        if (reader == null) {
            throw new AssertionError("the fill lets nobody join");
        }
        return reader;
    }
}
