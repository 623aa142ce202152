package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorInPlaceTest {

    private static final ViewerResponse ERROR =
            ViewerResponse.whole(new ResponseHead(404, "", Fields.EMPTY), "Error", new byte[0]);

    @ParameterizedTest
    @CsvSource({"/e.html, /e.html, ''", "/e.html?a=1?b, /e.html, a=1?b", "/e.html?, /e.html, ''"})
    void pathAloneChoosesTheBehaviorAndTheQueryGoesWithTheRequest(String page, String path, String query) {
        ErrorInPlace error = new ErrorInPlace(ERROR, page, 200);

        assertThat(error.pathOfPage()).isEqualTo(path);
        assertThat(error.requestForPage(new RequestHead("POST", "/a", "x=1", Fields.EMPTY)))
                .isEqualTo(new RequestHead("GET", path, query, Fields.EMPTY));
    }

    @Test
    void whatIsMeantForTheTargetAloneIsLeftOut() {
        Fields fields = Fields.of(
                "If-Match", "*", "Range", "bytes=0-", "Content-Length", "3", "Transfer-Encoding", "chunked", "X", "1");

        assertThat(new ErrorInPlace(ERROR, "/e", 200)
                        .requestForPage(new RequestHead("PUT", "/a", "", fields))
                        .headers())
                .isEqualTo(Fields.of("X", "1"));
    }
}
