package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.TestPlane;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.StoredKeyValueStore;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key value stores together stay below what nodes take in one message. */
class KeyValueStoreQuotasTest {

    private static final int STORES_OF_FIVE_MEBIBYTES = 8;

    @TempDir
    private Path data;

    @Test
    void storesTogetherHaveAQuotaAndTheWayOutIsOpen() throws Exception {
        try (Database database = Database.open(data)) {
            database.transaction(connection -> {
                for (int i = 0; i < STORES_OF_FIVE_MEBIBYTES; i++) {
                    stored("s" + i, "{\"k\":\"" + "x".repeat(5 * 1024 * 1024 - 8) + "\"}")
                            .put(connection);
                }
                stored("small", "{}").put(connection);
                return null;
            });
        }
        try (TestPlane aws = new TestPlane(data);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> refused = send(aws, http, "PUT", "small");
            assertThat(refused.statusCode()).isEqualTo(402);
            assertThat(refused.body())
                    .contains("ServiceQuotaExceededException", "All key value stores together", "at most 41943040");
            assertThat(send(aws, http, "DELETE", "s0").statusCode()).isEqualTo(200);
            assertThat(send(aws, http, "PUT", "small").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void changeWithoutIfMatchIsRefused() throws Exception {
        try (Database database = Database.open(data)) {
            database.transaction(connection -> {
                stored("s", "{}").put(connection);
                return null;
            });
        }
        try (TestPlane aws = new TestPlane(data);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> refused =
                    http.send(put(aws, "PUT", "s").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("ValidationException", "If-Match is missing");
            assertThat(send(aws, http, "PUT", "s").statusCode()).isEqualTo(200);
        }
    }

    private static StoredKeyValueStore stored(String name, String items) {
        return new StoredKeyValueStore(name, name, arn(name), "", items, "E" + name, "K" + name, 0, 0);
    }

    private static String arn(String name) {
        return "arn:aws:cloudfront::000000000000:key-value-store/" + name;
    }

    /** SigV4A needs native code of the SDK's, so the data API is called without a signature. */
    private static HttpResponse<String> send(TestPlane aws, HttpClient http, String method, String store)
            throws Exception {
        return http.send(
                put(aws, method, store).header("If-Match", "K" + store).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder put(TestPlane aws, String method, String store) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + aws.plane.apiAddress().getPort() + "/key-value-stores/"
                        + URLEncoder.encode(arn(store), StandardCharsets.UTF_8) + "/keys/k"))
                .method(method, HttpRequest.BodyPublishers.ofString("{\"Value\":\"" + "v".repeat(20) + "\"}"))
                .header("Content-Type", "application/json");
    }
}
