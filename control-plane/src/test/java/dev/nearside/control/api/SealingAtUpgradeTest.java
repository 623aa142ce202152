package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.TestPlane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first start on a state whose variables an earlier release has stored in clear. */
class SealingAtUpgradeTest {

    private static final String CLEAR = "cl3ar-t3xt";
    private static final String GHOST = "gh0st-0f-a-d3l3t3d-r0w";

    @TempDir
    private Path data;

    @BeforeEach
    void storeInClear() throws Exception {
        try (TestPlane aws = new TestPlane(data)) {
            aws.lambda.createFunction(TestPlane.function("hello")
                    .publish(true)
                    .environment(environment -> environment.variables(Map.of("A_NAME", "any")))
                    .build());
        }
        try (Connection state = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("state.db"))) {
            putInClear(state);
            leaveAGhost(state);
        }
        assertThat(files()).contains(CLEAR, GHOST);
    }

    @Test
    void noFileOfTheDatabaseHasThemAnyMore() throws Exception {
        try (TestPlane aws = new TestPlane(data)) {
            assertThat(aws.lambda
                            .getFunctionConfiguration(r -> r.functionName("hello"))
                            .environment()
                            .variables())
                    .containsValue(CLEAR);
            assertThat(files()).as("while it runs").doesNotContain(CLEAR, GHOST);
        }
        assertThat(files()).as("when it has stopped").doesNotContain(CLEAR, GHOST);
    }

    @Test
    void nothingHasChangedThatWouldBeAnotherVersion() {
        try (TestPlane aws = new TestPlane(data)) {
            assertThat(aws.lambda.publishVersion(r -> r.functionName("hello")).version())
                    .isEqualTo("1");
        }
    }

    /** All files beside each other, as text of single bytes. */
    private String files() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("state.db"))
                    .toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private static void putInClear(Connection state) throws SQLException {
        Map<Long, String> clear = new LinkedHashMap<>();
        try (Statement statement = state.createStatement();
                var rows = statement.executeQuery("SELECT version, configuration FROM lambda_function_version")) {
            while (rows.next()) {
                clear.put(
                        rows.getLong(1),
                        rows.getString(2)
                                .replaceFirst(
                                        "\"Environment\":\\{[^}]*\\}\\}",
                                        "\"Environment\":{\"Variables\":{\"A_NAME\":\"" + CLEAR + "\"}}"));
            }
        }
        assertThat(clear).hasSize(2);
        for (Map.Entry<Long, String> row : clear.entrySet()) {
            try (PreparedStatement update =
                    state.prepareStatement("UPDATE lambda_function_version SET configuration = ? WHERE version = ?")) {
                update.setString(1, row.getValue());
                update.setLong(2, row.getKey());
                update.executeUpdate();
            }
        }
    }

    /** Pages that are free and still hold what was deleted. */
    private static void leaveAGhost(Connection state) throws SQLException {
        try (Statement statement = state.createStatement();
                PreparedStatement insert = state.prepareStatement(
                        "INSERT INTO lambda_function (name, last_version, tags) VALUES (?, 0, ?)")) {
            statement.execute("PRAGMA secure_delete = OFF");
            insert.setString(1, "ghost");
            insert.setString(2, (GHOST + " ").repeat(2_000));
            insert.executeUpdate();
            statement.executeUpdate("DELETE FROM lambda_function WHERE name = 'ghost'");
        }
    }
}
