package dev.nearside.edge.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.kit.snapshot.KeyGroup;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudfront.CloudFrontUtilities;

/** CloudFront's signed URLs and cookies, rule by rule. */
class SignedAccessTest {

    private static final Signer RSA = Signer.rsa("KRSA");
    private static final Signer EC = Signer.ecdsa("KEC", "secp256r1");
    private static final SigningKeys KEYS = SigningKeys.of(List.of(RSA.group(), EC.group()));
    private static final long NOW = 1_700_000_000;
    private static final String URL = "https://d1.test/images/a.jpg";
    private static final String UNTIL = "\"DateLessThan\":{\"AWS:EpochTime\":" + (NOW + 60) + "}";

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource({"RSA,SHA1", "RSA,SHA256", "EC,SHA1", "EC,SHA256"})
    void everyKindOfKeyAndHashIsVerified(String kind, String hash) {
        Signer signer = kind.equals("RSA") ? RSA : EC;
        String policy = "{\"Statement\":[{\"Resource\":\"" + URL + "\",\"Condition\":{" + UNTIL + "}}]}";
        String query = "Expires=" + (NOW + 60) + "&Signature=" + signer.sign(policy, hash) + "&Key-Pair-Id=K" + kind;

        assertThat(code(query + "&Hash-Algorithm=" + hash)).isNull();
        assertThat(code(query + (hash.equals("SHA1") ? "&Hash-Algorithm=SHA256" : "")))
                .as("taken for the other hash")
                .isEqualTo("AccessDenied");
        assertThat(code(query + "&Hash-Algorithm=MD5")).isEqualTo("AccessDenied");
    }

    @Test
    void hashIsSha1WhereNoneIsNamed() {
        assertThat(code(RSA.canned(URL, NOW + 60))).isNull();
        assertThat(code(EC.canned(URL, NOW + 60))).isNull();
    }

    @ParameterizedTest(name = "signed for {0}, asked for {1}?{2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "https://d1.test/images/a.jpg, /images/a.jpg, '', true",
                "https://d1.test/images/a.jpg?size=l&b=, /images/a.jpg, size=l&b=, true",
                "https://d1.test/images/a.jpg?b=&size=l, /images/a.jpg, size=l&b=, false",
                "https://d1.test/images/a.jpg, /images/a.jpg, size=l, false",
                "https://d1.test/images/b.jpg, /images/a.jpg, '', false",
                "https://d1.test/images/A.jpg, /images/a.jpg, '', false",
                "http://d1.test/images/a.jpg, /images/a.jpg, '', false",
                "https://d2.test/images/a.jpg, /images/a.jpg, '', false",
                "https://d1.test/images/*, /images/a.jpg, '', false",
            })
    void cannedPolicySignsSchemeHostPathAndOwnParameters(String signed, String path, String query, boolean lets) {
        String parameters = RSA.canned(signed, NOW + 60);
        assertThat(code(path, query.isEmpty() ? parameters : query + "&" + parameters) == null)
                .isEqualTo(lets);
        assertThat(code(path, query.isEmpty() ? parameters : parameters + "&" + query) == null)
                .as("own parameters last")
                .isEqualTo(lets);
    }

    @Test
    void portMayBeSignedOrNot() {
        Viewer onPort = new Viewer("192.0.2.1", "https", "d1.test:7101", "1.1");
        for (String host : List.of("d1.test", "d1.test:7101")) {
            RequestHead request = head("/a", RSA.canned("https://" + host + "/a", NOW + 60));
            assertThat(SignedAccess.fault(KEYS, onPort, request, NOW * 1000)).isNull();
        }
        RequestHead other = head("/a", RSA.canned("https://d1.test:80/a", NOW + 60));
        assertThat(SignedAccess.fault(KEYS, onPort, other, NOW * 1000)).isNotNull();
    }

    @ParameterizedTest(name = "Resource {0} and {1}: {2}")
    @CsvSource({
        "https://d1.test/images/a.jpg, https://d1.test/images/a.jpg, true",
        "https://d1.test/images/*, https://d1.test/images/a.jpg?x=1, true",
        "https://d1.test/images/?.jpg, https://d1.test/images/a.jpg, true",
        "https://d1.test/images/?.jpg, https://d1.test/images/ab.jpg, false",
        "https://d1.test/*a.jpg*, https://d1.test/images/a.jpg?license=yes, true",
        "https://d1.test/images/a.jpg, https://d1.test/images/a.jpg?x=1, false",
        "http*://d1.test/*, https://d1.test/a, true",
        "http://d1.test/*, https://d1.test/a, false",
        "https://*.test/a, https://d1.test/a, true",
        "https://*.test/a, https://evil.org/x.test/a, false",
        "https://d1.*, https://d1.test/a, true",
        "https://d1.test, https://d1.test/a, false",
        "https://d1.test/*, https://d2.test/a, false",
        "*, https://d1.test/a, true",
        "*/images/*, https://d1.test/images/a, true",
        "*/images/*, https://d1.test/a, false",
    })
    void wildcardsOfAResourceStayInTheirSection(String resource, String url, boolean covers) {
        String policy = "{\"Statement\":[{\"Resource\":\"" + resource + "\",\"Condition\":{" + UNTIL + "}}]}";
        assertThat(codeOf(url, RSA.custom(policy)) == null).isEqualTo(covers);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
        {"DateLessThan":{"AWS:EpochTime":1700000001}} | -
        {"DateLessThan":{"AWS:EpochTime":1700000000}} | AccessDenied
        {"DateLessThan":{"AWS:EpochTime":1700000001},"DateGreaterThan":{"AWS:EpochTime":1699999999}} | -
        {"DateLessThan":{"AWS:EpochTime":1700000001},"DateGreaterThan":{"AWS:EpochTime":1700000000}} | AccessDenied
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}} | -
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"192.0.2.1"}} | -
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"0.0.0.0/0"}} | -
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"192.0.2.2"}} | AccessDenied
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"198.51.100.0/24"}} | AccessDenied
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"::/0"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"home"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IPAddress":{"AWS:SourceIp":"192.0.2.2"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":0}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"0/0"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":["0.0.0.0/0"]}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"0.0.0.0/0","aws:SourceIp":"192.0.2.2"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"DateGreaterThan":{"AWS:EpochTime":1.5}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"DateGreaterThan":{"AWS:EpochTime":"1"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001},"DateGreaterThan":null} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1700000001,"AWS:Epochtime":1}} | MalformedPolicy
        {"DateGreaterThan":{"AWS:EpochTime":1}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":"1700000001"}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":1e99}} | MalformedPolicy
        {"DateLessThan":{"AWS:EpochTime":99999999999999999999}} | MalformedPolicy
        {"DateLessThan":1700000001} | MalformedPolicy
        {} | MalformedPolicy
        """)
    void conditionsOfACustomPolicy(String condition, @Nullable String code) {
        assertThat(code(RSA.custom("{\"Statement\":[{\"Resource\":\"" + URL + "\",\"Condition\":" + condition + "}]}")))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{}",
                "{\"Statement\":{}}",
                "{\"Statement\":[]}",
                "{\"Statement\":[1]}",
                "{\"Statement\":[{\"Resource\":1,\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":9999999999}}}]}",
                "{\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":9999999999}}},"
                        + "{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":9999999999}}}]}",
                "{\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":9999999999}}}]} x",
            })
    void policyThatIsNoPolicyIsMalformed(String policy) {
        assertThat(code(RSA.custom(policy))).isEqualTo("MalformedPolicy");
    }

    @Test
    void policyWithoutResourceIsForEverything() {
        assertThat(code(RSA.custom("{\"Statement\":[{\"Condition\":{" + UNTIL + "}}]}")))
                .isNull();
    }

    @Test
    void deeplyNestedPolicyIsMalformedAndNoMore() {
        assertThat(code(RSA.custom("{\"Statement\":" + "[".repeat(5_000)))).isEqualTo("MalformedPolicy");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', MissingKey",
        "a=1, MissingKey",
        "Expires=1&Signature=x, MissingKey",
        "Expires=1&Signature=x&Key-Pair-Id=, MissingKey",
        "Expires=1&Signature=x&Key-Pair-Id=KNO, InvalidKey",
        "Expires=1&Key-Pair-Id=KRSA, AccessDenied",
        "Expires=1&Signature=%%%&Key-Pair-Id=KRSA, MalformedSignature",
        "Expires=1&Signature=&Key-Pair-Id=KRSA, MalformedSignature",
        "Expires=1&Signature=AAAA&Key-Pair-Id=KRSA, AccessDenied",
        "Expires=1&Signature=AAAA&Key-Pair-Id=KEC, AccessDenied",
        "Signature=AAAA&Key-Pair-Id=KRSA, AccessDenied",
        "Expires=soon&Signature=AAAA&Key-Pair-Id=KRSA, AccessDenied",
        "Expires=99999999999999999999&Signature=AAAA&Key-Pair-Id=KRSA, AccessDenied",
        "Policy=!&Signature=AAAA&Key-Pair-Id=KRSA, MalformedPolicy",
        "Policy=e30_&Signature=AAAA&Key-Pair-Id=KRSA, AccessDenied",
    })
    void faultsHaveCloudFrontsCodes(String query, String code) {
        SigningFault fault = Objects.requireNonNull(fault("/images/a.jpg", query));
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.page())
                .isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>"
                        + fault.text() + "</Message></Error>");
        assertThat(fault.reason()).isNotEqualTo(fault.text()).endsWith(".");
    }

    @Test
    void expiredUrlAndTamperedTimeAreRefused() {
        String valid = RSA.canned(URL, NOW + 60);
        assertThat(code(RSA.canned(URL, NOW))).isEqualTo("AccessDenied");
        assertThat(code(valid.replace("Expires=" + (NOW + 60), "Expires=" + (NOW + 61))))
                .isEqualTo("AccessDenied");
        assertThat(code(valid.replace("KRSA", "KEC"))).isEqualTo("AccessDenied");
    }

    @Test
    void cookiesLetInAsUrlsDo() {
        assertThat(codeOfCookies(cookies(RSA.canned(URL, NOW + 60)), "")).isNull();
        assertThat(codeOfCookies(cookies(RSA.custom("{\"Statement\":[{\"Condition\":{" + UNTIL + "}}]}")), "a=1"))
                .isNull();
        assertThat(codeOfCookies("a=1", "")).isEqualTo("MissingKey");
        assertThat(codeOfCookies(cookies(RSA.canned(URL, NOW + 60)).toLowerCase(java.util.Locale.ROOT), ""))
                .as("names of cookies are case-sensitive")
                .isEqualTo("MissingKey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Expires=1", "Policy=x", "Signature=x", "Key-Pair-Id=KNO"})
    void oneParameterOfASignatureInTheUrlMakesCookiesVoid(String parameter) {
        assertThat(codeOfCookies(cookies(RSA.custom("{\"Statement\":[{\"Condition\":{" + UNTIL + "}}]}")), parameter))
                .isNotNull();
    }

    @Test
    void credentialsGoNoFurther() {
        RequestHead request = new RequestHead(
                "GET",
                "/a",
                "x=1&Expires=1&Policy=p&Signature=s&Key-Pair-Id=k&Hash-Algorithm=SHA256&y=2&expires=3",
                Fields.of(
                        "Cookie",
                        "a=1; CloudFront-Policy=p; CloudFront-Expires=1; b=2",
                        "Cookie",
                        "CloudFront-Signature=s; CloudFront-Key-Pair-Id=k; CloudFront-Hash-Algorithm=SHA1",
                        "Cookie",
                        "CloudFront-Mine=1"));

        assertThat(SignedAccess.withoutCredentials(KEYS, request))
                .isEqualTo(new RequestHead(
                        "GET",
                        "/a",
                        "x=1&y=2&expires=3",
                        Fields.of("Cookie", "a=1; b=2", "Cookie", "CloudFront-Mine=1")));
        assertThat(SignedAccess.withoutCredentials(SigningKeys.NONE, request)).isSameAs(request);
    }

    @Test
    void behaviorWithoutKeyGroupsAsksForNothing() {
        assertThat(SignedAccess.fault(SigningKeys.of(List.of()), viewer("https", "d1.test"), head("/a", ""), 0))
                .isNull();
    }

    @Test
    void keysThatCannotBeUsedLetNobodyIn() {
        Signer p384 = Signer.ecdsa("K384", "secp384r1");
        SigningKeys keys = SigningKeys.of(
                List.of(new KeyGroup("g", "g", List.of(new KeyGroup.PublicKey("K1", "not a key"))), p384.group()));

        assertThat(keys.required()).isTrue();
        for (String query : List.of("Expires=9999999999&Signature=AAAA&Key-Pair-Id=K1", p384.canned(URL, NOW + 60))) {
            SigningFault fault = Objects.requireNonNull(
                    SignedAccess.fault(keys, viewer("https", "d1.test"), head("/images/a.jpg", query), NOW * 1000));
            assertThat(fault.code()).isEqualTo("InvalidKey");
        }
    }

    @Test
    void urlsAndCookiesOfTheAwsSdkLetIn() {
        CloudFrontUtilities sdk = CloudFrontUtilities.create();
        String own = URL + "?size=large&x=%20y";
        for (Signer signer : List.of(RSA)) {
            String canned = sdk.getSignedUrlWithCannedPolicy(request -> request.resourceUrl(own)
                            .privateKey(signer.pair().getPrivate())
                            .keyPairId("KRSA")
                            .expirationDate(Instant.ofEpochSecond(NOW + 60)))
                    .url();
            String custom = sdk.getSignedUrlWithCustomPolicy(request -> request.resourceUrl(own)
                            .resourceUrlPattern("https://d1.test/images/*")
                            .privateKey(signer.pair().getPrivate())
                            .keyPairId("KRSA")
                            .activeDate(Instant.ofEpochSecond(NOW - 60))
                            .expirationDate(Instant.ofEpochSecond(NOW + 60))
                            .ipRange("192.0.2.0/24"))
                    .url();
            assertThat(codeOfSigned(canned)).isNull();
            assertThat(codeOfSigned(custom)).isNull();
            assertThat(codeOfSigned(canned.replace("large", "small"))).isEqualTo("AccessDenied");
            assertThat(codeOfSigned(custom.replace("/images/", "/other/"))).isEqualTo("AccessDenied");
            var cookies = sdk.getCookiesForCustomPolicy(request -> request.resourceUrl("https://d1.test/*")
                    .privateKey(signer.pair().getPrivate())
                    .keyPairId("KRSA")
                    .expirationDate(Instant.ofEpochSecond(NOW + 60)));
            assertThat(codeOfCookies(
                            String.join(
                                    "; ",
                                    cookies.policyHeaderValue(),
                                    cookies.signatureHeaderValue(),
                                    cookies.keyPairIdHeaderValue()),
                            ""))
                    .isNull();
        }
    }

    private static String cookies(String query) {
        return "CloudFront-" + query.replace("&", "; CloudFront-");
    }

    private static @Nullable String codeOfSigned(String url) {
        URI uri = URI.create(url);
        return codeOf(uri.getScheme() + "://" + uri.getHost() + uri.getRawPath(), uri.getRawQuery());
    }

    private static @Nullable String codeOf(String url, String parameters) {
        URI uri = URI.create(url);
        String own = uri.getRawQuery() == null ? "" : uri.getRawQuery() + "&";
        SigningFault fault = SignedAccess.fault(
                KEYS, viewer(uri.getScheme(), uri.getHost()), head(uri.getRawPath(), own + parameters), NOW * 1000);
        return fault == null ? null : fault.code();
    }

    private static @Nullable String code(String query) {
        return code("/images/a.jpg", query);
    }

    private static @Nullable String code(String path, String query) {
        SigningFault fault = fault(path, query);
        return fault == null ? null : fault.code();
    }

    private static @Nullable SigningFault fault(String path, String query) {
        return SignedAccess.fault(KEYS, viewer("https", "d1.test"), head(path, query), NOW * 1000);
    }

    private static @Nullable String codeOfCookies(String cookies, String query) {
        RequestHead request = new RequestHead("GET", "/images/a.jpg", query, Fields.of("Cookie", cookies));
        SigningFault fault = SignedAccess.fault(KEYS, viewer("https", "d1.test"), request, NOW * 1000);
        return fault == null ? null : fault.code();
    }

    private static Viewer viewer(String scheme, String host) {
        return new Viewer("192.0.2.1", scheme, host, "1.1");
    }

    private static RequestHead head(String path, String query) {
        return new RequestHead("GET", path, query, Fields.EMPTY);
    }
}
