package dev.nearside.control.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The values of rows as JSON: texts, whole numbers and nothing, which is all that migrations may use. */
final class RowValues {

    private RowValues() {}

    static void add(ArrayNode row, @Nullable Object value) {
        switch (value) {
            case null -> row.addNull();
            case String text -> row.add(text);
            case Long number -> row.add(number);
            case Integer number -> row.add(number.longValue());
            default ->
                throw new IllegalStateException(
                        "a column holds a " + value.getClass().getName()
                                + ", expected text or a whole number, which every database and the export know");
        }
    }

    /**
     * Sets a parameter.
     *
     * @throws StateException if the value is of another kind
     */
    static void set(PreparedStatement insert, int index, JsonNode value) throws SQLException {
        if (value.isTextual()) {
            insert.setString(index, value.textValue());
        } else if (value.isIntegralNumber() && value.canConvertToLong()) {
            insert.setLong(index, value.longValue());
        } else if (value.isNull()) {
            insert.setObject(index, null);
        } else {
            throw new StateException("a row has the value " + value + ", expected text, a whole number or null");
        }
    }
}
