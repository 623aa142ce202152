package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheQueriesTest {

    private static final Route RFC = new Routes().with(CachePolicy.RFC9111).route();
    private static final Route CLOUDFRONT =
            new Routes().with(Routes.cachePolicy(1, 60, Selection.NONE)).route();
    private static final Route WITH_OPTIONS = new Routes()
            .with(Routes.cachePolicy(1, 60, Selection.NONE))
            .withCachedMethods("GET", "HEAD", "OPTIONS")
            .route();
    private static final Route DISABLED =
            new Routes().with(Routes.cachePolicy(0, 0, Selection.NONE)).route();

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        rfc        | GET     | -                        | -
        rfc        | POST    | -                        | -
        rfc        | HEAD    | -                        | METHOD
        rfc        | OPTIONS | -                        | METHOD
        rfc        | PUT     | -                        | METHOD
        rfc        | get     | -                        | METHOD
        rfc        | GET     | Content-Length: 5        | METHOD
        rfc        | GET     | If-Match: "1"            | PRECONDITION
        rfc        | GET     | If-Unmodified-Since: x   | PRECONDITION
        rfc        | GET     | If-None-Match: "1"       | -
        cloudfront | GET     | If-Match: "1"            | -
        cloudfront | POST    | -                        | METHOD
        cloudfront | OPTIONS | -                        | METHOD
        options    | OPTIONS | -                        | -
        disabled   | GET     | -                        | CACHING_DISABLED
        """)
    void whatIsForOneViewerOnly(
            String policy, String method, @Nullable String field, @Nullable NotCachedReason expected) {
        Route route = switch (policy) {
            case "rfc" -> RFC;
            case "cloudfront" -> CLOUDFRONT;
            case "options" -> WITH_OPTIONS;
            default -> DISABLED;
        };
        Fields fields = field == null ? Fields.EMPTY : Fields.of(field.split(": ", 2));

        assertThat(CacheQueries.whyUnshared(route, new RequestHead(method, "/a", "", fields)))
                .isEqualTo(expected);
    }

    @Test
    void cloudFrontDoesNotListenToViewersDirectives() {
        RequestHead request = get("Cache-Control", "no-cache");

        assertThat(CacheQueries.of(CLOUDFRONT, request).directives()).isSameAs(RequestDirectives.NONE);
        assertThat(CacheQueries.of(RFC, request).directives().noCache()).isTrue();
    }

    @Test
    void forwardedCookiesPreventCollapsing() {
        Route cookies = new Routes()
                .with(Routes.cachePolicy(1, 60, Selection.ALL))
                .withCachedMethods("GET")
                .route();

        assertThat(CacheQueries.of(cookies, get()).collapses()).isFalse();
        assertThat(CacheQueries.of(CLOUDFRONT, get()).collapses()).isTrue();
        assertThat(CacheQueries.of(RFC, get()).collapses()).isTrue();
    }

    @Test
    void optionsHasAnEntryOfItsOwnAndHeadSharesThatOfGet() {
        assertThat(CacheQueries.of(RFC, new RequestHead("HEAD", "/a", "", Fields.EMPTY))
                        .key())
                .isEqualTo(CacheQueries.of(RFC, get()).key());
        assertThat(CacheQueries.of(WITH_OPTIONS, new RequestHead("OPTIONS", "/a", "", Fields.EMPTY))
                        .key())
                .isNotEqualTo(CacheQueries.of(WITH_OPTIONS, get()).key());
    }

    @Test
    void postIsNotAnsweredFromTheStore() {
        assertThat(CacheQueries.mayUseStored("POST")).isFalse();
        assertThat(CacheQueries.mayUseStored("GET")).isTrue();
    }

    private static RequestHead get(String... fields) {
        return new RequestHead("GET", "/a", "", Fields.of(fields));
    }
}
