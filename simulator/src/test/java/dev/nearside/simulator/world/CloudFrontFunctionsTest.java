package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.EdgeNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;
import software.amazon.awssdk.services.cloudfront.model.TestResult;

/** A CloudFront Function's life in a whole world, from the AWS SDK's calls to what viewers get at every PoP. */
class CloudFrontFunctionsTest {

    private static final String CODE = """
            import cf from 'cloudfront';
            async function handler(event) {
                console.log('asked for ' + event.request.uri);
                const store = cf.kvs();
                const key = event.request.uri.slice(1);
                if (await store.exists(key)) {
                    return { statusCode: 302, headers: { location: { value: await store.get(key) } } };
                }
                return event.request;
            }
            """;

    private static final String EVENT = """
            {"version":"1.0","context":{"eventType":"viewer-request"},"viewer":{"ip":"198.51.100.7"},
             "request":{"method":"GET","uri":"%s","querystring":{},"headers":{},"cookies":{}}}""";

    @TempDir
    private Path folder;

    @Test
    void functionIsTestedPublishedAndServesEveryPopFromItsStore() throws Exception {
        WorldConfig config = WorldConfig.onFreePorts(folder).withPops("LHR", "NRT");
        try (World world = World.start(config);
                AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            String store = aws.cloudFront()
                    .createKeyValueStore(create -> create.name("links"))
                    .keyValueStore()
                    .arn();
            String etag = aws.cloudFront()
                    .createFunction(create -> create.name("links")
                            .functionCode(SdkBytes.fromUtf8String(CODE))
                            .functionConfig(c -> c.comment("short links")
                                    .runtime("cloudfront-js-2.0")
                                    .keyValueStoreAssociations(k -> k.quantity(1)
                                            .items(KeyValueStoreAssociation.builder()
                                                    .keyValueStoreARN(store)
                                                    .build()))))
                    .eTag();

            TestResult passed = test(aws, etag, "/robots.txt");
            assertThat(passed.functionErrorMessage()).isEmpty();
            assertThat(passed.functionOutput()).startsWith("{\"request\":{").contains("\"uri\":\"/robots.txt\"");
            assertThat(passed.functionExecutionLogs()).containsExactly("asked for /robots.txt");
            assertThat(Integer.parseInt(passed.computeUtilization())).isBetween(1, 20);

            aws.cloudFront().publishFunction(publish -> publish.name("links").ifMatch(etag));
            DistributionConfig plain =
                    AwsClients.distribution("linked", world.originAddress().getPort(), AwsClients.RFC_POLICY);
            var distribution = aws.deployed(plain.toBuilder()
                    .defaultCacheBehavior(plain.defaultCacheBehavior().toBuilder()
                            .functionAssociations(all -> all.quantity(1)
                                    .items(FunctionAssociation.builder()
                                            .functionARN("arn:aws:cloudfront::000000000000:function/links")
                                            .eventType("viewer-request")
                                            .build()))
                            .build())
                    .build());
            put(world, store, "go", "/target");
            aws.cloudFront().waiter().waitUntilDistributionDeployed(get -> get.id(distribution.id()));

            for (EdgeNode node : world.nodes()) {
                var answer = Viewer.get(node.address().getPort(), distribution.domainName(), "/go");
                assertThat(answer.field("x-cache"))
                        .as(node.pop())
                        .isEqualTo("FunctionGeneratedResponse from cloudfront");
                assertThat(answer.field("location")).isEqualTo("/target");
            }
            TestResult generated = test(aws, etag, "/go");
            assertThat(generated.functionOutput())
                    .isEqualTo(
                            "{\"response\":{\"statusCode\":302,\"headers\":{\"location\":{\"value\":\"/target\"}}}}");
        }
    }

    @Test
    void failuresOfATestAreTold() throws Exception {
        WorldConfig config = WorldConfig.onFreePorts(folder).withPops("LHR");
        try (World world = World.start(config);
                AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            assertThat(testOf(aws, "throwing", "function handler(event) { throw new Error('broken'); }")
                            .functionErrorMessage())
                    .contains("Error: broken");
            assertThat(testOf(aws, "endless", "function handler(event) { while (true) {} }")
                            .computeUtilization())
                    .isEqualTo("100");
            TestResult wrong = testOf(aws, "wrong", "function handler(event) { return { uri: 1 }; }");
            assertThat(wrong.functionErrorMessage()).contains("uri is 1, expected a string");
            assertThat(wrong.functionOutput()).isEmpty();
            // As with AWS: only a viewer's request finds that out.
            assertThat(testOf(
                                    aws,
                                    "forbidden",
                                    "function handler(e) { e.request.headers.via = { value: '1' }; return e.request; }")
                            .functionErrorMessage())
                    .isEmpty();
        }
    }

    private static TestResult testOf(AwsClients aws, String name, String code) {
        String etag = aws.cloudFront()
                .createFunction(create -> create.name(name)
                        .functionCode(SdkBytes.fromUtf8String(code))
                        .functionConfig(c -> c.comment("").runtime("cloudfront-js-2.0")))
                .eTag();
        return aws.cloudFront()
                .testFunction(test ->
                        test.name(name).ifMatch(etag).eventObject(SdkBytes.fromUtf8String(EVENT.formatted("/a"))))
                .testResult();
    }

    private static TestResult test(AwsClients aws, String etag, String uri) {
        return aws.cloudFront()
                .testFunction(test ->
                        test.name("links").ifMatch(etag).eventObject(SdkBytes.fromUtf8String(EVENT.formatted(uri))))
                .testResult();
    }

    /** Without a signature, since SigV4A needs native code. */
    private static void put(World world, String store, String key, String value) throws Exception {
        URI keys = URI.create("http://127.0.0.1:" + world.apiAddress().getPort() + "/key-value-stores/"
                + URLEncoder.encode(store, StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            String etag = http.send(HttpRequest.newBuilder(keys).build(), HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("etag")
                    .orElseThrow();
            HttpRequest put = HttpRequest.newBuilder(URI.create(keys + "/keys/" + key))
                    .header("If-Match", etag)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"Value\":\"" + value + "\"}"))
                    .build();
            assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }
}
