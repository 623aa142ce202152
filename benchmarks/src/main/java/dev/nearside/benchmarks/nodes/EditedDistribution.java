package dev.nearside.benchmarks.nodes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A distribution that is changed and invalidated over and over, by the API of a control plane that nobody else uses. */
final class EditedDistribution implements AutoCloseable {

    private static final Pattern ID = Pattern.compile("<Id>(E[A-Z0-9]+)</Id>");
    private static final String XML = "xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI api;
    private String id = "";
    private String etag = "";
    private long revision;

    EditedDistribution(int apiPort) {
        api = URI.create("http://127.0.0.1:" + apiPort + "/2020-05-31/distribution");
    }

    /** Makes it; the result is its revision. */
    long create() throws IOException, InterruptedException {
        HttpResponse<String> made = send("POST", "", config());
        Matcher matcher = ID.matcher(made.body());
        if (!matcher.find()) {
            throw new IOException("no distribution in " + made.body());
        }
        id = matcher.group(1);
        return revision;
    }

    /** The revision that the next change will make. */
    long nextRevision() {
        return revision + 1;
    }

    /** Gives it another root object. */
    void update() throws IOException, InterruptedException {
        send("PUT", "/" + id + "/config", config());
    }

    void invalidate() throws IOException, InterruptedException {
        send("POST", "/" + id + "/invalidation", """
                <InvalidationBatch %s><Paths><Quantity>1</Quantity><Items><Path>/a</Path></Items></Paths>
                <CallerReference>%d</CallerReference></InvalidationBatch>""".formatted(XML, revision));
    }

    private String config() {
        return """
                <DistributionConfig %s><CallerReference>benchmark</CallerReference>
                <DefaultRootObject>page-%d</DefaultRootObject>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>Nearside-RFC9111</CachePolicyId></DefaultCacheBehavior>
                <Comment>benchmark</Comment><Enabled>true</Enabled></DistributionConfig>""".formatted(XML, revision);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path))
                .header("Content-Type", "application/xml")
                .method(method, BodyPublishers.ofString(body));
        if (!etag.isEmpty()) {
            request.header("If-Match", etag);
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " answers " + response.statusCode() + ": " + response.body());
        }
        response.headers().firstValue("ETag").ifPresent(next -> etag = next);
        revision++;
        return response;
    }

    @Override
    public void close() {
        http.close();
    }
}
