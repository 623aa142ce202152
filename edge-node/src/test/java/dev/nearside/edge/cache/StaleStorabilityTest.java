package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.Storability.Verdict;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link Storability} says of windows behind the lifetime, of validators, and of errors. */
class StaleStorabilityTest {

    private static final long NOW = 784_111_777_000L;

    /** In seconds: lifetime, while revalidating, on error, unreachable; or never stale; or why it is not stored. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        RFC 9111 §4.2.4 unreachable for a day       | 200 | Cache-Control: max-age=9                             | 9 0 0 86400
        RFC 5861 §3 stale-while-revalidate          | 200 | Cache-Control: max-age=9, stale-while-revalidate=8   | 9 8 0 86400
        RFC 5861 §4 stale-if-error                  | 200 | Cache-Control: max-age=9, stale-if-error=7           | 9 0 7 7
        RFC 5861 §4 stale-if-error=0                | 200 | Cache-Control: max-age=9, stale-if-error=0           | 9 0 0 0
        RFC 5861 §3 nothing but a window            | 200 | Cache-Control: max-age=0, stale-while-revalidate=8   | 0 8 0 86400
        RFC 9111 §5.2.2.2 must-revalidate           | 200 | Cache-Control: max-age=9, must-revalidate, stale-if-error=7 | 9 strictly
        RFC 9111 §5.2.2.8 proxy-revalidate          | 200 | Cache-Control: max-age=9, proxy-revalidate           | 9 strictly
        RFC 9111 §5.2.2.10 s-maxage                 | 200 | Cache-Control: s-maxage=9, stale-if-error=7          | 9 strictly
        RFC 9111 §5.2.2.4 no-cache, with validator  | 200 | Cache-Control: no-cache; ETag: "1"                   | 0 strictly
        RFC 9111 §5.2.2.4 no-cache, without one     | 200 | Cache-Control: no-cache                              | no-cache
        RFC 9111 §4.3 stale, with validator         | 200 | Cache-Control: max-age=0; ETag: "1"                  | 0 0 0 86400
        RFC 9111 §4.3 no lifetime, with validator   | 200 | ETag: "1"                                            | 0 0 0 86400
        RFC 9111 §5.2.2.5 no-store, with validator  | 200 | Cache-Control: no-store; ETag: "1"                   | no-store
        RFC 9111 §5.2.2.3 understood                | 200 | Cache-Control: no-store, must-understand, max-age=9  | 9 0 0 86400
        RFC 9111 §5.2.2.3 not understood            | 599 | Cache-Control: must-understand, max-age=9            | status
        RFC 9110 §14.4 part that says which         | 206 | Cache-Control: max-age=9; Content-Range: bytes 0-1/9 | 9 0 0 86400
        RFC 9110 §15.3.7.2 several parts            | 206 | Cache-Control: max-age=9                             | status
        RFC 9110 §15.5.17 one viewer's range        | 416 | Cache-Control: max-age=9                             | status
        RFC 9213 §2.2 CDN-Cache-Control goes first  | 200 | CDN-Cache-Control: max-age=9; Cache-Control: no-store | 9 0 0 86400
        RFC 9213 §2.2 and forbids alone             | 200 | CDN-Cache-Control: no-store; Cache-Control: max-age=9 | no-store
        RFC 9213 §2.1 invalid is ignored            | 200 | CDN-Cache-Control: max-age=x9, ; Cache-Control: max-age=8 | 8 0 0 86400
        """)
    void withRfc9111(String rule, int status, @Nullable String fields, String verdict) {
        assertThat(decide("GET", status, fields, CachePolicy.RFC9111, List.of()))
                .as(rule)
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        stale while the origin is down              | 200 | Cache-Control: max-age=9                           | 9 0 100 100
        stale-if-error=0 forbids it                 | 200 | Cache-Control: max-age=9, stale-if-error=0         | 9 0 0 0
        stale-if-error as asked                     | 200 | Cache-Control: max-age=9, stale-if-error=7         | 9 0 7 7
        stale-if-error capped by max TTL            | 200 | Cache-Control: max-age=9, stale-if-error=700       | 9 0 100 100
        stale-while-revalidate as asked             | 200 | Cache-Control: max-age=9, stale-while-revalidate=7 | 9 7 100 100
        stale-while-revalidate capped by max TTL    | 200 | Cache-Control: max-age=9, stale-while-revalidate=700 | 9 100 100 100
        even where must-revalidate is said          | 200 | Cache-Control: max-age=9, must-revalidate          | 9 0 100 100
        no-cache with a validator, min 0            | 200 | Cache-Control: no-cache; ETag: "1"                 | 0 0 100 100
        CDN-Cache-Control means nothing             | 200 | CDN-Cache-Control: max-age=5; Cache-Control: max-age=9 | 9 0 100 100
        an error is never stale                     | 404 | Cache-Control: max-age=90                          | 90 strictly
        error TTL of the distribution               | 404 | -                                                  | 30 strictly
        longer of header and error TTL              | 404 | Cache-Control: max-age=5                           | 30 strictly
        error TTL 0 keeps nothing                   | 500 | -                                                  | status
        error TTL 0 keeps what the header says      | 500 | Cache-Control: max-age=5                           | 5 strictly
        error TTL by default                        | 503 | -                                                  | 10 strictly
        """)
    void withCloudFront(String rule, int status, @Nullable String fields, String verdict) {
        CachePolicy policy = Routes.cachePolicy(0, 100, Selection.NONE);
        List<ErrorResponse> errors = List.of(new ErrorResponse(404, null, 0, 30), new ErrorResponse(500, null, 0, 0));

        assertThat(decide("GET", status, fields, policy, errors)).as(rule).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        RFC 9110 §9.3.3 explicit and for itself | rfc        | POST    | Content-Location: /a; Cache-Control: max-age=9 | 9 0 0 86400
        RFC 9110 §9.3.3 with scheme and host    | rfc        | POST    | Content-Location: http://site.test/a; Cache-Control: max-age=9 | 9 0 0 86400
        RFC 9110 §9.3.3 for another             | rfc        | POST    | Content-Location: /b; Cache-Control: max-age=9 | method
        RFC 9110 §9.3.3 at another host         | rfc        | POST    | Content-Location: http://other.test/a; Cache-Control: max-age=9 | method
        RFC 9110 §9.3.3 nothing explicit        | rfc        | POST    | Content-Location: /a; ETag: "1"                | method
        RFC 9110 §9.3.4 PUT                     | rfc        | PUT     | Content-Location: /a; Cache-Control: max-age=9 | method
        RFC 9110 §9.3.7 OPTIONS                 | rfc        | OPTIONS | Cache-Control: max-age=9                       | method
        cached methods of CloudFront            | cloudfront | OPTIONS | Cache-Control: max-age=9                       | 9 0 100 100
        CloudFront never stores POST            | cloudfront | POST    | Content-Location: /a; Cache-Control: max-age=9 | method
        """)
    void byMethod(String rule, String policy, String method, String fields, String verdict) {
        CachePolicy rules = policy.equals("rfc") ? CachePolicy.RFC9111 : Routes.cachePolicy(0, 100, Selection.NONE);

        assertThat(decide(method, 200, fields, rules, List.of())).as(rule).isEqualTo(verdict);
    }

    private static String decide(
            String method, int status, @Nullable String fields, CachePolicy policy, List<ErrorResponse> errors) {
        List<String> namesAndValues = new ArrayList<>();
        for (String line : fields == null ? new String[0] : fields.split("; ", -1)) {
            namesAndValues.addAll(List.of(line.split(": ", 2)));
        }
        return switch (Storability.decide(
                new RequestHead(method, "/a", "", Fields.of("Host", "site.test")),
                new ResponseHead(status, "", Fields.of(namesAndValues.toArray(new String[0]))),
                new Storability.Rules(policy, errors),
                NOW)) {
            case Verdict.Pass(NotCachedReason reason) -> reason.label();
            case Verdict.Store(Freshness freshness)
            when freshness.staleForbidden() -> freshness.lifetimeMillis() / 1000 + " strictly";
            case Verdict.Store(Freshness freshness) ->
                freshness.lifetimeMillis() / 1000
                        + " " + freshness.staleWhileRevalidateMillis() / 1000
                        + " " + freshness.staleIfErrorMillis() / 1000
                        + " " + freshness.staleIfUnreachableMillis() / 1000;
        };
    }
}
