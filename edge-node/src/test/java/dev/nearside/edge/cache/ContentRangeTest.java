package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({"bytes 0-0/1, 0, 1, 1", "bytes 2-4/26, 2, 5, 26", "BYTES 0-25/26, 0, 26, 26"})
    void readsWhatItSays(String value, long first, long end, long complete) {
        assertThat(ContentRange.of(Fields.of("Content-Range", value)))
                .isEqualTo(new ContentRange(first, end, complete));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes */26",
                "bytes 0-1/*",
                "bytes 1-0/26",
                "bytes 0-26/26",
                "bytes -1-2/26",
                "bytes 0/26",
                "bytes 0-1",
                "bytes=0-1/26",
                "items 0-1/26",
                "bytes 0-1/9999999999999999999",
                "bytes a-b/c",
                ""
            })
    void whatIsInvalidOrSaysNoLengthIsNone(String value) {
        assertThat(ContentRange.of(Fields.of("Content-Range", value)))
                .as("RFC 9110 §14.4")
                .isNull();
    }

    @Test
    void repeatedFieldIsNone() {
        assertThat(ContentRange.of(Fields.of("Content-Range", "bytes 0-1/26", "Content-Range", "bytes 0-1/26")))
                .isNull();
        assertThat(ContentRange.of(Fields.EMPTY)).isNull();
    }

    @Test
    void knowsWhetherItIsAll() {
        assertThat(new ContentRange(0, 26, 26).isComplete()).isTrue();
        assertThat(new ContentRange(0, 25, 26).isComplete()).isFalse();
        assertThat(new ContentRange(1, 26, 26).isComplete()).isFalse();
        assertThat(new ContentRange(2, 5, 26).length()).isEqualTo(3);
        assertThat(new ContentRange(2, 5, 26).text()).isEqualTo("bytes 2-4/26");
    }
}
