package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangesTest {

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '|', textBlock = """
        bytes=0-0                         | 10 | 0-1
        bytes=0-9                         | 10 | 0-10
        bytes=0-10                        | 10 | 0-10
        bytes=9-                          | 10 | 9-10
        bytes=-1                          | 10 | 9-10
        bytes=-10                         | 10 | 0-10
        bytes=-11                         | 10 | 0-10
        BYTES=1-2                         | 10 | 1-3
        bytes= 1-2 ,, 4-5                 | 10 | 1-3 4-6
        bytes=4-5,1-2                     | 10 | 4-6 1-3
        bytes=0-1,2-3                     | 10 | 0-2 2-4
        bytes=0-0,-1                      | 10 | 0-1 9-10
        bytes=0-99999999999999999999999   | 10 | 0-10
        bytes=-99999999999999999999999    | 10 | 0-10
        bytes=0-1,10-11                   | 10 | 0-2
        """)
    void readsAndApplies(String range, long length, String spans) {
        assertThat(text(parse(range).of(length))).isEqualTo(spans);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"})
    void noneMayBeSatisfiable(String range) {
        assertThat(parse(range).of(10)).as("RFC 9110 §15.5.17").isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"bytes=0-5,5-6", "bytes=5-6,0-5", "bytes=0-,-1", "bytes=1-1,1-1"})
    void overlapMakesTheWholeTheBetterAnswer(String range) {
        assertThat(parse(range).of(10)).as("RFC 9110 §14.2").isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=1",
                "bytes=2-1",
                "bytes=1-2-3",
                "bytes=+1-2",
                "bytes=1 - 2",
                "bytes=0x1-2",
                "bytes=\u0661-2",
                "bytes=1-2,x",
                "items=1-2",
                "1-2"
            })
    void whatIsNoRangeIsIgnored(@Nullable String range) {
        assertThat(ByteRanges.parse(range)).as("RFC 9110 §14.2").isNull();
    }

    @Test
    void manyRangesAreIgnored() {
        String sixteen = ranges(16);
        assertThat(parse(sixteen).specs()).hasSize(16);
        assertThat(ByteRanges.parse(ranges(17))).as("RFC 9110 §17.15").isNull();
        assertThat(ByteRanges.parse(ranges(100_000))).isNull();
    }

    @Test
    void wholeIsKnownWithoutALength() {
        assertThat(parse("bytes=0-").isWhole()).isTrue();
        assertThat(parse("bytes=1-").isWhole()).isFalse();
        assertThat(parse("bytes=0-0").isWhole()).isFalse();
        assertThat(parse("bytes=0-,1-2").isWhole()).isFalse();
    }

    private static String ranges(int count) {
        return "bytes="
                + IntStream.range(0, count).mapToObj(i -> 2 * i + "-" + 2 * i).collect(Collectors.joining(","));
    }

    private static ByteRanges parse(String range) {
        ByteRanges ranges = ByteRanges.parse(range);
        if (ranges == null) {
            throw new AssertionError(range + " is read as no range");
        }
        return ranges;
    }

    private static String text(@Nullable List<ByteRanges.Span> spans) {
        return spans == null
                ? "none"
                : spans.stream().map(span -> span.first() + "-" + span.end()).collect(Collectors.joining(" "));
    }
}
