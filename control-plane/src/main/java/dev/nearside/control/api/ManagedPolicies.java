package dev.nearside.control.api;

import static dev.nearside.kit.snapshot.Selection.ALL;
import static dev.nearside.kit.snapshot.Selection.NONE;
import static dev.nearside.kit.snapshot.Selection.only;

import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.List;
import java.util.Optional;

/** The policies that CloudFront has without anybody making them, under their real ids, and Nearside's own. */
final class ManagedPolicies {

    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;

    private static final Selection CONTROL_HEADERS =
            only("Host", "Origin", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override");

    private static final Selection CLOUDFRONT_HEADERS_2022_06 = only(
            "CloudFront-Forwarded-Proto",
            "CloudFront-Is-Android-Viewer",
            "CloudFront-Is-Desktop-Viewer",
            "CloudFront-Is-IOS-Viewer",
            "CloudFront-Is-Mobile-Viewer",
            "CloudFront-Is-SmartTV-Viewer",
            "CloudFront-Is-Tablet-Viewer",
            "CloudFront-Viewer-Address",
            "CloudFront-Viewer-ASN",
            "CloudFront-Viewer-City",
            "CloudFront-Viewer-Country",
            "CloudFront-Viewer-Country-Name",
            "CloudFront-Viewer-Country-Region",
            "CloudFront-Viewer-Country-Region-Name",
            "CloudFront-Viewer-Http-Version",
            "CloudFront-Viewer-Latitude",
            "CloudFront-Viewer-Longitude",
            "CloudFront-Viewer-Metro-Code",
            "CloudFront-Viewer-Postal-Code",
            "CloudFront-Viewer-Time-Zone",
            "CloudFront-Viewer-TLS");

    /** Everything a behavior can name as its CachePolicyId. */
    static final List<CachePolicy> CACHE = List.of(
            named("658327ea-f89d-4fab-a63d-7e88639e58f6", "CachingOptimized")
                    .keeps(1, DAY, YEAR)
                    .compressed()
                    .policy(),
            named("b2884449-e4de-46a7-ac36-70bc7f1ddd6d", "CachingOptimizedForUncompressedObjects")
                    .keeps(1, DAY, YEAR)
                    .policy(),
            named("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "CachingDisabled").policy(),
            named("83da9c7e-98b4-4e11-a168-04f0df8e2c65", "UseOriginCacheControlHeaders")
                    .keeps(0, 0, YEAR)
                    .compressed()
                    .key(CONTROL_HEADERS, ALL, NONE)
                    .policy(),
            named("4cc15a8a-d715-48a4-82b8-cc0b614638fe", "UseOriginCacheControlHeaders-QueryStrings")
                    .keeps(0, 0, YEAR)
                    .compressed()
                    .key(CONTROL_HEADERS, ALL, ALL)
                    .policy(),
            named("2e54312d-136d-493c-8eb9-b001f22f67d2", "Amplify")
                    .keeps(2, 2, 600)
                    .compressed()
                    .key(only("Authorization", "CloudFront-Viewer-Country", "Host"), ALL, ALL)
                    .policy(),
            named("08627262-05a9-4f76-9ded-b50ca2e3a84f", "Elemental-MediaPackage")
                    .keeps(0, DAY, YEAR)
                    .gzipped()
                    .key(only("Origin"), NONE, only("aws.manifestfilter", "start", "end", "m"))
                    .policy(),
            CachePolicy.RFC9111);

    /** Everything a behavior can name as its OriginRequestPolicyId. */
    static final List<OriginRequestPolicy> ORIGIN_REQUEST = List.of(
            forwarding("216adef6-5c7f-47e4-b989-5492eafa07d3", "AllViewer", ALL, NONE, ALL, ALL),
            forwarding(
                    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
                    "AllViewerExceptHostHeader",
                    new Selection(Selection.Mode.ALL_EXCEPT, List.of("Host")),
                    NONE,
                    ALL,
                    ALL),
            forwarding(
                    "33f36d7e-f396-46d9-90e0-52428a34d9dc",
                    "AllViewerAndCloudFrontHeaders-2022-06",
                    ALL,
                    CLOUDFRONT_HEADERS_2022_06,
                    ALL,
                    ALL),
            forwarding("59781a5b-3903-41f3-afcb-af62929ccde1", "CORS-CustomOrigin", only("Origin"), NONE, NONE, NONE),
            forwarding(
                    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
                    "CORS-S3Origin",
                    only("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
                    NONE,
                    NONE,
                    NONE),
            forwarding("bf0718e1-ba1e-49d1-88b1-f726733018ae", "HostHeaderOnly", only("Host"), NONE, NONE, NONE),
            forwarding(
                    "acba4595-bd28-49b8-b9fe-13317c0390fa",
                    "UserAgentRefererHeaders",
                    only("User-Agent", "Referer"),
                    NONE,
                    NONE,
                    NONE),
            forwarding(
                    "775133bc-15f2-49f9-abea-afb2e0bf67d2",
                    "Elemental-MediaTailor-PersonalizedManifests",
                    only(
                            "Origin",
                            "Access-Control-Request-Headers",
                            "Access-Control-Request-Method",
                            "User-Agent",
                            "X-Forwarded-For"),
                    NONE,
                    NONE,
                    ALL));

    private ManagedPolicies() {}

    static Optional<CachePolicy> cache(String id) {
        return CACHE.stream().filter(policy -> policy.id().equals(id)).findFirst();
    }

    private static Row named(String id, String name) {
        return new Row(id, "Managed-" + name, 0, 0, 0, NONE, NONE, NONE, false, false);
    }

    private static OriginRequestPolicy forwarding(
            String id, String name, Selection viewer, Selection cloudFront, Selection cookies, Selection queries) {
        return new OriginRequestPolicy(id, "Managed-" + name, viewer, cloudFront, cookies, queries);
    }

    /** A row of the table while it is being written. */
    private record Row(
            String id,
            String name,
            long minTtl,
            long defaultTtl,
            long maxTtl,
            Selection headers,
            Selection cookies,
            Selection queries,
            boolean gzip,
            boolean brotli) {

        Row keeps(long min, long usual, long max) {
            return new Row(id, name, min, usual, max, headers, cookies, queries, gzip, brotli);
        }

        Row key(Selection keyHeaders, Selection keyCookies, Selection keyQueries) {
            return new Row(id, name, minTtl, defaultTtl, maxTtl, keyHeaders, keyCookies, keyQueries, gzip, brotli);
        }

        Row gzipped() {
            return new Row(id, name, minTtl, defaultTtl, maxTtl, headers, cookies, queries, true, false);
        }

        Row compressed() {
            return new Row(id, name, minTtl, defaultTtl, maxTtl, headers, cookies, queries, true, true);
        }

        CachePolicy policy() {
            return new CachePolicy(
                    id, name, TtlRules.CLOUDFRONT, minTtl, defaultTtl, maxTtl, headers, cookies, queries, gzip, brotli);
        }
    }
}
