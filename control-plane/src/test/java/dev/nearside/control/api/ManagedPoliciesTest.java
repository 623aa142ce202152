package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Header;
import dev.nearside.kit.snapshot.Selection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;

/** CloudFront's own policies, field by field and whole, as its guide lists them ("Use managed … policies"). */
class ManagedPoliciesTest {

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            33f36d7e-f396-46d9-90e0-52428a34d9dc | AllViewerAndCloudFrontHeaders-2022-06 | ALL | CloudFront-Forwarded-Proto CloudFront-Is-Android-Viewer CloudFront-Is-Desktop-Viewer CloudFront-Is-IOS-Viewer CloudFront-Is-Mobile-Viewer CloudFront-Is-SmartTV-Viewer CloudFront-Is-Tablet-Viewer CloudFront-Viewer-ASN CloudFront-Viewer-Address CloudFront-Viewer-City CloudFront-Viewer-Country CloudFront-Viewer-Country-Name CloudFront-Viewer-Country-Region CloudFront-Viewer-Country-Region-Name CloudFront-Viewer-Http-Version CloudFront-Viewer-Latitude CloudFront-Viewer-Longitude CloudFront-Viewer-Metro-Code CloudFront-Viewer-Postal-Code CloudFront-Viewer-TLS CloudFront-Viewer-Time-Zone | ALL | ALL
            216adef6-5c7f-47e4-b989-5492eafa07d3 | AllViewer                 | ALL            | NONE | ALL | ALL
            b689b0a8-53d0-40ab-baf2-68738e2966ac | AllViewerExceptHostHeader | ALL-EXCEPT Host | NONE | ALL | ALL
            59781a5b-3903-41f3-afcb-af62929ccde1 | CORS-CustomOrigin         | Origin         | NONE | NONE | NONE
            88a5eaf4-2fd4-4709-b370-b4c650ea3fcf | CORS-S3Origin             | Access-Control-Request-Headers Access-Control-Request-Method Origin | NONE | NONE | NONE
            bf0718e1-ba1e-49d1-88b1-f726733018ae | HostHeaderOnly            | Host           | NONE | NONE | NONE
            acba4595-bd28-49b8-b9fe-13317c0390fa | UserAgentRefererHeaders   | Referer User-Agent | NONE | NONE | NONE
            775133bc-15f2-49f9-abea-afb2e0bf67d2 | Elemental-MediaTailor-PersonalizedManifests | Access-Control-Request-Headers Access-Control-Request-Method Origin User-Agent X-Forwarded-For | NONE | NONE | ALL
            """)
    void managedOriginRequestPolicyForwards(
            String id, String name, String viewerHeaders, String cloudFrontHeaders, String cookies, String queries) {
        OriginRequestPolicy policy = ManagedPolicies.ORIGIN_REQUEST.stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow();

        assertThat(policy.name()).isEqualTo("Managed-" + name);
        assertSelects(policy.viewerHeaders(), viewerHeaders);
        assertSelects(policy.cloudFrontHeaders(), cloudFrontHeaders);
        assertSelects(policy.cookies(), cookies);
        assertSelects(policy.queryStrings(), queries);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            658327ea-f89d-4fab-a63d-7e88639e58f6 | CachingOptimized                       | 1/86400/31536000 | gzip br | NONE | NONE | NONE
            b2884449-e4de-46a7-ac36-70bc7f1ddd6d | CachingOptimizedForUncompressedObjects | 1/86400/31536000 | none    | NONE | NONE | NONE
            4135ea2d-6df8-44a3-9df3-4b5a84be39ad | CachingDisabled                        | 0/0/0            | none    | NONE | NONE | NONE
            83da9c7e-98b4-4e11-a168-04f0df8e2c65 | UseOriginCacheControlHeaders           | 0/0/31536000     | gzip br | Host Origin X-HTTP-Method X-HTTP-Method-Override X-Method-Override | ALL | NONE
            4cc15a8a-d715-48a4-82b8-cc0b614638fe | UseOriginCacheControlHeaders-QueryStrings | 0/0/31536000  | gzip br | Host Origin X-HTTP-Method X-HTTP-Method-Override X-Method-Override | ALL | ALL
            2e54312d-136d-493c-8eb9-b001f22f67d2 | Amplify                                | 2/2/600          | gzip br | Authorization CloudFront-Viewer-Country Host | ALL | ALL
            08627262-05a9-4f76-9ded-b50ca2e3a84f | Elemental-MediaPackage                 | 0/86400/31536000 | gzip    | Origin | NONE | aws.manifestfilter end m start
            """)
    void managedCachePolicyKeeps(
            String id, String name, String ttls, String codings, String headers, String cookies, String queries) {
        CachePolicy policy = ManagedPolicies.cache(id).orElseThrow();

        assertThat(policy.name()).isEqualTo("Managed-" + name);
        assertThat(policy.ttlRules()).isEqualTo(CachePolicy.TtlRules.CLOUDFRONT);
        assertThat(policy.minTtlSeconds() + "/" + policy.defaultTtlSeconds() + "/" + policy.maxTtlSeconds())
                .isEqualTo(ttls);
        assertThat(policy.gzip()).isEqualTo(codings.contains("gzip"));
        assertThat(policy.brotli()).isEqualTo(codings.contains("br"));
        assertSelects(policy.headers(), headers);
        assertSelects(policy.cookies(), cookies);
        assertSelects(policy.queryStrings(), queries);
    }

    @Test
    void nothingElseIsManaged() {
        assertThat(ManagedPolicies.CACHE).hasSize(8).contains(CachePolicy.RFC9111);
        assertThat(ManagedPolicies.ORIGIN_REQUEST).hasSize(8);
        assertThat(ManagedResponseHeaders.ALL).hasSize(5);
    }

    /** CORS: none, simple or with preflight; security: whether the five headers are set. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            60669652-455b-4ae9-85a4-c4c02393f86c | SimpleCORS                                    | simple    | false
            5cc3b908-e619-4b99-88e5-2cf7f45965bd | CORS-With-Preflight                           | preflight | false
            67f7725c-6f97-4210-82d7-5512b31e9d03 | SecurityHeadersPolicy                         | none      | true
            e61eb60c-9c35-4d20-a928-2b84e02af89c | CORS-and-SecurityHeadersPolicy                | simple    | true
            eaab4381-ed33-4a86-88ca-d9558dc6cd63 | CORS-with-preflight-and-SecurityHeadersPolicy | preflight | true
            """)
    void managedResponseHeadersPolicySets(String id, String name, String cors, boolean security) {
        Configured<ResponseHeadersPolicyConfig> managed = ManagedResponseHeaders.ALL.stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow();
        ResponseHeadersPolicy policy = (ResponseHeadersPolicy) ResponseHeadersPolicyKind.INSTANCE
                .resource(
                        id,
                        managed.config(),
                        new References(
                                (arn, function, version) -> Optional.empty(), kind -> List.of(), _ -> Optional.empty()))
                .orElseThrow();
        List<String> methods = cors.equals("preflight")
                ? List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
                : List.of();
        List<String> exposed = cors.equals("preflight") ? List.of("*") : List.of();

        assertThat(policy.name()).isEqualTo("Managed-" + name);
        assertThat(policy.cors())
                .isEqualTo(
                        cors.equals("none")
                                ? null
                                : new Cors(false, List.of("*"), methods, List.of(), exposed, null, false));
        assertThat(policy.headers())
                .isEqualTo(
                        security
                                ? List.of(
                                        new Header("X-XSS-Protection", "1; mode=block", false),
                                        new Header("X-Frame-Options", "SAMEORIGIN", false),
                                        new Header("Referrer-Policy", "strict-origin-when-cross-origin", false),
                                        new Header("X-Content-Type-Options", "nosniff", true),
                                        new Header("Strict-Transport-Security", "max-age=31536000", false))
                                : List.of());
        assertThat(policy.removedHeaders()).isEmpty();
        assertThat(policy.serverTimingSamplingRate()).isNull();
    }

    private static void assertSelects(Selection selection, String expected) {
        switch (expected) {
            case "ALL" -> assertThat(selection).isEqualTo(Selection.ALL);
            case "NONE" -> assertThat(selection).isEqualTo(Selection.NONE);
            case "ALL-EXCEPT Host" ->
                assertThat(selection).isEqualTo(new Selection(Selection.Mode.ALL_EXCEPT, List.of("Host")));
            default -> {
                assertThat(selection.mode()).isEqualTo(Selection.Mode.WHITELIST);
                assertThat(selection.items()).containsExactlyInAnyOrder(expected.split(" "));
            }
        }
    }
}
