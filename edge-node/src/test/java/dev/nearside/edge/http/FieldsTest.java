package dev.nearside.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    private final Fields fields = Fields.of("Accept", "a", "X-One", "1", "accept", "b");

    @Test
    void lookupsIgnoreCaseAndKeepOrder() {
        assertThat(fields.first("ACCEPT")).isEqualTo("a");
        assertThat(fields.all("accept")).containsExactly("a", "b");
        assertThat(fields.combined("Accept")).isEqualTo("a, b");
        assertThat(fields.has("x-one")).isTrue();
        assertThat(fields.first("none")).isNull();
        assertThat(fields.combined("none")).isNull();
        assertThat(fields.all("none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "TE", "Content-Length", "x-1", "X_y", "!#$%&'*+-.^_`|~", "0"})
    void filterNeverHidesANameWhateverItsCase(String name) {
        Fields one = Fields.of(name, "v");

        assertThat(one.first(name.toLowerCase(Locale.ROOT))).isEqualTo("v");
        assertThat(one.combined(name.toUpperCase(Locale.ROOT))).isEqualTo("v");
        assertThat(one.mayHaveAny(Fields.filter(List.of("other", name.toUpperCase(Locale.ROOT)))))
                .isTrue();
        assertThat(Fields.EMPTY.mayHaveAny(Fields.filter(List.of(name)))).isFalse();
    }

    @Test
    void namesKeepTheCaseOfTheWire() {
        List<String> lines = new ArrayList<>();
        fields.forEach((name, value) -> lines.add(name + "=" + value));

        assertThat(lines).containsExactly("Accept=a", "X-One=1", "accept=b");
        assertThat(fields.name(2)).isEqualTo("accept");
        assertThat(fields.value(2)).isEqualTo("b");
    }

    @Test
    void withReplacesAllLinesByOne() {
        assertThat(fields.with("ACCEPT", "c")).isEqualTo(Fields.of("X-One", "1", "ACCEPT", "c"));
        assertThat(fields.plus("accept", "c").all("accept")).containsExactly("a", "b", "c");
        assertThat(fields.without("Accept")).isEqualTo(Fields.of("X-One", "1"));
        assertThat(fields.size()).isEqualTo(3);
    }

    @Test
    void builderGrowsAndMayBeUsedOn() {
        Fields.Builder builder = Fields.builder();
        for (int i = 0; i < 100; i++) {
            builder.add("n" + i, "v" + i);
        }
        Fields hundred = builder.build();
        Fields more = builder.addAll(fields).build();

        assertThat(hundred.size()).isEqualTo(100);
        assertThat(hundred.first("n99")).isEqualTo("v99");
        assertThat(more.size()).isEqualTo(103);
        assertThat(Fields.builder().build()).isSameAs(Fields.EMPTY);
    }

    @Test
    void arrayGivenIsNotKept() {
        String[] given = {"a", "1"};
        Fields made = Fields.of(given);
        given[1] = "2";

        assertThat(made.first("a")).isEqualTo("1");
    }

    @Test
    void nameWithoutValueIsRefused() {
        assertThatThrownBy(() -> Fields.of("a", "1", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3");
    }

    @Test
    void weightGrowsWithNamesAndValues() {
        assertThat(fields.weight()).isGreaterThan(Fields.of("Accept", "a").weight());
    }
}
