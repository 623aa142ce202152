package dev.nearside.simulator.apply.aws;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/** The AWS SDK's requests over the JDK's HTTP client, which unlike the JDK's older one sends no POST twice by itself. */
final class JdkHttp implements SdkHttpClient {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** What the JDK's client sets itself, to the same values. */
    private static final Set<String> SET_BY_CLIENT = Set.of("host", "content-length", "expect", "connection");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new Prepared(request);
    }

    @Override
    public String clientName() {
        return "Jdk";
    }

    @Override
    public void close() {
        http.close();
    }

    /** One request; it is over when its answer is read, so that there is nothing to abort. */
    private final class Prepared implements ExecutableHttpRequest {

        private final HttpExecuteRequest request;

        Prepared(HttpExecuteRequest request) {
            this.request = request;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            SdkHttpRequest asked = request.httpRequest();
            HttpRequest.Builder builder = HttpRequest.newBuilder(asked.getUri())
                    .timeout(PATIENCE)
                    .method(asked.method().name(), BodyPublishers.ofByteArray(body()));
            asked.forEachHeader((name, values) -> {
                if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> builder.header(name, value));
                }
            });
            try {
                return answer(http.send(builder.build(), BodyHandlers.ofInputStream()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + asked.getUri(), e);
            } catch (ConnectException e) {
                throw new IOException(
                        "no world answers at " + asked.getUri().getAuthority()
                                + "; start one with './nearside up', or name its --port-base",
                        e);
            }
        }

        private byte[] body() throws IOException {
            ContentStreamProvider provider = request.contentStreamProvider().orElse(null);
            if (provider == null) {
                return new byte[0];
            }
            try (InputStream in = provider.newStream()) {
                return in.readAllBytes();
            }
        }

        private static HttpExecuteResponse answer(HttpResponse<InputStream> response) {
            SdkHttpFullResponse.Builder head = SdkHttpFullResponse.builder()
                    .statusCode(response.statusCode())
                    .headers(response.headers().map());
            return HttpExecuteResponse.builder()
                    .response(head.build())
                    .responseBody(AbortableInputStream.create(response.body()))
                    .build();
        }

        @Override
        public void abort() {
            // Nothing is left to end: the JDK's client closes what is not read.
        }
    }
}
