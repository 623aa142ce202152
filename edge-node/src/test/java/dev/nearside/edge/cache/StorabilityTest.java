package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.Storability.Verdict;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorabilityTest {

    private static final long NOW = HttpDates.parse("Sun, 06 Nov 1994 08:49:37 GMT", 0)
            .orElseThrow(() -> new IllegalStateException("the example of RFC 9110 is a date"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        §3 no freshness, no validator                 | 200 | -                                                                | no-lifetime
        §3 private                                    | 200 | Cache-Control: private, max-age=60                               | private
        §5.2.2.7 private with field names             | 200 | Cache-Control: private="set-cookie", max-age=60                  | private
        §5.2.2.5 no-store                             | 200 | Cache-Control: no-store, max-age=60                              | no-store
        §5.2.2.4 no-cache                             | 200 | Cache-Control: no-cache, max-age=60                              | no-cache
        §4.2.1 max-age                                | 200 | Cache-Control: max-age=60                                        | 60
        §4.2.1 s-maxage before max-age                | 200 | Cache-Control: max-age=60, s-maxage=5                            | 5
        §4.2.1 s-maxage=0 before max-age              | 200 | Cache-Control: max-age=60, s-maxage=0                            | no-lifetime
        §4.2.1 max-age before Expires                 | 200 | Cache-Control: max-age=60; Expires: Sun, 06 Nov 1994 09:49:37 GMT | 60
        §4.2.1 Expires without Date                   | 200 | Expires: Sun, 06 Nov 1994 08:50:37 GMT                           | 60
        §4.2.1 Expires less Date                      | 200 | Expires: Sun, 06 Nov 1994 08:50:37 GMT; Date: Sun, 06 Nov 1994 08:50:27 GMT | 10
        §5.3 Expires in the past                      | 200 | Expires: Sun, 06 Nov 1994 08:49:36 GMT                           | no-lifetime
        §5.3 Expires that is no date                  | 200 | Expires: 0                                                       | no-lifetime
        RFC 9110 §5.6.7 Expires as RFC 850 date       | 200 | Expires: Sunday, 06-Nov-94 08:50:37 GMT                          | 60
        RFC 9110 §5.6.7 Expires as asctime date       | 200 | Expires: Sun Nov  6 08:50:37 1994                                | 60
        §4.2.1 max-age that is junk is stale          | 200 | Cache-Control: max-age=junk                                      | no-lifetime
        §4.2.3 older than fresh on arrival            | 200 | Cache-Control: max-age=60; Age: 60                               | no-lifetime
        §4.2.3 one second left on arrival             | 200 | Cache-Control: max-age=60; Age: 59                               | 60
        §4.1 Vary: *                                  | 200 | Cache-Control: max-age=60; Vary: accept, *                       | vary-anything
        §4.2.2 a tenth of the time since the change   | 200 | Last-Modified: Sun, 06 Nov 1994 08:48:37 GMT                     | 6
        §4.2.2 changed in the future                  | 200 | Last-Modified: Sun, 06 Nov 1994 09:48:37 GMT                     | 0
        §4.2.2 no heuristic for other statuses        | 302 | Last-Modified: Sun, 06 Nov 1994 08:48:37 GMT                     | status
        §4.2.2 public allows a heuristic              | 302 | Last-Modified: Sun, 06 Nov 1994 08:48:37 GMT; Cache-Control: public | 6
        RFC 9110 §15.1 404 is heuristically cacheable | 404 | Last-Modified: Sun, 06 Nov 1994 08:48:37 GMT                     | 6
        §3 explicit freshness for any final status    | 302 | Cache-Control: max-age=60                                        | 60
        §3 explicit freshness for an unknown status   | 599 | Cache-Control: max-age=60                                        | 60
        §3.3 206 is not stored                        | 206 | Cache-Control: max-age=60                                        | status
        §4.3.4 304 is not stored                      | 304 | Cache-Control: max-age=60                                        | status
        """)
    void followsRfc9111(String rule, int status, @Nullable String headers, String verdict) {
        RequestHead request = new RequestHead("GET", "/", "", Fields.EMPTY);

        assertThat(decide(request, status, headers, CachePolicy.RFC9111))
                .as(rule)
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        §3 HEAD                                   | HEAD | -                       | max-age=60                  | method
        §3 POST                                   | POST | -                       | max-age=60                  | method
        §5.2.1.5 request no-store                 | GET  | Cache-Control: no-store | max-age=60                  | request-no-store
        §5.2.1.1 request max-age=0 stores         | GET  | Cache-Control: max-age=0 | max-age=60                 | 60
        §3.5 authorised                           | GET  | Authorization: a        | max-age=60                  | authorization
        §3.5 authorised, public                   | GET  | Authorization: a        | max-age=60, public          | 60
        §3.5 authorised, s-maxage                 | GET  | Authorization: a        | s-maxage=60                 | 60
        §3.5 authorised, must-revalidate          | GET  | Authorization: a        | max-age=60, must-revalidate | 60
        """)
    void looksAtTheRequest(String rule, String method, @Nullable String sent, String control, String verdict) {
        RequestHead request = new RequestHead(method, "/", "", fields(sent));

        assertThat(decide(request, 200, "Cache-Control: " + control, CachePolicy.RFC9111))
                .as(rule)
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0}: min {1} default {2} max {3}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        s-maxage before max-age            | 0  | 86400 | 31536000 | Cache-Control: max-age=60, s-maxage=30         | 30
        max-age within                     | 10 | 20    | 100      | Cache-Control: max-age=60                      | 60
        max-age under min                  | 10 | 20    | 100      | Cache-Control: max-age=5                       | 10
        max-age over max                   | 10 | 20    | 100      | Cache-Control: max-age=500                     | 100
        max-age=0, min 0                   | 0  | 20    | 100      | Cache-Control: max-age=0                       | no-lifetime
        max-age=0, min over 0              | 10 | 20    | 100      | Cache-Control: max-age=0                       | 10
        Expires within                     | 10 | 20    | 100      | Expires: Sun, 06 Nov 1994 08:50:07 GMT         | 30
        Expires over max                   | 10 | 20    | 100      | Expires: Sun, 06 Nov 1994 09:49:37 GMT         | 100
        Expires past, min 0                | 0  | 20    | 100      | Expires: Sun, 06 Nov 1994 07:49:37 GMT         | no-lifetime
        nothing, default over min          | 10 | 20    | 100      | -                                              | 20
        nothing, min over default          | 30 | 20    | 100      | -                                              | 30
        nothing, both 0                    | 0  | 0     | 31536000 | -                                              | no-lifetime
        no-store, min 0                    | 0  | 20    | 100      | Cache-Control: no-store, max-age=60            | no-store
        no-cache, min 0                    | 0  | 20    | 100      | Cache-Control: no-cache                        | no-cache
        private, min 0                     | 0  | 20    | 100      | Cache-Control: private, max-age=60             | private
        no-store, min over 0               | 10 | 20    | 100      | Cache-Control: no-store, max-age=60            | 10
        no-cache, min over 0               | 10 | 20    | 100      | Cache-Control: no-cache                        | 10
        private, min over 0                | 10 | 20    | 100      | Cache-Control: private                         | 10
        Vary: *, min 0                     | 0  | 20    | 100      | Cache-Control: max-age=60; Vary: *             | vary-anything
        Vary: *, min over 0                | 10 | 20    | 100      | Cache-Control: max-age=60; Vary: *             | 60
        CachingDisabled                    | 0  | 0     | 0        | Cache-Control: max-age=60                      | caching-disabled
        """)
    void clampsToCloudFrontsTtls(
            String rule, long min, long standard, long max, @Nullable String headers, String verdict) {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Cache-Control", "no-store"));

        assertThat(decide(request, 200, headers, cloudFront(min, standard, max)))
                .as(rule)
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        404 | -                         | 10
        414 | -                         | 10
        500 | -                         | 10
        501 | -                         | 10
        502 | -                         | 10
        503 | -                         | 10
        504 | -                         | 10
        404 | Cache-Control: max-age=5  | 10
        404 | Cache-Control: max-age=60 | 60
        404 | Expires: Sun, 06 Nov 1994 08:50:37 GMT | 60
        503 | Cache-Control: s-maxage=7200, max-age=5 | 7200
        503 | Cache-Control: max-age=99999999 | 31536000
        400 | -                         | status
        403 | -                         | status
        405 | -                         | status
        412 | -                         | status
        415 | -                         | status
        400 | Cache-Control: max-age=60 | 60
        403 | Cache-Control: s-maxage=5 | 10
        405 | Cache-Control: max-age=60 | 60
        412 | Cache-Control: max-age=60 | 60
        415 | Cache-Control: max-age=60 | 60
        403 | Cache-Control: max-age=0  | status
        403 | Cache-Control: max-age=60, s-maxage=0 | status
        403 | Expires: Sun, 06 Nov 1994 08:50:37 GMT | status
        416 | -                         | status
        416 | Cache-Control: max-age=60 | status
        410 | -                         | status
        429 | Cache-Control: max-age=60 | status
        404 | Cache-Control: no-store   | no-store
        404 | Cache-Control: no-store, max-age=60 | no-store
        404 | Cache-Control: private    | private
        414 | Cache-Control: no-cache   | no-cache
        501 | Cache-Control: no-store   | no-store
        410 | Cache-Control: no-store   | no-store
        500 | Cache-Control: no-store   | 10
        502 | Cache-Control: no-cache   | 10
        503 | Cache-Control: private, max-age=60 | 10
        504 | Cache-Control: no-store   | 10
        403 | Cache-Control: no-store   | status
        403 | Cache-Control: no-store, max-age=60 | 10
        """)
    void keepsErrorsAsCloudFrontDoes(int status, @Nullable String headers, String verdict) {
        RequestHead request = new RequestHead("GET", "/", "", Fields.EMPTY);

        assertThat(decide(request, status, headers, cloudFront(0, 86_400, 31_536_000)))
                .isEqualTo(verdict);
        assertThat(decide(request, status, headers, cloudFront(0, 0, 0))).isEqualTo("caching-disabled");
    }

    /** What another release's control plane may send is not ours to trust: sums of it must not overflow. */
    @ParameterizedTest
    @CsvSource({"-1, 0", "0, 0", "30, 30", "3153600000, 3153600000", "9223372036854775807, 3153600000"})
    void errorTtlStaysWithinACentury(long configured, long counted) {
        Storability.Rules rules =
                new Storability.Rules(cloudFront(0, 60, 600), List.of(new ErrorResponse(404, null, 0, configured)));

        assertThat(rules.errorMinTtlSeconds(404)).isEqualTo(counted);
        assertThat(rules.errorMinTtlSeconds(503)).isEqualTo(10);
    }

    private static CachePolicy cloudFront(long min, long standard, long max) {
        return new CachePolicy(
                "p",
                "p",
                TtlRules.CLOUDFRONT,
                min,
                standard,
                max,
                Selection.NONE,
                Selection.NONE,
                Selection.NONE,
                false,
                false);
    }

    /** The lifetime in seconds, or the reason why it is not stored. */
    private static String decide(RequestHead request, int status, @Nullable String headers, CachePolicy policy) {
        return switch (Storability.decide(
                request,
                new ResponseHead(status, "", fields(headers)),
                new Storability.Rules(policy, List.of()),
                NOW)) {
            case Verdict.Store(Freshness freshness) -> Long.toString(freshness.lifetimeMillis() / 1000);
            case Verdict.Pass(NotCachedReason reason) -> reason.label();
        };
    }

    private static Fields fields(@Nullable String headers) {
        List<String> namesAndValues = new ArrayList<>();
        for (String line : headers == null ? new String[0] : headers.split("; ")) {
            namesAndValues.addAll(List.of(line.split(": ", 2)));
        }
        return Fields.of(namesAndValues.toArray(new String[0]));
    }
}
