package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.aws.AwsError;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    @Test
    void pagesFollowEachOther() {
        Page<String> first = page(List.of("a", "b", "c"), "", 2);
        assertThat(first.items()).containsExactly("a", "b");
        assertThat(first.isTruncated()).isTrue();

        Page<String> second = page(List.of("a", "b", "c"), String.valueOf(first.nextMarker()), 2);
        assertThat(second.items()).containsExactly("c");
        assertThat(second.nextMarker()).isNull();
    }

    @Test
    void listingGoesOnAfterAMarkerWhoseItemIsGone() {
        assertThat(page(List.of("a", "c", "d"), "b", 2).items()).containsExactly("c", "d");
        assertThat(page(List.of("a", "c"), "d", 2).items()).isEmpty();
    }

    @Test
    void listInAnOrderOfItsOwnIsFollowedByPosition() {
        List<String> newestFirst = List.of("z", "b", "m");

        assertThat(Page.of(
                                newestFirst,
                                Function.identity(),
                                Page.orderOf(newestFirst, Function.identity()),
                                new Page.Wanted("b", 5))
                        .items())
                .containsExactly("m");
    }

    @Test
    void functionsAreOrderedByNameAndVersionNumber() {
        List<String> arns = List.of("f", "f:2", "f:10", "f-b");

        assertThat(arns).isSortedAccordingTo(FunctionName.ARN_ORDER);
        assertThat(List.of("$LATEST", "2", "10")).isSortedAccordingTo(FunctionName.VERSION_ORDER);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 7", "100, 100", "101, 100", "0, 1", ", 100"})
    void sizeIsWhatWasAskedForWithinBounds(String asked, int size) {
        assertThat(page(List.of("a"), "", Page.Wanted.of(null, asked, 100).maxItems())
                        .maxItems())
                .isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001})
    void sizeThatLambdaDoesNotKnowIsRefused(int asked) {
        assertThatThrownBy(() -> Page.Wanted.of(null, asked, 50)).isInstanceOfSatisfying(AwsError.class, e -> {
            assertThat(e.code()).isEqualTo("ValidationException");
            assertThat(e.text()).contains("Value '" + asked + "' at 'maxItems'");
        });
    }

    private static Page<String> page(List<String> all, String marker, int size) {
        return Page.of(all, Function.identity(), new Page.Wanted(marker, size));
    }
}
