package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Selection.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheKeysTest {

    private static final Selection NONE = Selection.NONE;

    @Test
    void defaultKeyIsDistributionAndPath() {
        RequestHead one = request("a=1", "Cookie", "c=1", "Accept", "x", "Accept-Encoding", "gzip");
        RequestHead other = request("a=2", "Cookie", "c=2");
        CachePolicy policy = policy(NONE, NONE, NONE);

        assertThat(CacheKeys.of("E1", one, policy)).isEqualTo(CacheKeys.of("E1", other, policy));
        assertThat(CacheKeys.of("E1", one, policy)).isNotEqualTo(CacheKeys.of("E2", one, policy));
    }

    @Test
    void pathsDifferInCase() {
        CachePolicy policy = policy(NONE, NONE, NONE);

        assertThat(CacheKeys.of("E1", new RequestHead("GET", "/a", "", Fields.EMPTY), policy))
                .isNotEqualTo(CacheKeys.of("E1", new RequestHead("GET", "/A", "", Fields.EMPTY), policy));
    }

    @ParameterizedTest(name = "{0} {1}: {2} and {3} share: {4}")
    @CsvSource({
        "NONE, '', a=1, a=2, true",
        "ALL, '', a=1, a=2, false",
        "ALL, '', a=1&b=2, b=2&a=1, false",
        "ALL, '', a=1, a=1&a=1, false",
        "WHITELIST, a, a=1&a=2, a=2&a=1, false",
        "WHITELIST, a, a=1&b=1, a=1&b=2, true",
        "WHITELIST, a, a=1&b=1, a=2&b=1, false",
        "WHITELIST, a, A=1, A=2, true",
        "ALL_EXCEPT, a, a=1&b=1, a=2&b=1, true",
        "ALL_EXCEPT, a, a=1&b=1, a=1&b=2, false",
    })
    void queriesAreSelected(Mode mode, String item, String one, String other, boolean share) {
        CachePolicy policy = policy(NONE, NONE, new Selection(mode, item.isEmpty() ? List.of() : List.of(item)));

        assertThat(CacheKeys.of("E1", request(one), policy).equals(CacheKeys.of("E1", request(other), policy)))
                .isEqualTo(share);
    }

    @ParameterizedTest(name = "{0} {1}: {2} and {3} share: {4}")
    @CsvSource({
        "NONE, '', c=1, c=2, true",
        "ALL, '', c=1, c=2, false",
        "WHITELIST, c, c=1; d=1, d=2; c=1, true",
        "ALL, '', c=1; d=1, d=1; c=1, true",
        "ALL, '', c=1; c=2, c=2; c=1, false",
        "WHITELIST, c, c=1, c=2, false",
        "WHITELIST, c, C=1, C=2, true",
        "ALL_EXCEPT, c, c=1; d=1, c=2; d=1, true",
        "ALL_EXCEPT, c, d=1, d=2, false",
    })
    void cookiesAreSelected(Mode mode, String item, String one, String other, boolean share) {
        CachePolicy policy = policy(NONE, new Selection(mode, item.isEmpty() ? List.of() : List.of(item)), NONE);

        assertThat(CacheKeys.of("E1", request("", "Cookie", one), policy)
                        .equals(CacheKeys.of("E1", request("", "Cookie", other), policy)))
                .isEqualTo(share);
    }

    @Test
    void headersAreSelectedWhateverTheirCase() {
        CachePolicy policy = policy(Selection.only("Accept-Language"), NONE, NONE);
        CacheKey german = CacheKeys.of("E1", request("", "accept-language", "de", "Accept", "x"), policy);

        assertThat(german).isEqualTo(CacheKeys.of("E1", request("", "ACCEPT-LANGUAGE", "de"), policy));
        assertThat(german).isNotEqualTo(CacheKeys.of("E1", request("", "Accept-Language", "en"), policy));
        assertThat(german).isNotEqualTo(CacheKeys.of("E1", request(""), policy));
    }

    @Test
    void invalidationsSeeTheSelectedQuery() {
        RequestHead request = request("a=1&b=2");

        assertThat(CacheKeys.uriWithQuery(request, policy(NONE, NONE, NONE))).isEqualTo("/p");
        assertThat(CacheKeys.uriWithQuery(request, policy(NONE, NONE, Selection.only("b"))))
                .isEqualTo("/p?b=2");
    }

    @ParameterizedTest(name = "policy gzip {0} br {1}, viewer {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        true  | true  | gzip, deflate, br        | br,gzip
        true  | true  | GZIP                     | gzip
        true  | true  | br;q=1.0, gzip;q=0.8     | br,gzip
        true  | true  | br;q=0, gzip             | gzip
        true  | true  | br;q=0.000, gzip; q=0.   | ``
        true  | true  | br;q=0.001               | br
        true  | true  | brotli, xgzip            | ``
        true  | true  | identity                 | ``
        true  | false | gzip, br                 | gzip
        false | true  | gzip, br                 | br
        false | false | gzip, br                 | ``
        """)
    void acceptEncodingIsNormalised(boolean gzip, boolean brotli, String accepted, String normalised) {
        CachePolicy policy = new CachePolicy("p", "p", TtlRules.CLOUDFRONT, 0, 0, 1, NONE, NONE, NONE, gzip, brotli);

        assertThat(AcceptEncoding.normalised(Fields.of("Accept-Encoding", accepted), policy))
                .isEqualTo(normalised);
        assertThat(AcceptEncoding.normalised(Fields.EMPTY, policy)).isEmpty();
        String key = CacheKeys.of("E1", request("", "Accept-Encoding", accepted), policy)
                .text();
        assertThat(key.contains("accept-encoding")).isEqualTo(!normalised.isEmpty());
    }

    private static RequestHead request(String query, String... headers) {
        return new RequestHead("GET", "/p", query, Fields.of(headers));
    }

    private static CachePolicy policy(Selection headers, Selection cookies, Selection queries) {
        return new CachePolicy("p", "p", TtlRules.CLOUDFRONT, 0, 0, 1, headers, cookies, queries, false, false);
    }
}
