package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginConditionsTest {

    private static final String CHANGED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final Fields VIEWERS = Fields.of(
            "Accept", "*/*", "If-None-Match", "\"v\"", "If-Match", "\"v\"", "Range", "bytes=0-1", "If-Range", "\"v\"");

    @Test
    void fetchForAllCarriesNoConditions() {
        assertThat(of("GET", FetchPlan.WHOLE)).isEqualTo(Fields.EMPTY);
    }

    @Test
    void fetchForOneViewerCarriesThatViewersConditions() {
        Fields conditions = VIEWERS.without("accept");

        assertThat(of("GET", FetchPlan.unshared(NotCachedReason.PRECONDITION))).isEqualTo(conditions);
        assertThat(of("POST", FetchPlan.WHOLE)).isEqualTo(conditions);
        assertThat(of("HEAD", FetchPlan.unshared(NotCachedReason.METHOD))).isEqualTo(conditions);
    }

    @Test
    void rangeGoesWithItsIfRangeAlone() {
        assertThat(of("GET", FetchPlan.ofRange())).isEqualTo(Fields.of("Range", "bytes=0-1", "If-Range", "\"v\""));
    }

    @Test
    void validationCarriesWhatIsStored() {
        assertThat(of("GET", validating("ETag", "W/\"1\"", "Last-Modified", CHANGED)))
                .as("RFC 9111 §4.3.1")
                .isEqualTo(Fields.of("If-None-Match", "W/\"1\"", "If-Modified-Since", CHANGED));
        assertThat(of("GET", validating("Last-Modified", CHANGED))).isEqualTo(Fields.of("If-Modified-Since", CHANGED));
        assertThat(of("GET", validating())).isEqualTo(Fields.EMPTY);
    }

    @Test
    void completionAsksForTheRestOfThisVersion() {
        CachedResponse begun = stored(206, "ETag", "\"1\"", "Content-Range", "bytes 0-2/10");

        assertThat(of("GET", FetchPlan.completing(begun)))
                .as("RFC 9110 §13.1.5")
                .isEqualTo(Fields.of("Range", "bytes=3-", "If-Range", "\"1\""));
    }

    @Test
    void conditionsAreKnownInAnyCase() {
        assertThat(OriginConditions.isOne("if-NONE-match")).isTrue();
        assertThat(OriginConditions.isOne("Range")).isTrue();
        assertThat(OriginConditions.isOne("Accept-Ranges")).isFalse();
    }

    private static Fields of(String method, FetchPlan plan) {
        return OriginConditions.of(new RequestHead(method, "/", "", VIEWERS), plan);
    }

    private static FetchPlan validating(String... stored) {
        return FetchPlan.validating(stored(200, stored));
    }

    private static CachedResponse stored(int status, String... fields) {
        return CachedResponse.of(
                "/",
                new ResponseHead(status, "", Fields.of(fields)),
                StoredBody.of(List.of(new byte[3])),
                new CachedResponse.Times(0, 0, Freshness.strictly(0)),
                0);
    }
}
