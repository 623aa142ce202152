package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsafeMethodsTest {

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST, 200, true",
        "PUT, 204, true",
        "DELETE, 302, true",
        "PATCH, 201, true",
        "UNHEARD-OF, 200, true",
        "post, 200, true",
        "POST, 400, false",
        "POST, 500, false",
        "GET, 200, false",
        "HEAD, 200, false",
        "OPTIONS, 200, false",
        "TRACE, 200, false",
        "PROPFIND, 207, false"
    })
    void onlyUnsafeMethodsThatSucceedChangeTheTarget(String method, int status, boolean changes) {
        assertThat(changed(method, status, null, null))
                .as("RFC 9111 §4.4")
                .isEqualTo(changes ? List.of("/dir/a?q=1") : List.of());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        Location         | /b                       | /b
        Content-Location | /b                       | /b
        Location         | b?x=1                    | /dir/b?x=1
        Location         | ../b                     | /b
        Location         | ?q=2                     | /dir/a?q=2
        Location         | http://site.test/b       | /b
        Location         | http://SITE.test/b       | /b
        Location         | https://site.test/b#part | /b
        Location         | //site.test/b            | /b
        Location         | http://site.test         | /
        Location         | http://other.test/b      | -
        Location         | http://site.test:81/b    | -
        Location         | http://site.test@evil/b  | -
        Location         | mailto:a@b               | -
        Location         | /b c                     | -
        X-Location       | /b                       | -
        """)
    void whatTheResponseNamesAtTheSameHostHasChangedToo(String field, String value, @Nullable String also) {
        assertThat(changed("POST", 201, field, value))
                .as("RFC 9111 §4.4")
                .isEqualTo(also == null ? List.of("/dir/a?q=1") : List.of("/dir/a?q=1", also));
    }

    private static List<String> changed(String method, int status, @Nullable String field, @Nullable String value) {
        Fields fields = field == null || value == null ? Fields.EMPTY : Fields.of(field, value);
        return UnsafeMethods.changed(
                        new RequestHead(method, "/dir/a", "q=1", Fields.of("Host", "Site.test")),
                        new ResponseHead(status, "", fields))
                .stream()
                .peek(request -> assertThat(request.method()).isEqualTo("GET"))
                .map(RequestHead::target)
                .toList();
    }
}
