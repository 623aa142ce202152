package dev.nearside.simulator.world;

import dev.nearside.control.ControlPlane;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/**
 * The distribution that is there before anybody has made one, so that the first curl works: the origin's site under
 * {@code demo.localhost}, cached as RFC 9111 says. It is made through the same API as everybody's.
 */
public final class DemoSite {

    public static final String HOST = "demo.localhost";

    /** The demo origin's name; nodes are told where it really is, so the configuration is the same in every world. */
    public static final String ORIGIN_HOST = "origin.localhost";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CREATED = 201;
    private static final int CONFLICT = 409;

    private static final String CONFIG = """
            <?xml version="1.0" encoding="UTF-8"?>
            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
              <CallerReference>nearside-demo</CallerReference>
              <Aliases><Quantity>1</Quantity><Items><CNAME>%s</CNAME></Items></Aliases>
              <Origins><Quantity>1</Quantity><Items><Origin>
                <Id>site</Id>
                <DomainName>%s</DomainName>
                <CustomOriginConfig>
                  <HTTPPort>80</HTTPPort>
                  <HTTPSPort>443</HTTPSPort>
                  <OriginProtocolPolicy>http-only</OriginProtocolPolicy>
                </CustomOriginConfig>
              </Origin></Items></Origins>
              <DefaultCacheBehavior>
                <TargetOriginId>site</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>Nearside-RFC9111</CachePolicyId>
              </DefaultCacheBehavior>
              <Comment>The demo site of Nearside</Comment>
              <Enabled>true</Enabled>
            </DistributionConfig>
            """.formatted(HOST, ORIGIN_HOST);

    private DemoSite() {}

    /**
     * Makes the distribution if it is not there; one that somebody has changed stays as it is.
     *
     * @throws IOException if the API does not take it
     */
    public static void deploy(ControlPlane controlPlane) throws IOException {
        URI endpoint =
                URI.create("http://127.0.0.1:" + controlPlane.apiAddress().getPort() + "/2020-05-31/distribution");
        byte[] body = CONFIG.getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(PATIENCE)
                .header("Content-Type", "application/xml")
                .POST(BodyPublishers.ofByteArray(body));
        controlPlane
                .ownKey()
                .map(key -> new RequestSigner(AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey())))
                .ifPresent(signer -> signer.headers("POST", endpoint, body).forEach(request::header));
        HttpRequest create = request.build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(create, BodyHandlers.ofString());
            if (answer.statusCode() != CREATED && answer.statusCode() != CONFLICT) {
                throw new IOException("the control plane answered " + answer.statusCode()
                        + " to the demo distribution: " + answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while deploying the demo distribution", e);
        }
    }
}
