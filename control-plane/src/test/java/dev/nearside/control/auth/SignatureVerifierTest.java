package dev.nearside.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.SignatureException;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.kit.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures of Version 4A that the native signer of the AWS SDK for Java 2.44.4 has made. */
class SignatureVerifierTest {

    private static final String STORE =
            "/key-value-stores/arn%3Aaws%3Acloudfront%3A%3A000000000000%3Akey-value-store%2Fabc";
    private static final String BODY = "{\"Value\":\"v\"}";
    private static final String SIGNATURE =
            "304502200096a99c8d8f053c90d436c17409b2de7701a4054a5d0a113277156b129b1536022100cdda27c18dc39c041125862975e3a6"
                    + "ee0eb2b488fc67855b1d8a36665811d845";
    private static final String PRESIGNED_QUERY =
            "MaxResults=5&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKISORANDOMAASORANDOM%2F20260102"
                    + "%2Fcloudfront-keyvaluestore%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-SignedHeaders=host"
                    + "&X-Amz-Expires=600&X-Amz-Region-Set=%2A&X-Amz-Signature=304502204bac9aa349b0ad8baf5293a2f0eca0bd"
                    + "139cb14260ffc4e3ea53a4d79b12d87e022100801cf23f7180e0e4b837fa033a1a98195bf58247fd1b524784832f8ea3"
                    + "b3db7f";

    @TempDir
    private Path folder;

    private final ManualTime time =
            new ManualTime(Instant.parse("2026-01-02T03:04:05Z").toEpochMilli());
    private SignatureVerifier verifier;

    @BeforeEach
    void readKeys() throws IOException {
        Path file = folder.resolve("keys.json");
        Files.writeString(file, """
                {"keys": [{"access-key-id": "AKISORANDOMAASORANDOM", "name": "example",
                           "secret-access-key": "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRAASRANDOM"}]}""");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        verifier = new SignatureVerifier(AccessKeys.read(file), time);
    }

    @Test
    void signatureOfTheNativeSignerIsTaken() {
        assertThat(verifier.authenticate(put(SIGNATURE, BODY, "A=%20b&x=1")))
                .isEqualTo(new Principal("AKISORANDOMAASORANDOM", "example", true, "cloudfront-keyvaluestore"));
        assertThat(verifier.authenticate(presigned(PRESIGNED_QUERY)).name()).isEqualTo("example");
    }

    @Test
    void anythingElseIsNot() {
        assertMismatch(put(SIGNATURE, BODY, "A=%20b&x=2"));
        assertMismatch(put(SIGNATURE, BODY + " ", "A=%20b&x=1"));
        assertMismatch(put(SIGNATURE.replace("d845", "d846"), BODY, "A=%20b&x=1"));
        assertMismatch(put("00", BODY, "A=%20b&x=1"));
        assertMismatch(put("not hexadecimal", BODY, "A=%20b&x=1"));
        assertMismatch(presigned(PRESIGNED_QUERY.replace("MaxResults=5", "MaxResults=6")));
    }

    @Test
    void timeOfASignatureIsUp() {
        time.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertMismatch(put(SIGNATURE, BODY, "A=%20b&x=1"));
        assertThat(verifier.authenticate(presigned(PRESIGNED_QUERY)).verified()).isTrue();
        time.advance(Duration.ofMinutes(5));
        assertThatThrownBy(() -> verifier.authenticate(presigned(PRESIGNED_QUERY)))
                .isInstanceOfSatisfying(
                        SignatureException.class, e -> assertThat(e.kind()).isEqualTo(SignatureException.Kind.EXPIRED));
    }

    private void assertMismatch(WireRequest request) {
        assertThatThrownBy(() -> verifier.authenticate(request))
                .isInstanceOfSatisfying(
                        SignatureException.class,
                        e -> assertThat(e.kind()).isEqualTo(SignatureException.Kind.MISMATCH));
    }

    private static WireRequest put(String signature, String body, String query) {
        Map<String, String> headers = Map.of(
                ":authority", "127.0.0.1:7080",
                "authorization",
                        "AWS4-ECDSA-P256-SHA256 Credential=AKISORANDOMAASORANDOM/20260102/cloudfront-keyvaluestore"
                                + "/aws4_request, SignedHeaders=content-type;host;if-match;x-amz-content-sha256;x-amz-date;"
                                + "x-amz-region-set, Signature=" + signature,
                "content-type", "application/json",
                "if-match", "K1",
                "x-amz-content-sha256", "a0dac11a987185144187525af38d8e3bdb9dff81bcfc9a86cbb23c1dd3731fb5",
                "x-amz-date", "20260102T030405Z",
                "x-amz-region-set", "*");
        return new WireRequest("PUT", STORE + "/keys/a%20key", Map.of(), headers, body.getBytes(StandardCharsets.UTF_8))
                .withQuery(query);
    }

    private static WireRequest presigned(String query) {
        return new WireRequest("GET", STORE, Map.of(), Map.of(":authority", "127.0.0.1:7080"), new byte[0])
                .withQuery(query);
    }
}
