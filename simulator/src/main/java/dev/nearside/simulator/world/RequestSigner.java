package dev.nearside.simulator.world;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * Signs the command line's own calls of the API, which a control plane with keys demands; one without takes them as well.
 *
 * @param credentials whose key it is
 */
public record RequestSigner(AwsCredentials credentials) {

    private static final String REGION = "us-east-1";
    private static final List<String> SET_BY_CLIENT = List.of("host", "content-length");

    /** The signer that {@code AWS_ACCESS_KEY_ID} and its companions name, as for the AWS CLI; empty if they are not set. */
    public static Optional<RequestSigner> of(UnaryOperator<@Nullable String> environment) {
        String id = environment.apply("AWS_ACCESS_KEY_ID");
        String secret = environment.apply("AWS_SECRET_ACCESS_KEY");
        String token = environment.apply("AWS_SESSION_TOKEN");
        if (id == null || id.isBlank() || secret == null || secret.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(new RequestSigner(
                token == null || token.isBlank()
                        ? AwsBasicCredentials.create(id, secret)
                        : AwsSessionCredentials.create(id, secret, token)));
    }

    /** The headers that make a call a signed one. */
    public Map<String, String> headers(String method, URI target, byte[] body) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .uri(target)
                .method(SdkHttpMethod.fromValue(method))
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials)
                        .request(request)
                        .payload(ContentStreamProvider.fromByteArray(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service(target.getRawPath()))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, REGION))
                .request();
        Map<String, String> headers = new LinkedHashMap<>();
        signed.headers().forEach((name, values) -> {
            if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, String.join(",", values));
            }
        });
        return headers;
    }

    /** AWS's signing name of the service that a path belongs to. */
    private static String service(String path) {
        if (path.startsWith("/_nearside/")) {
            return "nearside";
        }
        return path.startsWith("/2020-05-31/") ? "cloudfront" : "lambda";
    }
}
