package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.TestPlane;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes can be brought back to does not grow for ever. */
class ForgottenReleasesTest {

    @TempDir
    private Path data;

    @Test
    void theNewestThousandRevisionsAreKnown() throws Exception {
        String changed;
        try (TestPlane aws = new TestPlane(data)) {
            changed = create(aws, "changed");
            create(aws, "unchanged");
            comment(aws, changed, "again");
        }
        // As if over a thousand revisions had changed other things.
        sql("UPDATE state SET revision = 1149");
        try (TestPlane aws = new TestPlane(data)) {
            comment(aws, changed, "the 1150th");
            assertThat(rollBack(aws, 149)).contains("revision 149 is not known, expected 150 to 1150");
            assertThat(rollBack(aws, 150)).contains("1151");
        }
        try (Connection state = state();
                Statement statement = state.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM released WHERE revision <= 150")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).as("one for each distribution").isEqualTo(2);
        }
    }

    private static String create(TestPlane aws, String reference) {
        return aws.cloudFront
                .createDistribution(r ->
                        r.distributionConfig(TestPlane.distribution(reference).build()))
                .distribution()
                .id();
    }

    private static void comment(TestPlane aws, String id, String root) {
        var shown = aws.cloudFront.getDistributionConfig(r -> r.id(id));
        aws.cloudFront.updateDistribution(r -> r.id(id)
                .ifMatch(shown.eTag())
                .distributionConfig(shown.distributionConfig().toBuilder()
                        .defaultRootObject(root.replace(' ', '-'))
                        .build()));
    }

    private static String rollBack(TestPlane aws, long revision) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/rollouts/rollback");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(uri)
                                    .POST(BodyPublishers.ofString("{\"revision\": " + revision + "}"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    private Connection state() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + data.resolve("state.db"));
    }

    private void sql(String statement) throws SQLException {
        try (Connection state = state();
                Statement update = state.createStatement()) {
            update.executeUpdate(statement);
        }
    }
}
