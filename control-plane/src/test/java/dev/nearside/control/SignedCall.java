package dev.nearside.control;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/**
 * A call that the AWS SDK's signer signs and that can be changed afterwards.
 *
 * @param path with its query, encoded
 * @param at when it says that it was signed
 * @param expiry of a presigned call; null for one that is signed in its header
 */
public record SignedCall(
        String method,
        URI api,
        String path,
        String body,
        String service,
        AwsCredentials credentials,
        Instant at,
        @Nullable Duration expiry,
        boolean signsBody,
        Map<String, String> more) {

    public static SignedCall get(URI api, String path, String service, AwsCredentials credentials) {
        return new SignedCall(
                "GET", api, path, "", service, credentials, Clock.systemUTC().instant(), null, true, Map.of());
    }

    public SignedCall post(String newBody, Map<String, String> headers) {
        return new SignedCall("POST", api, path, newBody, service, credentials, at, expiry, signsBody, headers);
    }

    /** As if signed that much later than now. */
    public SignedCall later(Duration difference) {
        return new SignedCall(
                method, api, path, body, service, credentials, at.plus(difference), expiry, signsBody, more);
    }

    public SignedCall presigned(Duration newExpiry) {
        return new SignedCall(method, api, path, body, service, credentials, at, newExpiry, signsBody, more);
    }

    public SignedCall withUnsignedBody() {
        return new SignedCall(method, api, path, body, service, credentials, at, expiry, false, more);
    }

    /** Signed, ready to be sent or changed. */
    public Signed sign() {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                // A body may go unsigned over TLS only; the scheme is no part of the signature.
                .uri(URI.create((signsBody ? "http" : "https") + "://" + api.getAuthority() + path))
                .method(SdkHttpMethod.fromValue(method));
        more.forEach(request::putHeader);
        var signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials)
                        .request(request.build())
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC))
                        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, signsBody)
                        .putProperty(
                                AwsV4HttpSigner.AUTH_LOCATION,
                                expiry == null ? AuthLocation.HEADER : AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, expiry));
        Map<String, String> headers = new LinkedHashMap<>();
        signed.request().headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
        String query =
                signed.request().encodedQueryParameters().map(it -> "?" + it).orElse("");
        return new Signed(method, api, signed.request().encodedPath() + query, headers, body);
    }

    /** What goes over the wire. */
    public record Signed(String method, URI api, String target, Map<String, String> headers, String body) {

        public Signed with(String name, String value) {
            Map<String, String> changed = new LinkedHashMap<>(headers);
            changed.keySet().removeIf(name::equalsIgnoreCase);
            changed.put(name, value);
            return new Signed(method, api, target, changed, body);
        }

        public Signed withTarget(String other) {
            return new Signed(method, api, other, headers, body);
        }

        public Signed withBody(String other) {
            return new Signed(method, api, target, headers, other);
        }

        public HttpResponse<String> send() throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + api.getAuthority() + target))
                    .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
            headers.forEach((name, value) -> {
                if (!List.of("host", "content-length").contains(name.toLowerCase(Locale.ROOT))) {
                    request.header(name, value);
                }
            });
            try (HttpClient http = HttpClient.newHttpClient()) {
                return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            }
        }
    }
}
