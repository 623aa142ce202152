package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Origin request policies of CloudFront's own, as its guide lists them ("Use managed origin request policies"). */
class ManagedPoliciesTest {

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            33f36d7e-f396-46d9-90e0-52428a34d9dc | AllViewerAndCloudFrontHeaders-2022-06 | ALL | CloudFront-Forwarded-Proto CloudFront-Is-Android-Viewer CloudFront-Is-Desktop-Viewer CloudFront-Is-IOS-Viewer CloudFront-Is-Mobile-Viewer CloudFront-Is-SmartTV-Viewer CloudFront-Is-Tablet-Viewer CloudFront-Viewer-ASN CloudFront-Viewer-Address CloudFront-Viewer-City CloudFront-Viewer-Country CloudFront-Viewer-Country-Name CloudFront-Viewer-Country-Region CloudFront-Viewer-Country-Region-Name CloudFront-Viewer-Http-Version CloudFront-Viewer-Latitude CloudFront-Viewer-Longitude CloudFront-Viewer-Metro-Code CloudFront-Viewer-Postal-Code CloudFront-Viewer-TLS CloudFront-Viewer-Time-Zone | ALL | ALL
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

    private static void assertSelects(Selection selection, String expected) {
        switch (expected) {
            case "ALL" -> assertThat(selection).isEqualTo(Selection.ALL);
            case "NONE" -> assertThat(selection).isEqualTo(Selection.NONE);
            default -> {
                assertThat(selection.mode()).isEqualTo(Selection.Mode.WHITELIST);
                assertThat(selection.items()).containsExactlyInAnyOrder(expected.split(" "));
            }
        }
    }
}
