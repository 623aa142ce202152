package dev.nearside.control.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads an exported state into a database and code store that are empty: everything, or nothing. */
public final class StateImport implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String MATERIAL = "kms_material";

    private static final int MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

    private final Path file;
    private final ZipFile zip;
    private final StateManifest manifest;

    private StateImport(Path file, ZipFile zip, StateManifest manifest) {
        this.file = file;
        this.zip = zip;
        this.manifest = manifest;
    }

    /**
     * Opens a file and checks the whole of it: its form, that this release knows it, and each digest.
     *
     * @throws StateException if something is wrong with it; the message says what
     */
    public static StateImport open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StateException("there is no file " + file);
        }
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException e) {
            throw new StateException(file + " is not an exported state, or was cut off: " + e.getMessage(), e);
        }
        try {
            StateImport opened = new StateImport(file, zip, manifest(file, zip));
            opened.checkManifest();
            opened.checkEntries();
            return opened;
        } catch (IOException e) {
            closeQuietly(zip);
            throw new StateException(file + " is damaged: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeQuietly(zip);
            throw e;
        }
    }

    public String stateId() {
        return String.valueOf(manifest.stateId());
    }

    public long revision() {
        return manifest.revision();
    }

    /** Any one material of the keys in the file, which only the master key of their control plane opens. */
    public Optional<StoredKeyMaterial> keyMaterial() {
        List<String> columns = manifest.tables().getOrDefault(MATERIAL, List.of());
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        try (BufferedReader lines = lines(MATERIAL)) {
            String line = lines.readLine();
            return line == null
                    ? Optional.empty()
                    : Optional.of(material(row(MATERIAL, line, columns.size()), columns));
        } catch (IOException e) {
            throw new StateException("cannot read " + MATERIAL + " from " + file + ": " + e.getMessage(), e);
        }
    }

    private static StoredKeyMaterial material(JsonNode row, List<String> columns) {
        return new StoredKeyMaterial(
                row.path(columns.indexOf("key_id")).asText(),
                row.path(columns.indexOf("number")).asInt(),
                row.path(columns.indexOf("wrapped")).asText(),
                row.path(columns.indexOf("made_millis")).asLong(),
                row.path(columns.indexOf("rotation")).asText());
    }

    /**
     * Fills an empty state. Code is stored before the rows that name it, and all rows are one transaction.
     *
     * @throws StateException if the state is not empty; then nothing was changed
     */
    public void into(Database database, CodeStore code) {
        database.transaction(connection -> {
            requireEmpty(connection);
            return null;
        });
        for (String sha256 : manifest.code()) {
            try (InputStream in = in(StateManifest.codeEntry(sha256))) {
                code.put(in.readAllBytes());
            } catch (IOException e) {
                throw new StateException("cannot read the code " + sha256 + " from " + file + ": " + e.getMessage(), e);
            }
        }
        database.transaction(connection -> {
            requireEmpty(connection);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("DELETE FROM state");
            }
            for (StateTables.Table table : StateTables.all(connection)) {
                insertRows(connection, table);
            }
            requireStateRow(connection);
            return null;
        });
    }

    @Override
    public void close() {
        closeQuietly(zip);
    }

    private static StateManifest manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(StateManifest.ENTRY);
        if (entry == null) {
            throw new StateException(file + " is not an exported state: it has no " + StateManifest.ENTRY);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return JSON.readValue(in.readNBytes(MAX_MANIFEST_BYTES), StateManifest.class);
        } catch (JsonProcessingException e) {
            throw new StateException(
                    file + " has a " + StateManifest.ENTRY + " that cannot be read: " + e.getOriginalMessage());
        }
    }

    private void checkManifest() {
        if (!StateManifest.FORMAT.equals(manifest.format()) || manifest.version() != StateManifest.VERSION) {
            throw new StateException(file + " has the format " + manifest.format() + " " + manifest.version()
                    + ", expected " + StateManifest.FORMAT + " " + StateManifest.VERSION);
        }
        Set<Long> unknown = new TreeSet<>(manifest.schema());
        unknown.removeAll(Migrations.known());
        if (!unknown.isEmpty()) {
            throw new StateException(file + " has the schema versions " + unknown + ", this release knows "
                    + Migrations.known() + "; use the release that wrote it or a newer one");
        }
    }

    /** Every entry that the manifest names is there and whole, and there is no other. */
    private void checkEntries() throws IOException {
        Set<String> present = new TreeSet<>();
        zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> !name.equals(StateManifest.ENTRY))
                .forEach(present::add);
        if (!present.equals(manifest.sha256().keySet())) {
            Set<String> unequal = new TreeSet<>(manifest.sha256().keySet());
            unequal.removeAll(present);
            present.removeAll(manifest.sha256().keySet());
            throw new StateException(file + " lacks " + unequal + " and has too many " + present
                    + ", expected exactly what its manifest names");
        }
        for (Map.Entry<String, String> entry : manifest.sha256().entrySet()) {
            String actual = digest(entry.getKey());
            if (!actual.equals(entry.getValue())) {
                throw new StateException(file + " is damaged: " + entry.getKey() + " has the SHA-256 " + actual
                        + ", expected " + entry.getValue());
            }
        }
        for (String sha256 : manifest.code()) {
            if (!sha256.equals(manifest.sha256().get(StateManifest.codeEntry(sha256)))) {
                throw new StateException(file + " is damaged: the code " + sha256 + " is not what its name says");
            }
        }
        for (Map.Entry<String, List<String>> table : manifest.tables().entrySet()) {
            checkRows(table.getKey(), table.getValue());
        }
    }

    private void checkRows(String table, List<String> columns) throws IOException {
        Set<String> code = new TreeSet<>(manifest.code());
        int codeColumn = columns.indexOf("code_sha256");
        try (BufferedReader lines = lines(table)) {
            String line;
            while ((line = lines.readLine()) != null) {
                JsonNode row = row(table, line, columns.size());
                if (codeColumn >= 0 && !code.contains(row.path(codeColumn).asText())) {
                    throw new StateException(file + " lacks the code "
                            + row.path(codeColumn).asText() + ", which a row of " + table + " names");
                }
            }
        }
    }

    private static void requireEmpty(Connection connection) throws SQLException {
        for (StateTables.Table table : StateTables.all(connection)) {
            long rows = StateTables.rows(connection, table);
            boolean fresh = table.name().equals("state")
                    && StateRow.find(connection).map(StateRow::revision).orElse(0L) == 0;
            if (rows > 0 && !fresh) {
                throw new StateException("the state is not empty: " + table.name() + " has " + rows
                        + " rows, expected a state on which nothing was done; nothing was changed");
            }
        }
    }

    private void insertRows(Connection connection, StateTables.Table table) throws SQLException {
        List<String> columns = manifest.tables().get(table.name());
        if (columns == null) {
            // A table that came after the release which wrote the file.
            return;
        }
        Set<String> unknown = new TreeSet<>(columns);
        unknown.removeAll(table.columns());
        if (!unknown.isEmpty()) {
            throw new StateException(file + " has the columns " + unknown + " of " + table.name()
                    + ", which this release does not have");
        }
        try (PreparedStatement insert = connection.prepareStatement(table.insert(columns));
                BufferedReader lines = lines(table.name())) {
            String line;
            while ((line = lines.readLine()) != null) {
                JsonNode row = row(table.name(), line, columns.size());
                for (int i = 0; i < columns.size(); i++) {
                    RowValues.set(insert, i + 1, row.path(i));
                }
                insert.executeUpdate();
            }
        } catch (IOException e) {
            throw new StateException("cannot read " + table.name() + " from " + file + ": " + e.getMessage(), e);
        }
    }

    private void requireStateRow(Connection connection) throws SQLException {
        StateRow imported = StateRow.load(connection);
        if (!imported.id().equals(manifest.stateId()) || imported.revision() != manifest.revision()) {
            throw new StateException(file + " has the state " + imported.id() + " at revision " + imported.revision()
                    + ", expected " + manifest.stateId() + " at " + manifest.revision() + " as its manifest says");
        }
    }

    private JsonNode row(String table, String line, int columns) {
        try {
            JsonNode row = JSON.readTree(line);
            if (row.isArray() && row.size() == columns) {
                return row;
            }
        } catch (JsonProcessingException _) {
            // Said below, without the line: it may hold secrets.
        }
        throw new StateException(
                file + " has a row of " + table + " that cannot be read, expected " + columns + " values");
    }

    private BufferedReader lines(String table) throws IOException {
        return new BufferedReader(new InputStreamReader(in(StateManifest.tableEntry(table)), StandardCharsets.UTF_8));
    }

    private InputStream in(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new StateException(file + " lacks " + name);
        }
        return zip.getInputStream(entry);
    }

    private String digest(String name) throws IOException {
        try (DigestInputStream in = new DigestInputStream(in(name), StateExport.sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }

    private static void closeQuietly(ZipFile zip) {
        try {
            zip.close();
        } catch (IOException e) {
            throw new StateException("cannot close " + zip.getName() + ": " + e.getMessage(), e);
        }
    }
}
