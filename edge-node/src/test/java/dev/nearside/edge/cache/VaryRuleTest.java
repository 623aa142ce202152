package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaryRuleTest {

    private static final CacheKey KEY = new CacheKey("E1\n/a");

    @Test
    void namesAreSortedWithoutCaseAndRepetition() {
        assertThat(VaryRule.of(" Foo, bar ,, FOO").names()).containsExactly("bar", "foo");
        assertThat(VaryRule.of("").names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"* | true", "foo, * | true", "foo | false", "x* | false"})
    void starMatchesNothing(String vary, boolean nothing) {
        assertThat(VaryRule.of(vary).matchesNothing()).isEqualTo(nothing);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        §4.1 same value                | Foo, 1               | foo, 1        | true
        §4.1 other value               | Foo, 1               | Foo, 2        | false
        §4.1 absent and absent         | Bar, 1               | Bar, 2        | true
        §4.1 absent and present        | Bar, 1               | Foo, 1        | false
        §4.1 absent and empty          | Bar, 1               | `Foo, `       | false
        §4.1 white space in a list     | Foo, 1  ;2           | Foo, 1;  2    | true
        §4.1 order counts              | Foo, 1;2             | Foo, 2;1      | false
        """)
    void requestsShareAVariantOnlyIfTheNamedFieldsMatch(String rule, String one, String other, boolean shared) {
        VaryRule vary = VaryRule.of("Foo");

        assertThat(vary.variant(KEY, request(one)).equals(vary.variant(KEY, request(other))))
                .as(rule)
                .isEqualTo(shared);
    }

    @Test
    void repeatedLinesAreTheSameAsOneList() {
        VaryRule vary = VaryRule.of("foo");

        assertThat(vary.variant(KEY, Fields.of("Foo", "1", "Foo", "2")))
                .isEqualTo(vary.variant(KEY, Fields.of("Foo", "1,2")));
    }

    @Test
    void valueOfOneFieldIsNotTakenForAnother() {
        VaryRule vary = VaryRule.of("a, b");

        assertThat(vary.variant(KEY, Fields.of("a", "b:1"))).isNotEqualTo(vary.variant(KEY, Fields.of("b", "1")));
    }

    @Test
    void withoutNamesTheVariantIsTheKey() {
        assertThat(VaryRule.NONE.variant(KEY, Fields.of("Foo", "1"))).isSameAs(KEY);
    }

    private static Fields request(String nameAndValue) {
        String[] parts = nameAndValue.split(", ?", 2);
        return Fields.of(parts[0], parts[1].replace(';', ','));
    }

    @ParameterizedTest(name = "{0}: {1} and {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        accept-language | de, en          | de,en           | true
        accept-language | de, en          | en, de          | true
        accept-language | DE              | de              | true
        accept-language | de              | de-AT           | false
        accept-encoding | gzip,br         | br, gzip        | true
        x-other         | a, b            | b, a            | false
        x-other         | a,b             | a , b           | true
        x-other         | A               | a               | false
        """)
    void whatMeansTheSameIsOneVariant(String name, String one, String other, boolean same) {
        VaryRule rule = VaryRule.of(name);

        assertThat(rule.variant(KEY, Fields.of(name, one)).equals(rule.variant(KEY, Fields.of(name, other))))
                .as("RFC 9111 §4.1")
                .isEqualTo(same);
    }

    @Test
    void epochsKeepVariantsApart() {
        Fields fields = Fields.of("Accept", "a");
        VaryRule old = new VaryRule(VaryRule.of("accept").names(), 1);
        VaryRule now = new VaryRule(VaryRule.of("accept").names(), 2);

        assertThat(old.variant(KEY, fields)).isNotEqualTo(now.variant(KEY, fields));
        assertThat(VaryRule.NONE.variant(KEY, fields)).isEqualTo(KEY);
    }

    @Test
    void absentFieldIsAnotherVariantThanAnEmptyOne() {
        VaryRule rule = VaryRule.of("accept");

        assertThat(rule.variant(KEY, Fields.EMPTY)).isNotEqualTo(rule.variant(KEY, Fields.of("Accept", "")));
    }
}
