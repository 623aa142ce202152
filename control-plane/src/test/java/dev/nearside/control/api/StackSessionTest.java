package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of stacks: saved, read, deleted, and never on top of somebody else's change. */
class StackSessionTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path data;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestPlane aws;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    @BeforeEach
    void start() {
        aws = new TestPlane(data, state());
    }

    @AfterEach
    void stop() {
        http.close();
        aws.close();
    }

    @Test
    void recordIsSavedReadChangedAndDeleted() throws Exception {
        assertThat(send("GET", "/shop", "").statusCode()).isEqualTo(404);
        assertThat(put("/shop", 0, true, "{\"a\":\"ä\"}").path("revision").asLong())
                .isEqualTo(1);
        JsonNode read = json(send("GET", "/shop", ""));
        assertThat(read.path("record").toString()).isEqualTo("{\"a\":\"ä\"}");
        assertThat(read.path("busy").asBoolean()).isTrue();
        assertThat(read.path("savedAgoMillis").asLong()).isBetween(0L, 60_000L);

        assertThat(put("/shop", 1, false, "{}").path("revision").asLong()).isEqualTo(2);
        put("/other", 0, false, "{}");
        JsonNode all = json(send("GET", "", "")).path("stacks");
        assertThat(all.findValuesAsText("name")).containsExactly("other", "shop");
        assertThat(all.findValuesAsText("revision")).containsExactly("1", "2");
        assertThat(all.findValuesAsText("busy")).containsOnly("false");

        assertThat(send("DELETE", "/shop?revision=2", "").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/shop?revision=2", "").statusCode()).isEqualTo(404);
        assertThat(json(send("GET", "", "")).path("stacks")).hasSize(1);
    }

    @Test
    void changeThatBuildsOnAnOlderRevisionIsRefused() throws Exception {
        put("/shop", 0, true, "{}");
        for (long basis : new long[] {0, 2}) {
            HttpResponse<String> refused = send("PUT", "/shop", body(basis, false, "{\"mine\":1}"));
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("is at revision 1, and this change builds on " + basis);
        }
        assertThat(send("DELETE", "/shop?revision=7", "").statusCode()).isEqualTo(409);
        assertThat(json(send("GET", "/shop", "")).path("record").toString()).isEqualTo("{}");
        assertThat(send("PUT", "/new", body(3, false, "{}")).statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT | /shop | {\"revision\":0,\"busy\":true,\"record\":[]} | 400 | record is missing or no JSON object",
                "PUT | /shop | {\"revision\":-1,\"busy\":true,\"record\":{}} | 400 | revision is -1, expected the one that was read",
                "PUT | /shop | {\"revision\":\"0\",\"busy\":true,\"record\":{}} | 400 | expected the one that was read",
                "PUT | /shop | {\"revision\":0,\"record\":{}} | 400 | expected true or false",
                "PUT | /shop | {\"revision\": | 400 | the body is not JSON",
                "PUT | /shop | [] | 400 | the body is not a JSON object",
                "PUT | /1shop | {} | 400 | the stack's name '1shop' is not valid",
                "PUT | /a/b | {} | 400 | the stack's name 'a/b' is not valid",
                "GET | / | `` | 400 | the stack's name '' is not valid",
                "DELETE | /shop | `` | 400 | revision is ''",
                "DELETE | /shop?revision=x | `` | 400 | revision is 'x'",
                "POST | /shop | {} | 405 | expected GET, PUT or DELETE",
                "POST | `` | {} | 405 | expected GET",
            })
    void whatMakesNoSenseIsRefusedInOneSentence(String method, String path, String body, int status, String message)
            throws Exception {
        HttpResponse<String> refused = send(method, path, body);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(json(refused).path("message").asText()).contains(message);
    }

    private JsonNode put(String path, long revision, boolean busy, String record) throws Exception {
        HttpResponse<String> answer = send("PUT", path, body(revision, busy, record));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static String body(long revision, boolean busy, String record) {
        return "{\"revision\":" + revision + ",\"busy\":" + busy + ",\"record\":" + record + "}";
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return MAPPER.readTree(answer.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/stacks" + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
