package dev.nearside.edge.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

    private static final Set<ContentCoding> ALL = EnumSet.allOf(ContentCoding.class);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        GET, everything allows it                     | GET    | br, gzip              | 200 | Content-Type: text/html; Content-Length: 1000                             | br
        br is preferred whatever the viewer's order   | GET    | gzip, br;q=0.1        | 200 | Content-Type: text/html; Content-Length: 1000                             | br
        gzip where the viewer takes only that         | GET    | gzip, deflate         | 200 | Content-Type: text/html; Content-Length: 1000                             | gzip
        br refused by weight                          | GET    | gzip, br;q=0          | 200 | Content-Type: text/html; Content-Length: 1000                             | gzip
        HEAD says what GET would                      | HEAD   | gzip                  | 200 | Content-Type: text/html; Content-Length: 1000                             | gzip
        the viewer takes neither                      | GET    | deflate, zstd         | 200 | Content-Type: text/html; Content-Length: 1000                             | not-accepted
        no Accept-Encoding                            | GET    | -                     | 200 | Content-Type: text/html; Content-Length: 1000                             | not-accepted
        other methods                                 | POST   | gzip                  | 200 | Content-Type: text/html; Content-Length: 1000                             | method
        OPTIONS                                       | OPTIONS | gzip                 | 200 | Content-Type: text/html; Content-Length: 1000                             | method
        status 403                                    | GET    | gzip                  | 403 | Content-Type: text/html; Content-Length: 1000                             | gzip
        status 404                                    | GET    | gzip                  | 404 | Content-Type: text/html; Content-Length: 1000                             | gzip
        status 206 never                              | GET    | gzip                  | 206 | Content-Type: text/html; Content-Length: 1000; Content-Range: bytes 0-999/5000 | status
        status 500                                    | GET    | gzip                  | 500 | Content-Type: text/html; Content-Length: 1000                             | status
        status 201                                    | GET    | gzip                  | 201 | Content-Type: text/html; Content-Length: 1000                             | status
        one byte too short                            | GET    | gzip                  | 200 | Content-Type: text/html; Content-Length: 999                              | length
        the longest                                   | GET    | gzip                  | 200 | Content-Type: text/html; Content-Length: 10000000                         | gzip
        one byte too long                             | GET    | gzip                  | 200 | Content-Type: text/html; Content-Length: 10000001                         | length
        no Content-Length                             | GET    | gzip                  | 200 | Content-Type: text/html                                                   | length-unknown
        a Content-Length that is no number            | GET    | gzip                  | 200 | Content-Type: text/html; Content-Length: 1e6                              | length-unknown
        no Content-Type                               | GET    | gzip                  | 200 | Content-Length: 1000                                                      | content-type
        images are compressed already                 | GET    | gzip                  | 200 | Content-Type: image/png; Content-Length: 1000                             | content-type
        fonts that are compressed already             | GET    | gzip                  | 200 | Content-Type: font/woff2; Content-Length: 1000                            | content-type
        a type next to a listed one                   | GET    | gzip                  | 200 | Content-Type: application/ld+json; Content-Length: 1000                   | content-type
        encoded by the origin                         | GET    | br, gzip              | 200 | Content-Type: text/html; Content-Length: 1000; Content-Encoding: gzip     | already-encoded
        any Content-Encoding counts                   | GET    | br, gzip              | 200 | Content-Type: text/html; Content-Length: 1000; Content-Encoding: identity | already-encoded
        RFC 9111 §5.2.2.6 no-transform                | GET    | br, gzip              | 200 | Content-Type: text/html; Content-Length: 1000; Cache-Control: max-age=9, No-Transform | no-transform
        """)
    void followsCloudFront(
            String rule, String method, @Nullable String accepted, int status, String headers, String expected) {
        assertThat(decide(true, TestBed.CACHING_OPTIMIZED, method, accepted, response(status, headers), ALL))
                .as(rule)
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        Compress is off                      | false | true  | true  | 86400 | switched-off
        policy without both flags            | true  | false | false | 86400 | policy
        policy with gzip alone               | true  | true  | false | 86400 | gzip
        policy with br alone                 | true  | false | true  | 86400 | br
        policy with both                     | true  | true  | true  | 86400 | br
        all lifetimes zero: CachingDisabled  | true  | true  | true  | 0     | caching-disabled
        """)
    void followsTheConfiguration(
            String rule, boolean compress, boolean gzip, boolean brotli, long maxTtl, String expected) {
        CachePolicy policy = new CachePolicy(
                "p",
                "p",
                CachePolicy.TtlRules.CLOUDFRONT,
                0,
                maxTtl,
                maxTtl,
                Selection.NONE,
                Selection.NONE,
                Selection.NONE,
                gzip,
                brotli);

        assertThat(decide(compress, policy, "GET", "br, gzip", page(), ALL))
                .as(rule)
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void neverCompressesUnderRfc9111Rules(boolean gzip, boolean brotli) {
        CachePolicy rfc = CachePolicy.RFC9111;
        CachePolicy policy = new CachePolicy(
                rfc.id(),
                rfc.name(),
                rfc.ttlRules(),
                0,
                86_400,
                86_400,
                rfc.headers(),
                rfc.cookies(),
                rfc.queryStrings(),
                gzip,
                brotli);

        assertThat(decide(true, policy, "GET", "br, gzip", page(), ALL)).isEqualTo("policy");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        br, gzip | gzip
        br       | no-encoder
        """)
    void makesDoWithGzipWhereBrotliDoesNotLoad(String accepted, String expected) {
        Set<ContentCoding> available = EnumSet.of(ContentCoding.GZIP);

        assertThat(decide(true, TestBed.CACHING_OPTIMIZED, "GET", accepted, page(), available))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=utf-8",
                " text/html ;charset=x",
                "image/svg+xml",
                "application/vnd.apple.mpegurl",
                "application/wasm",
                "vnd.apple.mpegurl"
            })
    void readsTheTypeWithoutCaseAndParameters(String contentType) {
        assertThat(CompressibleTypes.include(contentType)).isTrue();
    }

    /** The whole list of CloudFront's guide, "Serve compressed files". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/dash+xml application/eot application/font application/font-sfnt application/javascript",
                "application/json application/opentype application/otf application/pkcs7-mime application/protobuf",
                "application/rss+xml application/truetype application/ttf application/vnd.apple.mpegurl",
                "application/vnd.ms-fontobject application/wasm application/x-font-opentype",
                "application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript",
                "application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf",
                "application/xhtml+xml application/xml font/eot font/opentype font/otf font/ttf image/svg+xml",
                "text/css text/csv text/html text/javascript text/js text/plain text/richtext",
                "text/tab-separated-values text/x-component text/x-java-source text/x-script text/xml",
                "vnd.apple.mpegurl"
            })
    void listedTypesAreCompressed(String types) {
        assertThat(types.split(" ", -1)).allMatch(CompressibleTypes::include);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/png",
                "image/jpeg",
                "image/webp",
                "font/woff",
                "font/woff2",
                "video/mp4",
                "application/octet-stream",
                "application/pdf",
                "application/zip",
                "text/markdown",
                "text/event-stream",
                "text/*",
                ""
            })
    void otherTypesAreNot(String type) {
        assertThat(CompressibleTypes.include(type)).isFalse();
    }

    private static ResponseHead page() {
        return response(200, "Content-Type: text/html; Content-Length: 1000");
    }

    private static ResponseHead response(int status, String headers) {
        Fields.Builder fields = Fields.builder();
        for (String line : headers.split("; ", -1)) {
            int colon = line.indexOf(": ");
            fields.add(line.substring(0, colon), line.substring(colon + 2));
        }
        return new ResponseHead(status, "", fields.build());
    }

    private static String decide(
            boolean compress,
            CachePolicy policy,
            String method,
            @Nullable String accepted,
            ResponseHead response,
            Set<ContentCoding> available) {
        Fields headers = accepted == null ? Fields.EMPTY : Fields.of("Accept-Encoding", accepted);
        RequestHead request = new RequestHead(method, "/", "", headers);
        return switch (Compression.decide(new Compression.Asked(compress, policy, request), response, available)) {
            case Compression.Verdict.Encode(ContentCoding coding) -> coding.token();
            case Compression.Verdict.Pass(NotCompressedReason why) -> why.label();
        };
    }
}
