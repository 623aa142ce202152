package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of configuration keys names exactly those that a node reads. */
class EdgeConfigPageTest {

    private static final Path PAGE = Path.of("..", "docs", "edge-config.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE);

    @Test
    void everyKeyIsOnThePageAndNoOther() throws Exception {
        List<String> onPage = ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(onPage).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(keys("", EdgeNodeConfig.class));
    }

    @Test
    void everyRowSaysUnitRangeAndDefault() throws Exception {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            String[] cells = row.substring(1, row.length() - 1).split("\\|", -1);
            assertThat(cells).hasSize(5).noneMatch(String::isBlank);
        });
    }

    private static List<String> keys(String prefix, Class<?> type) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            keys.addAll(keysOf(prefix + name, component.getGenericType()));
        }
        return keys;
    }

    private static List<String> keysOf(String key, Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            String each = generic.getRawType() == Map.class ? ".NAME" : "[]";
            return keysOf(key + each, arguments[arguments.length - 1]);
        }
        return type instanceof Class<?> record && record.isRecord() ? keys(key + ".", record) : List.of(key);
    }
}
