package dev.nearside.edge.fetch;

import static dev.nearside.edge.testbed.Routes.cachePolicy;
import static dev.nearside.edge.testbed.Routes.forwarding;
import static dev.nearside.kit.snapshot.Selection.ALL;
import static dev.nearside.kit.snapshot.Selection.NONE;
import static dev.nearside.kit.snapshot.Selection.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Selection.Mode;
import dev.nearside.kit.time.ManualTime;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an origin gets to see, rule by rule of CloudFront's policies. */
class OriginRequestsTest {

    private static final Selection ALL_BUT_HOST = new Selection(Mode.ALL_EXCEPT, List.of("Host"));

    /** What ForwardedValues leave of the viewer's headers; the control plane makes this selection. */
    private static final Selection LEGACY = new Selection(
            Mode.ALL_EXCEPT,
            List.of(
                    "Accept",
                    "Accept-Charset",
                    "Accept-Encoding",
                    "Accept-Language",
                    "Authorization",
                    "Host",
                    "Referer",
                    "User-Agent",
                    "X-HTTP-Method-Override"));

    /** What a browser sends, with one field of each kind that some rule names. */
    private static final Fields BROWSER = Fields.of(
            "Host", "site.test",
            "User-Agent", "Mozilla/5.0",
            "Accept", "text/html",
            "Accept-Charset", "utf-8",
            "Accept-Language", "de",
            "Accept-Encoding", "gzip, deflate, br, zstd",
            "Referer", "https://a.test/",
            "Origin", "https://a.test",
            "Access-Control-Request-Method", "PUT",
            "Access-Control-Request-Headers", "x-a",
            "Authorization", "Basic eA==",
            "Cookie", "b=2; a=1",
            "Cache-Control", "max-age=0",
            "X-HTTP-Method-Override", "DELETE",
            "X-Forwarded-For", "203.0.113.9",
            "X-Custom", "c");

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final HttpCache cache =
            new HttpCache(new CaffeineStore(1 << 20, time, "cache-test"), HttpCache.Limits.defaults(), time);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @AfterEach
    void close() {
        cache.close();
        channel.close();
    }

    /** Managed policies by their ids, and which of the browser's fields they let through, beyond what always goes. */
    private static Stream<Arguments> managedPolicies() {
        CachePolicy optimized = cachePolicy(NONE, NONE, NONE);
        Selection control = only("Host", "Origin", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override");
        String everything = "Accept Accept-Charset Accept-Language Referer Origin Access-Control-Request-Method"
                + " Access-Control-Request-Headers Authorization Cookie X-HTTP-Method-Override X-Custom User-Agent";
        return Stream.of(
                row("658327ea CachingOptimized", optimized, null, "", ""),
                row(
                        "83da9c7e UseOriginCacheControlHeaders",
                        cachePolicy(control, ALL, NONE),
                        null,
                        "Origin X-HTTP-Method-Override Cookie Host",
                        ""),
                row(
                        "4cc15a8a -QueryStrings",
                        cachePolicy(control, ALL, ALL),
                        null,
                        "Origin X-HTTP-Method-Override Cookie Host",
                        "q=1&p=2"),
                row(
                        "2e54312d Amplify",
                        cachePolicy(only("Authorization", "Host"), ALL, ALL),
                        null,
                        "Authorization Cookie Host",
                        "q=1&p=2"),
                row(
                        "08627262 Elemental-MediaPackage",
                        cachePolicy(only("Origin"), NONE, only("p")),
                        null,
                        "Origin",
                        "p=2"),
                row("216adef6 AllViewer", optimized, forwarding(ALL, NONE, ALL, ALL), everything + " Host", "q=1&p=2"),
                row(
                        "ForwardedValues that name nothing",
                        optimized,
                        forwarding(LEGACY, NONE, NONE, NONE),
                        "Origin Access-Control-Request-Method Access-Control-Request-Headers X-Custom",
                        ""),
                row(
                        "ForwardedValues that name headers",
                        cachePolicy(only("Accept", "Authorization", "Host", "User-Agent"), NONE, NONE),
                        forwarding(LEGACY, NONE, NONE, NONE),
                        "Accept Authorization Host User-Agent Origin Access-Control-Request-Method"
                                + " Access-Control-Request-Headers X-Custom",
                        ""),
                row(
                        "b689b0a8 AllViewerExceptHostHeader",
                        optimized,
                        forwarding(ALL_BUT_HOST, NONE, ALL, ALL),
                        everything,
                        "q=1&p=2"),
                row(
                        "59781a5b CORS-CustomOrigin",
                        optimized,
                        forwarding(only("Origin"), NONE, NONE, NONE),
                        "Origin",
                        ""),
                row(
                        "88a5eaf4 CORS-S3Origin",
                        optimized,
                        forwarding(
                                only("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
                                NONE,
                                NONE,
                                NONE),
                        "Origin Access-Control-Request-Headers Access-Control-Request-Method",
                        ""),
                row("bf0718e1 HostHeaderOnly", optimized, forwarding(only("Host"), NONE, NONE, NONE), "Host", ""),
                row(
                        "acba4595 UserAgentRefererHeaders",
                        optimized,
                        forwarding(only("User-Agent", "Referer"), NONE, NONE, NONE),
                        "User-Agent Referer",
                        ""));
    }

    private static Arguments row(
            String name, CachePolicy key, @Nullable OriginRequestPolicy forwarded, String fields, String query) {
        return Arguments.of(name, key, forwarded, fields, query);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("managedPolicies")
    void originGetsTheUnionOfBothPolicies(
            String name, CachePolicy key, @Nullable OriginRequestPolicy forwarded, String fields, String query) {
        RequestHead sent = sent(new Routes().with(key).with(forwarded), "GET");

        List<String> through = List.of(fields.split(" "));
        for (int i = 0; i < BROWSER.size(); i++) {
            String field = BROWSER.name(i);
            String value = BROWSER.value(i);
            String expected = through.contains(field) ? value : null;
            switch (field) {
                case "Host" -> expected = expected == null ? "origin.test" : expected;
                case "User-Agent" -> expected = expected == null ? "Amazon CloudFront" : expected;
                case "Accept-Encoding" -> expected = "br,gzip";
                case "Cookie" -> expected = expected == null ? null : "a=1; b=2";
                case "Cache-Control" -> expected = value;
                case "X-Forwarded-For" -> expected = "203.0.113.9, 192.0.2.1";
                default -> {}
            }
            assertThat(sent.headers().combined(field)).as(field).isEqualTo(expected);
        }
        assertThat(sent.querystring()).isEqualTo(query);
        assertThat(sent.headers().first("X-Amz-Cf-Id")).isEqualTo("id==");
        assertThat(sent.headers().first("Via")).isEqualTo("1.1 node");
    }

    @ParameterizedTest(name = "{0} with {1} {2}, OPTIONS cached {3}: {4}")
    @CsvSource({
        "GET, NONE, '', false, false",
        "HEAD, NONE, '', false, false",
        "POST, NONE, '', false, true",
        "PUT, NONE, '', false, true",
        "DELETE, NONE, '', false, true",
        "OPTIONS, NONE, '', false, true",
        "OPTIONS, NONE, '', true, false",
        "GET, WHITELIST, Authorization, false, false",
        "GET, ALL, '', false, true",
        "GET, ALL_EXCEPT, Host, false, true",
        "GET, ALL_EXCEPT, Authorization, false, false",
    })
    void authorizationIsDroppedFromReadsUnlessAllIsForwarded(
            String method, Mode mode, String item, boolean optionsCached, boolean forwarded) {
        Routes routes = new Routes()
                .with(forwarding(new Selection(mode, item.isEmpty() ? List.of() : List.of(item)), NONE, NONE, NONE));
        if (optionsCached) {
            routes.withCachedMethods("GET", "HEAD", "OPTIONS");
        }
        assertThat(sent(routes, method).headers().has("authorization")).isEqualTo(forwarded);
    }

    @Test
    void authorizationInTheKeyIsForwarded() {
        assertThat(sent(new Routes().with(cachePolicy(only("authorization"), NONE, NONE)), "GET")
                        .headers()
                        .first("Authorization"))
                .isEqualTo("Basic eA==");
    }

    /** Key and origin request policy, for headers, cookies and query parameters a and b: what of "a b" arrives. */
    @ParameterizedTest(name = "key {0} {1}, forwarded {2} {3}: {4}")
    @CsvSource({
        "NONE, '', NONE, '', ''",
        "WHITELIST, a, NONE, '', a",
        "NONE, '', WHITELIST, a, a",
        "WHITELIST, a, WHITELIST, b, a b",
        "ALL_EXCEPT, a, NONE, '', b",
        "NONE, '', ALL_EXCEPT, a, b",
        "ALL_EXCEPT, a, WHITELIST, a, a b",
        "WHITELIST, a, ALL_EXCEPT, a, a b",
        "ALL_EXCEPT, a, ALL_EXCEPT, b, a b",
        "ALL, '', NONE, '', a b",
        "NONE, '', ALL, '', a b",
        "WHITELIST, a, ALL, '', a b",
    })
    void cookiesAndParametersAreUnited(Mode key, String keyItem, Mode forwarded, String item, String arrives) {
        Selection inKey = selection(key, keyItem);
        Selection beyond = selection(forwarded, item);
        Routes routes = new Routes().with(cachePolicy(NONE, inKey, inKey)).with(forwarding(NONE, NONE, beyond, beyond));

        RequestHead sent = sent(
                routes, new RequestHead("GET", "/", "a=1&b=2", Fields.of("Host", "site.test", "Cookie", "a=1; b=2")));

        assertThat(sent.querystring().replaceAll("=[12]", "").replace("&", " ")).isEqualTo(arrives);
        String cookie = sent.headers().first("Cookie");
        assertThat(cookie == null ? "" : cookie.replaceAll("=[12]", "").replace("; ", " "))
                .isEqualTo(arrives);
    }

    @Test
    void cloudFrontFieldsThatEitherPolicyAsksForArrive() {
        RequestHead request = new RequestHead(
                "GET",
                "/",
                "",
                Fields.of("CloudFront-Viewer-Country", "DE", "CloudFront-Viewer-City", "Berlin", "CloudFront-X", "1"));

        Fields headers = sent(
                        new Routes()
                                .with(cachePolicy(only("CloudFront-Viewer-Country"), NONE, NONE))
                                .with(forwarding(NONE, only("CloudFront-Viewer-City"), NONE, NONE)),
                        request)
                .headers();

        assertThat(headers.first("CloudFront-Viewer-Country")).isEqualTo("DE");
        assertThat(headers.first("CloudFront-Viewer-City")).isEqualTo("Berlin");
        assertThat(headers.has("CloudFront-X")).isFalse();
    }

    /** What is not in the key must not make an answer that others get. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-None-Match",
                "If-Modified-Since",
                "If-Match",
                "If-Unmodified-Since",
                "If-Range",
                "Range",
                "X-Forwarded-Host",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "Forwarded",
                "X-Forwarded-Proto",
                "X-Forwarded-Scheme",
                "Expect",
                "Upgrade",
                "Max-Forwards",
                "True-Client-IP"
            })
    void unkeyedFieldsDoNotReachTheOrigin(String name) {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Host", "site.test", name, "poison"));
        assertThat(sent(new Routes(), request).toString()).doesNotContain("poison");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Edge-Result-Type", "x-edge-a", "X-Real-IP", "X-Forwarded-Proto", "Proxy-Authorization", "TE"})
    void someFieldsNeverReachTheOriginWhateverThePoliciesSay(String name) {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Host", "site.test", name, "poison"));
        assertThat(sent(new Routes().with(forwarding(ALL, NONE, ALL, ALL)), request)
                        .toString())
                .doesNotContain("poison");
    }

    @Test
    void bodyArrivesWithItsDescription() {
        RequestHead request = new RequestHead(
                "POST",
                "/",
                "",
                Fields.of("Host", "site.test", "Content-Type", "text/plain", "Content-Length", "3", "X-Custom", "c"));
        Fields headers = sent(new Routes(), request).headers();

        assertThat(headers.first("Content-Type")).isEqualTo("text/plain");
        assertThat(headers.first("Content-Length")).isEqualTo("3");
        assertThat(headers.has("X-Custom")).isFalse();
    }

    @ParameterizedTest(name = "Vary {0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        Accept-Encoding                    | Accept-Encoding
        Cookie                             | Cookie
        *                                  | *
        User-Agent                         | -
        Accept-Encoding, User-Agent,Origin | Accept-Encoding, Origin
        accept-language                    | accept-language
        CloudFront-Viewer-Country          | CloudFront-Viewer-Country
        """)
    void varyKeepsWhatTheOriginCouldSee(String vary, @Nullable String kept) {
        var route = new Routes()
                .with(cachePolicy(only("Origin"), NONE, NONE))
                .with(forwarding(only("Accept-Language"), only("CloudFront-Viewer-Country"), NONE, NONE))
                .route();
        assertThat(ForwardedVary.of(Fields.of("Vary", vary), route).combined("vary"))
                .isEqualTo(kept);
        assertThat(ForwardedVary.of(
                                Fields.of("Vary", vary),
                                new Routes().with(CachePolicy.RFC9111).route())
                        .combined("vary"))
                .isEqualTo(vary);
    }

    private static Selection selection(Mode mode, String item) {
        return new Selection(mode, item.isEmpty() ? List.of() : List.of(item));
    }

    private RequestHead sent(Routes routes, String method) {
        return sent(routes, new RequestHead(method.toUpperCase(Locale.ROOT), "/a", "q=1&p=2", BROWSER));
    }

    private RequestHead sent(Routes routes, RequestHead request) {
        boolean shared = request.method().equals("GET");
        Route route = routes.route();
        FetchPlan plan = shared ? FetchPlan.WHOLE : FetchPlan.unshared(NotCachedReason.METHOD);
        FetchRequest fetch = new FetchRequest(
                route,
                request,
                new Viewer("192.0.2.1", "http", "site.test", "1.1"),
                "id==",
                new HttpCache.Query("E1", new CacheKey("k"), "/a", request.headers(), RequestDirectives.NONE, true),
                cache.newFill(),
                plan,
                Upload.none(),
                null,
                _ -> {},
                new Timeline(time),
                channel.eventLoop());
        return OriginRequests.build(fetch, plan, route.origin(), "1.1 node");
    }
}
