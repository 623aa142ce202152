package dev.nearside.control.state;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.nearside.kit.files.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the whole state as one file: a zip with the rows of each table as lines of JSON, the code that they name, and a
 * manifest with the digest of each. Both kinds of database make the same of the same state. What is sealed in the
 * database stays sealed.
 */
public final class StateExport {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String CODE_COLUMN = "code_sha256";

    private final CodeStore code;
    private final Path file;

    /**
     * Prepares an export.
     *
     * @param file must not exist; only its owner may read it
     */
    public StateExport(CodeStore code, Path file) {
        this.code = code;
        this.file = file;
    }

    /**
     * Writes the file inside a transaction, so that all rows are of one moment; its bytes are on disk when this returns.
     *
     * @throws StateException if it cannot be written, or the code that a row names is missing
     */
    public void write(Connection connection) throws SQLException {
        try {
            OwnerOnly.createFile(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel))) {
                write(connection, zip);
                zip.finish();
                channel.force(true);
            }
        } catch (IOException e) {
            throw new StateException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private void write(Connection connection, ZipOutputStream zip) throws IOException, SQLException {
        StateRow state = StateRow.find(connection)
                .orElseThrow(
                        () -> new StateException("there is no state to export: no control plane has started on it"));
        Map<String, String> digests = new TreeMap<>();
        Map<String, List<String>> columns = new TreeMap<>();
        Set<String> named = new TreeSet<>();
        for (StateTables.Table table : StateTables.all(connection)) {
            columns.put(table.name(), table.columns());
            entry(zip, StateManifest.tableEntry(table.name()), digests, out -> rows(connection, table, out, named));
        }
        for (String sha256 : named) {
            entry(zip, StateManifest.codeEntry(sha256), digests, out -> copyCode(sha256, out));
        }
        StateManifest manifest = new StateManifest(
                StateManifest.FORMAT,
                StateManifest.VERSION,
                state.id(),
                state.revision(),
                List.copyOf(Migrations.known()),
                columns,
                digests);
        zip.putNextEntry(epochEntry(StateManifest.ENTRY));
        zip.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
        zip.closeEntry();
    }

    private interface Content {
        void write(OutputStream out) throws IOException, SQLException;
    }

    private static void entry(ZipOutputStream zip, String name, Map<String, String> digests, Content content)
            throws IOException, SQLException {
        zip.putNextEntry(epochEntry(name));
        DigestOutputStream digest = new DigestOutputStream(zip, sha256());
        content.write(digest);
        digest.flush();
        zip.closeEntry();
        digests.put(name, HexFormat.of().formatHex(digest.getMessageDigest().digest()));
    }

    /** One JSON array for each row. */
    private static void rows(Connection connection, StateTables.Table table, OutputStream out, Set<String> named)
            throws IOException, SQLException {
        int codeColumn = table.columns().indexOf(CODE_COLUMN);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(table.select())) {
            while (rows.next()) {
                ArrayNode row = JSON.createArrayNode();
                for (int i = 1; i <= table.columns().size(); i++) {
                    RowValues.add(row, rows.getObject(i));
                }
                out.write((row + "\n").getBytes(StandardCharsets.UTF_8));
                if (codeColumn >= 0) {
                    named.add(row.path(codeColumn).asText());
                }
            }
        }
    }

    private void copyCode(String sha256, OutputStream out) throws IOException {
        Optional<FileChannel> stored = code.open(sha256);
        if (stored.isEmpty()) {
            throw new StateException("the code " + sha256 + " is missing, which a function version names");
        }
        try (InputStream in = Channels.newInputStream(stored.get())) {
            in.transferTo(out);
        }
    }

    /** With a time that is always the same, as the file of the same state should be. */
    private static ZipEntry epochEntry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        return entry;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
