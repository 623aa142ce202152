package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Freshening;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.Parts;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.encoding.EncodedHead;
import dev.nearside.edge.functions.EventMapping;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which fields that vouch for bytes survive what the edge does to a response (RFC 9530). */
class DigestFieldsTest {

    private static final Fields RECEIVED = Fields.of(
            "ETag", "\"1\"",
            "Content-Digest", "sha-256=:AAAA:",
            "Content-MD5", "AAAA",
            "Repr-Digest", "sha-256=:BBBB:",
            "Digest", "sha-256=BBBB",
            "Want-Repr-Digest", "sha-256=1");

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        RFC 9530 §2 the response as it came     | WHOLE         | content-digest content-md5 repr-digest digest
        RFC 9530 §2 one range of it             | RANGE         | repr-digest digest
        RFC 9530 §2 several ranges              | RANGES        | repr-digest digest
        RFC 9530 B.2 the answer to a HEAD       | HEAD          | repr-digest digest
        RFC 9110 §15.4.5 a 304 in its place     | NOT_MODIFIED  | repr-digest digest
        RFC 9530 §2 a whole made of parts       | COMPLETED     | repr-digest digest
        RFC 9530 §3 another content coding      | ENCODED       | -
        RFC 9111 §3.2 a 304 renews the stored   | RENEWED       | content-digest content-md5 repr-digest digest
        another body by a function              | FUNCTION_BODY | -
        another head by a function              | FUNCTION_HEAD | content-digest content-md5 repr-digest digest
        a digest that the function wrote itself | FUNCTION_OWN  | repr-digest
        another body of a request by a function | REQUEST_BODY  | -
        """)
    void onlyWhatIsTrueIsLeft(String rule, String what, @Nullable String left) {
        Fields fields = after(what);

        assertThat(List.of("content-digest", "content-md5", "repr-digest", "digest").stream()
                        .filter(fields::has))
                .as(rule)
                .containsExactlyElementsOf(left == null ? List.of() : List.of(left.split(" ")));
        assertThat(RECEIVED.all("content-digest"))
                .as("the digest of nothing in a 304 is not the stored content's")
                .containsAll(fields.all("content-digest"));
        assertThat(fields.has("want-repr-digest"))
                .as("a wish vouches for nothing")
                .isTrue();
    }

    private static Fields after(String what) {
        return switch (what) {
            case "WHOLE" -> delivered("GET");
            case "RANGE" -> delivered("GET", "Range", "bytes=2-4");
            case "RANGES" -> delivered("GET", "Range", "bytes=0-1,4-5");
            case "HEAD" -> delivered("HEAD");
            case "NOT_MODIFIED" -> delivered("GET", "If-None-Match", "\"1\"");
            case "COMPLETED" ->
                Parts.completed(
                                stored(206, RECEIVED.plus("Content-Range", "bytes 0-9/20")),
                                new ResponseHead(206, "", RECEIVED.plus("Content-Range", "bytes 10-19/20")))
                        .headers();
            case "ENCODED" -> EncodedHead.renewing(Fields.of("Content-Encoding", "br"), RECEIVED);
            case "RENEWED" ->
                Freshening.updated(
                                new ResponseHead(200, "", RECEIVED),
                                Fields.of("Content-Digest", "sha-256=:of-nothing:", "Repr-Digest", "sha-256=:BBBB:"))
                        .headers();
            case "FUNCTION_BODY" -> function(EventMapping.shown(head()).headers(), "another");
            case "FUNCTION_HEAD" -> function(EventMapping.shown(head()).headers(), null);
            case "FUNCTION_OWN" ->
                function(EventMapping.shown(head()).headers().with("Repr-Digest", "sha-256=:CCCC:"), "another");
            case "REQUEST_BODY" -> request();
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static ResponseHead head() {
        return new ResponseHead(200, "", RECEIVED);
    }

    private static Fields delivered(String method, String... asked) {
        ViewerResponse whole = ViewerResponse.hit(stored(200, RECEIVED), 0);
        return Delivery.of(new RequestHead(method, "/a", "", Fields.of(asked)), whole, 0, "b")
                .head()
                .headers();
    }

    private static CachedResponse stored(int status, Fields fields) {
        return CachedResponse.of(
                "/a",
                new ResponseHead(status, "", fields),
                StoredBody.of(List.of(new byte[10])),
                new CachedResponse.Times(0, 0, Freshness.strictly(60_000)),
                0);
    }

    private static Fields request() {
        RequestHead before = new RequestHead("POST", "/a", "", RECEIVED);
        EdgeRequest shown = EventMapping.shown(new Viewer("192.0.2.1", "http", "h", "1.1"), before, null, null);
        EdgeRequest answer = new EdgeRequest(
                shown.clientIp(),
                shown.method(),
                shown.uri(),
                shown.querystring(),
                shown.headers(),
                new EdgeRequest.Body(false, "replace", "text", "another"),
                null);
        return EventMapping.applied(before, answer).headers();
    }

    private static Fields function(EdgeHeaders headers, @Nullable String body) {
        return EventMapping.applied(head(), new EdgeResponse(200, "", headers, body, "text"))
                .headers();
    }
}
