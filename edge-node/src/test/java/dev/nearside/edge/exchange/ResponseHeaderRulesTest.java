package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Response headers policies, managed ones among them, as CloudFront documents them. */
class ResponseHeaderRulesTest {

    private static final Cors SIMPLE = cors(List.of("*"), List.of(), false);
    private static final RequestHead PLAIN = request("GET");
    private static final RequestHead FROM_SHOP = request("GET", "Origin", "https://shop.test");
    private static final RequestHead PREFLIGHT =
            request("OPTIONS", "Origin", "https://shop.test", "Access-Control-Request-Method", "PUT");

    /** RHP 67f7725c-6f97-4210-82d7-5512b31e9d03. */
    private static final List<Header> SECURITY = List.of(
            new Header("Referrer-Policy", "strict-origin-when-cross-origin", false),
            new Header("Strict-Transport-Security", "max-age=31536000", false),
            new Header("X-Content-Type-Options", "nosniff", true),
            new Header("X-Frame-Options", "SAMEORIGIN", false),
            new Header("X-XSS-Protection", "1; mode=block", false));

    @Test
    void managedSimpleCorsAllowsEveryOriginAndLeavesTheOriginsAnswer() {
        assertThat(apply(SIMPLE, FROM_SHOP)).isEqualTo(Fields.of("Access-Control-Allow-Origin", "*"));
        assertThat(apply(SIMPLE, FROM_SHOP, "Access-Control-Allow-Origin", "https://own.test"))
                .isEqualTo(Fields.of("Access-Control-Allow-Origin", "https://own.test"));
    }

    @Test
    void corsFieldsGoOnlyToRequestsWithAnOrigin() {
        assertThat(apply(SIMPLE, PLAIN)).isEqualTo(Fields.of("Vary", "Origin"));
        assertThat(apply(null, PLAIN)).isEqualTo(Fields.EMPTY);
    }

    @Test
    void managedCorsWithPreflightAnswersPreflights() {
        Cors preflight = new Cors(false, List.of("*"), List.of("ALL"), List.of(), List.of("*"), null, false);

        assertThat(apply(preflight, PREFLIGHT))
                .isEqualTo(Fields.of(
                        "Access-Control-Allow-Origin",
                        "*",
                        "Access-Control-Allow-Methods",
                        "GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS",
                        "Access-Control-Expose-Headers",
                        "*"));
        assertThat(apply(preflight, FROM_SHOP).has("Access-Control-Allow-Methods"))
                .isFalse();
    }

    @Test
    void preflightFieldsAreForPreflightsAlone() {
        Cors all = new Cors(
                true, List.of("https://shop.test"), List.of("PUT"), List.of("X-A", "X-B"), List.of("X-C"), 600, true);

        assertThat(apply(all, PREFLIGHT))
                .isEqualTo(Fields.of(
                        "Access-Control-Allow-Origin",
                        "https://shop.test",
                        "Access-Control-Allow-Credentials",
                        "true",
                        "Access-Control-Allow-Methods",
                        "PUT",
                        "Access-Control-Allow-Headers",
                        "X-A, X-B",
                        "Access-Control-Max-Age",
                        "600",
                        "Access-Control-Expose-Headers",
                        "X-C",
                        "Vary",
                        "Origin"));
        RequestHead optionsOnly = request("OPTIONS", "Origin", "https://shop.test");
        assertThat(apply(all, optionsOnly).has("Access-Control-Max-Age")).isFalse();
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "https://shop.test, https://shop.test, true",
        "https://shop.test, HTTPS://SHOP.test, true",
        "https://shop.test, http://shop.test, false",
        "https://shop.test, https://shop.test:8443, false",
        "https://shop.test, https://a.shop.test, false",
        "shop.test, http://shop.test, true",
        "*.shop.test, https://a.shop.test, true",
        "*.shop.test, https://shop.test, false",
        "https://*.shop.test, https://a.b.shop.test, true",
        "https://*.shop.test, https://shop.test.evil.org, false",
        "https://*.shop.test, https://evil.org/.shop.test, false",
        "https://shop.test:*, https://shop.test:8443, true",
        "https://shop.test, null, false",
    })
    void originsMatchWithWildcards(String pattern, String origin, boolean allowed) {
        Fields fields = apply(cors(List.of(pattern), List.of(), true), request("GET", "Origin", origin));

        assertThat(fields.first("Access-Control-Allow-Origin")).isEqualTo(allowed ? origin : null);
        assertThat(fields.first("Vary")).isEqualTo("Origin");
    }

    @ParameterizedTest(name = "override {0}")
    @CsvSource({"true, https://shop.test,", "false, https://own.test, X-Own"})
    void overrideDecidesBetweenPolicyAndOriginFieldByField(boolean override, String allowed, @Nullable String exposed) {
        Cors cors = cors(List.of("https://shop.test"), List.of(), override);

        Fields fields = apply(
                cors,
                FROM_SHOP,
                "Access-Control-Allow-Origin",
                "https://own.test",
                "access-control-expose-headers",
                "X-Own");

        assertThat(fields.all("Access-Control-Allow-Origin")).containsExactly(allowed);
        assertThat(fields.first("Access-Control-Expose-Headers")).isEqualTo(exposed);
    }

    @ParameterizedTest(name = "Vary {0} becomes {1}")
    @CsvSource(delimiter = '|', textBlock = """
        Accept-Encoding         | Accept-Encoding, Origin
        accept-encoding, origin | accept-encoding, origin
        *                       | *
        """)
    void varyGetsOriginOnce(String vary, String becomes) {
        assertThat(apply(cors(List.of("https://shop.test"), List.of(), true), FROM_SHOP, "Vary", vary)
                        .all("Vary"))
                .containsExactly(becomes);
    }

    @Test
    void managedSecurityHeadersOverrideOnlyWhereTheySaySo() {
        ResponseHeadersPolicy policy = policy(null, SECURITY, List.of(), 0);

        assertThat(ResponseHeaderRules.apply(policy, PLAIN, ok(), null, false).size())
                .isEqualTo(5);
        Fields fields = ResponseHeaderRules.apply(
                policy, PLAIN, ok("x-frame-options", "DENY", "x-content-type-options", "other"), null, false);
        assertThat(fields.all("X-Frame-Options")).containsExactly("DENY");
        assertThat(fields.all("X-Content-Type-Options")).containsExactly("nosniff");
    }

    @Test
    void removalComesFirst() {
        ResponseHeadersPolicy policy =
                policy(null, List.of(new Header("X-Powered-By", "us", false)), List.of("x-powered-by", "Vary"), 0);

        assertThat(ResponseHeaderRules.apply(
                        policy, PLAIN, ok("X-Powered-By", "them", "Vary", "A", "A", "1"), null, false))
                .isEqualTo(Fields.of("A", "1", "X-Powered-By", "us"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Content-Encoding",
                "Content-Length",
                "Expect",
                "Host",
                "Keep-Alive",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "Proxy-Connection",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "Via",
                "Warning",
                "X-Accel-Buffering",
                "X-Accel-Charset",
                "X-Accel-Limit-Rate",
                "X-Accel-Redirect",
                "X-Amz-Cf-Id",
                "X-Amz-Cf-Pop",
                "X-Amzn-Auth",
                "X-Amzn-Cf-Billing",
                "X-Amzn-Cf-Id",
                "X-Amzn-Cf-Xff",
                "X-Amzn-ErrorType",
                "X-Amzn-Fle-Profile",
                "X-Amzn-Header-Count",
                "X-Amzn-Header-Order",
                "X-Amzn-Lambda-Integration-Tag",
                "X-Amzn-RequestId",
                "X-Cache",
                "X-Edge-Location",
                "X-Forwarded-Proto",
                "X-Real-Ip"
            })
    void fieldsThatMatterToTheConnectionStay(String name) {
        assertThat(ResponseHeaderRules.apply(replacing(name), PLAIN, ok(name, "1"), null, false))
                .isEqualTo(Fields.of(name, "1"));
    }

    /** A whole response's type may go or change; that of several parts says where each part ends. */
    @ParameterizedTest(name = "{0} {1}: {2}, stays {3}")
    @CsvSource(delimiter = '|', textBlock = """
        206 | Content-Range | bytes 0-1/9                       | true
        206 | Content-Type  | multipart/byteranges; boundary=b  | true
        206 | content-type  | Multipart/ByteRanges; boundary=b  | true
        206 | Content-Type  | text/html                         | false
        416 | Content-Range | bytes */9                         | true
        200 | Content-Type  | text/html                         | false
        200 | Content-Type  | multipart/byteranges; boundary=b  | false
        200 | Content-Range | bytes 0-8/9                       | false
        206 | ETag          | "1"                               | false
        """)
    void fieldsThatTellWhichPartStay(int status, String name, String value, boolean stays) {
        ResponseHead head = new ResponseHead(status, "", Fields.of(name, value));

        assertThat(ResponseHeaderRules.apply(replacing(name), PLAIN, head, null, false)
                        .all(name))
                .containsExactly(stays ? value : "2");
        assertThat(ResponseHeaderRules.apply(policy(null, List.of(), List.of(name), 0), PLAIN, head, null, false)
                        .has(name))
                .isEqualTo(stays);
    }

    @Test
    void dateAndServerThatAreRemovedAreTheNodesInstead() {
        ResponseHeadersPolicy policy = policy(null, List.of(), List.of("Server", "Date"), 0);
        Fields headers = ResponseHeaderRules.apply(
                policy, PLAIN, ok("Server", "nginx", "Date", "Thu, 01 Jan 1970 00:00:00 GMT"), null, false);

        assertThat(ResponseHeaderRules.completed(policy, headers, 1_700_000_000_000L))
                .isEqualTo(Fields.of("Server", "CloudFront", "Date", "Tue, 14 Nov 2023 22:13:20 GMT"));
    }

    @Test
    void serverTimingOfTheOriginFollowsOursOnAMissAndIsDroppedOnAHit() {
        ResponseHeadersPolicy policy = policy(null, List.of(), List.of(), 100);
        ResponseHead head = ok("Server-Timing", "db;dur=5");

        assertThat(ResponseHeaderRules.apply(policy, PLAIN, head, "ours", false).all("Server-Timing"))
                .containsExactly("ours,db;dur=5");
        assertThat(ResponseHeaderRules.apply(policy, PLAIN, head, "ours", true).all("Server-Timing"))
                .containsExactly("ours");
    }

    private static Fields apply(@Nullable Cors cors, RequestHead request, String... headers) {
        return ResponseHeaderRules.apply(policy(cors, List.of(), List.of(), 0), request, ok(headers), null, false);
    }

    /** A policy that removes that field and sets it anew. */
    private static ResponseHeadersPolicy replacing(String name) {
        return policy(null, List.of(new Header(name, "2", true)), List.of(name), 0);
    }

    private static ResponseHead ok(String... headers) {
        return new ResponseHead(200, "", Fields.of(headers));
    }

    private static ResponseHeadersPolicy policy(
            @Nullable Cors cors, List<Header> headers, List<String> removed, double rate) {
        return new ResponseHeadersPolicy("r", "r", cors, headers, removed, rate);
    }

    private static Cors cors(List<String> origins, List<String> expose, boolean override) {
        return new Cors(false, origins, List.of("GET"), List.of(), expose, null, override);
    }

    private static RequestHead request(String method, String... headers) {
        return new RequestHead(method, "/", "", Fields.of(headers));
    }
}
