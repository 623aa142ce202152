package dev.nearside.origin.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteRangeTest {

    @ParameterizedTest(name = "RFC 9110, 14.1.2: {0} of {1} bytes")
    @CsvSource(
            nullValues = "whole",
            value = {
                "bytes=0-0,        10, 0, 0",
                "bytes=2-5,        10, 2, 5",
                "bytes=2-,         10, 2, 9",
                "bytes=2-500,      10, 2, 9",
                "bytes=-3,         10, 7, 9",
                "bytes=-30,        10, 0, 9",
                "BYTES=1-1,        10, 1, 1",
                "bytes=5-2,        10, whole, whole",
                "bytes=-,          10, whole, whole",
                "'bytes=0-1,3-4',  10, whole, whole",
                "lines=0-1,        10, whole, whole",
                "bytes=a-b,        10, whole, whole",
            })
    void selectsOneRangeOrTheWhole(String field, long length, Long first, Long last) {
        assertThat(ByteRange.of(field, length))
                .isEqualTo(first == null ? new ByteRange.Whole() : new ByteRange.Part(first, last));
    }

    @ParameterizedTest(name = "RFC 9110, 15.5.17: {0} of {1} bytes")
    @CsvSource({"bytes=10-, 10", "bytes=10-20, 10", "bytes=-0, 10", "bytes=-5, 0", "bytes=0-, 0"})
    void aRangeWithoutAByteIsUnsatisfiable(String field, long length) {
        assertThat(ByteRange.of(field, length)).isEqualTo(new ByteRange.Unsatisfiable());
    }
}
