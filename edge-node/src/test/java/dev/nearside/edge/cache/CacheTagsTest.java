package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tags a response has, by CloudFront's rules. */
class CacheTagsTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "one | a | a",
                "separated by commas | a,b,c | a;b;c",
                "spaces around them do not count | '  a ,\tb  ' | a;b",
                "case does not count | Product:TV | product:tv",
                "the same twice is one | a,A,a | a",
                "empty ones are none | ',a,,b,' | a;b",
                "nothing at all | '' | ''",
                "inner spaces make no tag | a,b c,d | a;d",
                "only visible ASCII | a,\u00e9,b | a;b",
                "a star is a character like others | a*,# | a*;#",
            })
    void tagsOfAField(String rule, String value, String expected) {
        assertThat(of("Cache-Tag", value).hashes())
                .containsExactly(hashes(expected.isEmpty() ? List.of() : List.of(expected.split(";"))));
    }

    @Test
    void everyLineOfTheFieldCounts() {
        assertThat(of("Cache-Tag", "a, b", "Other", "x", "cache-tag", "c").hashes())
                .containsExactly(hashes(List.of("a", "b", "c")));
    }

    @Test
    void onlyTheConfiguredFieldCounts() {
        assertThat(CacheTags.of(Fields.of("Cache-Tag", "a"), "x-tags").isEmpty())
                .isTrue();
        assertThat(CacheTags.of(Fields.of("Cache-Tag", "a"), null).isEmpty()).isTrue();
    }

    @Test
    void theFirstFiftyCount() {
        List<String> names = IntStream.range(0, 51).mapToObj(i -> "t" + i).toList();

        assertThat(of("Cache-Tag", String.join(",", names)).hashes())
                .containsExactly(hashes(names.subList(0, CacheTags.MAX_TAGS)));
    }

    @Test
    void tagHasAtMost256Characters() {
        String longest = "x".repeat(256);

        assertThat(of("Cache-Tag", longest + "," + longest + "y,z").hashes())
                .containsExactly(hashes(List.of(longest, "z")));
    }

    @Test
    void whatHasBytesOfTwoHasTheTagsOfBoth() {
        CacheTags one = of("Cache-Tag", "a,b");

        assertThat(one.and(of("Cache-Tag", "b,c")).hashes()).containsExactly(hashes(List.of("a", "b", "c")));
        assertThat(one.and(CacheTags.NONE)).isSameAs(one);
        assertThat(CacheTags.NONE.and(one).hashes()).containsExactly(one.hashes());
    }

    private static CacheTags of(String... fields) {
        return CacheTags.of(Fields.of(fields), "Cache-Tag");
    }

    private static long[] hashes(List<String> tags) {
        return tags.stream().mapToLong(tag -> CacheTags.hashOfItem("#" + tag)).toArray();
    }
}
