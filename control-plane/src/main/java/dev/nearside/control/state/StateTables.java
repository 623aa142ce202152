package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tables that make up the state, as the database itself describes them, so that none is forgotten. */
final class StateTables {

    /** What belongs to a database and not to the state in it. */
    private static final Set<String> OWN = Set.of("schema_version", "session_mark");

    private StateTables() {}

    /**
     * A table.
     *
     * @param columns sorted by name
     * @param key the columns of the primary key
     */
    record Table(String name, List<String> columns, List<String> key) {

        /** Its rows in an order that is the same in every database. */
        String select() {
            return "SELECT " + String.join(", ", columns) + " FROM " + name
                    + (key.isEmpty() ? "" : " ORDER BY " + String.join(", ", key));
        }

        String insert(List<String> into) {
            return "INSERT INTO " + name + " (" + String.join(", ", into) + ") VALUES ("
                    + String.join(", ", into.stream().map(_ -> "?").toList()) + ")";
        }
    }

    /** All tables, those that others refer to before the ones that refer to them. */
    static List<Table> all(Connection connection) throws SQLException {
        NavigableMap<String, Table> tables = new TreeMap<>();
        for (String name : names(connection)) {
            tables.put(name, new Table(name, columns(connection, name), key(connection, name)));
        }
        Map<String, Set<String>> parents = new LinkedHashMap<>();
        for (String name : tables.keySet()) {
            parents.put(name, parents(connection, name));
        }
        Set<String> ordered = new LinkedHashSet<>();
        tables.keySet().forEach(name -> addAfterParents(name, parents, ordered));
        return ordered.stream().map(tables::get).toList();
    }

    /** How many rows a table has. */
    static long rows(Connection connection, Table table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table.name)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void addAfterParents(String name, Map<String, Set<String>> parents, Set<String> ordered) {
        for (String parent : parents.getOrDefault(name, Set.of())) {
            if (!parent.equals(name) && !ordered.contains(parent)) {
                addAfterParents(parent, parents, ordered);
            }
        }
        ordered.add(name);
    }

    private static Set<String> names(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        DatabaseMetaData metaData = connection.getMetaData();
        try (ResultSet rows = metaData.getTables(null, connection.getSchema(), "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                String name = rows.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (!OWN.contains(name) && !name.startsWith("sqlite_")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static List<String> columns(Connection connection, String table) throws SQLException {
        Set<String> columns = new TreeSet<>();
        try (ResultSet rows = connection.getMetaData().getColumns(null, connection.getSchema(), table, "%")) {
            while (rows.next()) {
                // An underscore in the pattern stands for any character.
                if (rows.getString("TABLE_NAME").equalsIgnoreCase(table)) {
                    columns.add(rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
                }
            }
        }
        return List.copyOf(columns);
    }

    private static List<String> key(Connection connection, String table) throws SQLException {
        NavigableMap<Integer, String> key = new TreeMap<>();
        try (ResultSet rows = connection.getMetaData().getPrimaryKeys(null, connection.getSchema(), table)) {
            while (rows.next()) {
                key.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return new ArrayList<>(key.values());
    }

    private static Set<String> parents(Connection connection, String table) throws SQLException {
        Set<String> parents = new TreeSet<>();
        try (ResultSet rows = connection.getMetaData().getImportedKeys(null, connection.getSchema(), table)) {
            while (rows.next()) {
                parents.add(rows.getString("PKTABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return parents;
    }
}
