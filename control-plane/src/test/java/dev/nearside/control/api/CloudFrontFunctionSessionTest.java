package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Snapshot;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.FunctionRuntime;
import software.amazon.awssdk.services.cloudfront.model.FunctionStage;
import software.amazon.awssdk.services.cloudfront.model.FunctionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStore;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.TestResult;

/** The stock AWS SDK through the operations on CloudFront Functions and key value stores. */
class CloudFrontFunctionSessionTest {

    private static final String CODE = "function handler(event) { return event.request; } // é";
    private static final String ARN = "arn:aws:cloudfront::000000000000:function/rewrite";
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path data;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    private TestPlane aws;
    private FakeNode node;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, state());
        node = aws.node("lhr-1").following("""
                {"computeUtilization":7,"logs":["a","b"],"errorMessage":"","output":{"request":{"uri":"/x"}}}""");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void functionGoesThroughItsLife() {
        CreateFunctionResponse created = create("rewrite");
        FunctionSummary summary = created.functionSummary();
        assertThat(created.location()).endsWith("/2020-05-31/function/rewrite");
        assertThat(summary.functionMetadata().functionARN()).isEqualTo(ARN);
        assertThat(summary.functionMetadata().stage()).isEqualTo(FunctionStage.DEVELOPMENT);
        assertThat(summary.status()).isEqualTo("UNPUBLISHED");
        assertThat(summary.functionConfig().comment()).isEqualTo("a comment");

        GetFunctionResponse got = aws.cloudFront.getFunction(r -> r.name("rewrite"));
        assertThat(got.functionCode().asUtf8String()).isEqualTo(CODE);
        assertThat(got.contentType()).isEqualTo("application/octet-stream");
        assertThat(got.eTag()).isEqualTo(created.eTag());

        assertRefused(
                404,
                "NoSuchFunctionExists",
                "LIVE",
                () -> aws.cloudFront.describeFunction(r -> r.name("rewrite").stage("LIVE")));
        assertThat(aws.cloudFront
                        .publishFunction(r -> r.name("rewrite").ifMatch(created.eTag()))
                        .functionSummary()
                        .functionMetadata()
                        .stage())
                .isEqualTo(FunctionStage.LIVE);
        String updated = update("rewrite", created.eTag(), "function handler(event) { return 2; }");
        assertThat(updated).isNotEqualTo(created.eTag());
        assertThat(code("LIVE")).isEqualTo(CODE);
        assertThat(code("DEVELOPMENT")).isEqualTo("function handler(event) { return 2; }");
        assertThat(aws.cloudFront
                        .listFunctions(r -> r.stage("LIVE"))
                        .functionList()
                        .items())
                .singleElement()
                .satisfies(one -> assertThat(one.status()).isEqualTo("DEPLOYED"));

        assertRefused(
                412,
                "PreconditionFailed",
                created.eTag(),
                () -> aws.cloudFront.deleteFunction(r -> r.name("rewrite").ifMatch(created.eTag())));
        aws.cloudFront.deleteFunction(r -> r.name("rewrite").ifMatch(updated));
        assertThat(aws.cloudFront.listFunctions(r -> {}).functionList().items()).isEmpty();
        assertRefused(
                404,
                "NoSuchFunctionExists",
                "rewrite",
                () -> aws.cloudFront.getFunction(r -> r.name("rewrite").stage("LIVE")));
    }

    @Test
    void distributionGetsWhatIsPublished() throws Exception {
        CreateFunctionResponse created = create("rewrite");
        assertRefused(
                400,
                "InvalidFunctionAssociation",
                ARN,
                () -> distribution(
                        "early", b -> b.functionAssociations(f -> f.quantity(1).items(on("viewer-request")))));
        publish("rewrite", created.eTag());
        String id = distribution(
                "one",
                b -> b.functionAssociations(f -> f.quantity(2).items(on("viewer-request"), on("viewer-response"))));
        waitUntilDeployed(id);
        CloudFrontFunction served = served().cloudFrontFunction(ARN).orElseThrow();
        assertThat(served.code()).isEqualTo(CODE);
        assertThat(served().distribution(id).orElseThrow().defaultBehavior().cloudFrontFunctionAssociations())
                .containsExactly(
                        new CloudFrontFunctionAssociation(EventType.VIEWER_REQUEST, ARN),
                        new CloudFrontFunctionAssociation(EventType.VIEWER_RESPONSE, ARN));

        String updated = update("rewrite", created.eTag(), "function handler(event) { return 2; }");
        assertThat(served().cloudFrontFunction(ARN).orElseThrow().code()).isEqualTo(CODE);
        publish("rewrite", updated);
        waitUntilDeployed(id);
        assertThat(served().cloudFrontFunction(ARN).orElseThrow().code()).contains("return 2");
        assertRefused(
                409,
                "FunctionInUse",
                id,
                () -> aws.cloudFront.deleteFunction(r -> r.name("rewrite").ifMatch(updated)));

        CloudFrontFunction before = served().cloudFrontFunction(ARN).orElseThrow();
        aws.close();
        aws = new TestPlane(data, state());
        node = aws.node("nrt-1");
        node.follow(0);
        assertThat(served().cloudFrontFunction(ARN)).contains(before);
    }

    @Test
    void associationsThatCloudFrontRefuses() {
        publish("rewrite", create("rewrite").eTag());
        String version = aws.lambda
                .createFunction(TestPlane.function("hello").publish(true).build())
                .functionArn();
        assertRefused(
                400,
                "InvalidFunctionAssociation",
                "two functions on viewer-request",
                () -> distribution(
                        "a",
                        b -> b.functionAssociations(
                                f -> f.quantity(2).items(on("viewer-request"), on("viewer-request")))));
        assertRefused(
                400,
                "InvalidFunctionAssociation",
                "origin-request",
                () -> distribution(
                        "b", b -> b.functionAssociations(f -> f.quantity(1).items(on("origin-request")))));
        assertRefused(
                400,
                "InvalidFunctionAssociation",
                "expected one kind only",
                () -> distribution(
                        "c",
                        b -> b.functionAssociations(f -> f.quantity(1).items(on("viewer-request")))
                                .lambdaFunctionAssociations(lambda(version, "viewer-response"))));
        distribution(
                "d",
                b -> b.functionAssociations(f -> f.quantity(1).items(on("viewer-request")))
                        .lambdaFunctionAssociations(lambda(version, "origin-request")));
    }

    @Test
    void functionsThatCloudFrontRefuses() {
        String etag = create("rewrite").eTag();
        assertRefused(409, "FunctionAlreadyExists", "rewrite", () -> create("rewrite"));
        assertRefused(400, "InvalidArgument", "a b", () -> create("a b"));
        assertRefused(
                413,
                "FunctionSizeLimitExceeded",
                "10241 bytes",
                () -> create("big", "x".repeat(10_241), "cloudfront-js-2.0"));
        assertRefused(400, "InvalidArgument", "cobol", () -> create("other", CODE, "cobol"));
        assertRefused(
                400,
                "InvalidIfMatchVersion",
                "If-Match",
                () -> aws.cloudFront.publishFunction(r -> r.name("rewrite").ifMatch("")));
        assertRefused(
                412,
                "PreconditionFailed",
                "stale",
                () -> aws.cloudFront.publishFunction(r -> r.name("rewrite").ifMatch("stale")));
        assertRefused(412, "PreconditionFailed", "stale", () -> update("rewrite", "stale", CODE));
        assertRefused(404, "NoSuchFunctionExists", "nobody", () -> update("nobody", etag, CODE));
        assertRefused(
                400,
                "InvalidArgument",
                "does not exist",
                () -> aws.cloudFront.createFunction(r -> r.name("kv")
                        .functionCode(SdkBytes.fromUtf8String(CODE))
                        .functionConfig(c -> c.comment("")
                                .runtime("cloudfront-js-2.0")
                                .keyValueStoreAssociations(k -> k.quantity(1)
                                        .items(KeyValueStoreAssociation.builder()
                                                .keyValueStoreARN(
                                                        "arn:aws:cloudfront::000000000000:key-value-store/none")
                                                .build())))));
    }

    @Test
    void testFunctionAsksANode() {
        String etag = create("rewrite").eTag();
        TestResult result = aws.cloudFront
                .testFunction(r -> r.name("rewrite")
                        .ifMatch(etag)
                        .eventObject(SdkBytes.fromUtf8String("{\"version\":\"1.0\",\"request\":{\"uri\":\"/\"}}")))
                .testResult();
        assertThat(result.computeUtilization()).isEqualTo("7");
        assertThat(result.functionExecutionLogs()).containsExactly("a", "b");
        assertThat(result.functionErrorMessage()).isEmpty();
        assertThat(result.functionOutput()).isEqualTo("{\"request\":{\"uri\":\"/x\"}}");
        assertThat(result.functionSummary().name()).isEqualTo("rewrite");
        for (String event : List.of("{", "[]", "{}")) {
            assertRefused(
                    400,
                    "InvalidArgument",
                    "EventObject",
                    () -> aws.cloudFront.testFunction(
                            r -> r.name("rewrite").ifMatch(etag).eventObject(SdkBytes.fromUtf8String(event))));
        }
        assertRefused(
                412,
                "PreconditionFailed",
                "stale",
                () -> aws.cloudFront.testFunction(
                        r -> r.name("rewrite").ifMatch("stale").eventObject(SdkBytes.fromUtf8String("{}"))));
    }

    @Test
    void testFunctionNeedsANode() {
        aws.close();
        aws = new TestPlane(data, state());
        String etag = create("rewrite").eTag();
        assertRefused(
                500,
                "TestFunctionFailed",
                "no edge node is connected",
                () -> aws.cloudFront.testFunction(
                        r -> r.name("rewrite").ifMatch(etag).eventObject(SdkBytes.fromUtf8String("{\"request\":{}}"))));
    }

    @Test
    void keyValueStoreGoesThroughItsLife() throws Exception {
        var created = aws.cloudFront.createKeyValueStore(r -> r.name("links").comment("first"));
        KeyValueStore store = created.keyValueStore();
        assertThat(store.status()).isEqualTo("READY");
        assertThat(store.arn()).isEqualTo("arn:aws:cloudfront::000000000000:key-value-store/" + store.id());
        var updated = aws.cloudFront.updateKeyValueStore(
                r -> r.name("links").comment("second").ifMatch(created.eTag()));
        assertThat(aws.cloudFront
                        .describeKeyValueStore(r -> r.name("links"))
                        .keyValueStore()
                        .comment())
                .isEqualTo("second");
        assertThat(aws.cloudFront
                        .listKeyValueStores(r -> {})
                        .keyValueStoreList()
                        .items())
                .extracting(KeyValueStore::name)
                .containsExactly("links");
        assertRefused(
                409, "EntityAlreadyExists", "links", () -> aws.cloudFront.createKeyValueStore(r -> r.name("links")));

        String etag = aws.cloudFront
                .createFunction(r -> r.name("rewrite")
                        .functionCode(SdkBytes.fromUtf8String(CODE))
                        .functionConfig(c -> c.comment("")
                                .runtime("cloudfront-js-2.0")
                                .keyValueStoreAssociations(k -> k.quantity(1)
                                        .items(KeyValueStoreAssociation.builder()
                                                .keyValueStoreARN(store.arn())
                                                .build()))))
                .eTag();
        publish("rewrite", etag);
        String id = distribution(
                "one", b -> b.functionAssociations(f -> f.quantity(1).items(on("viewer-request"))));
        waitUntilDeployed(id);
        assertThat(served().keyValueStore(store.arn()).orElseThrow().items()).isEmpty();

        String first =
                data(store, "GET", "", "", "").headers().firstValue("etag").orElseThrow();
        HttpResponse<String> put = data(store, "PUT", "/keys/a%20b", first, "{\"Value\":\"/target\"}");
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(json(put).path("ItemCount").asInt()).isEqualTo(1);
        assertThat(json(put).path("TotalSizeInBytes").asInt()).isEqualTo(10);
        waitUntilDeployed(id);
        assertThat(served().keyValueStore(store.arn()).orElseThrow().items()).containsEntry("a b", "/target");
        assertThat(json(data(store, "GET", "/keys/a%20b", "", "")).path("Value").asText())
                .isEqualTo("/target");
        assertThat(data(store, "PUT", "/keys/c", first, "{\"Value\":\"1\"}").statusCode())
                .isEqualTo(409);

        String second = put.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> many = data(store, "POST", "/keys", second, """
                {"Puts":[{"Key":"c","Value":"1"},{"Key":"d","Value":"2"}],"Deletes":[{"Key":"a b"}]}""");
        assertThat(json(many).path("ItemCount").asInt()).isEqualTo(2);
        JsonNode page = json(data(store, "GET", "/keys?MaxResults=1", "", ""));
        assertThat(page.path("Items").path(0).path("Key").asText()).isEqualTo("c");
        JsonNode rest = json(
                data(store, "GET", "/keys?NextToken=" + page.path("NextToken").asText(), "", ""));
        assertThat(rest.path("Items").path(0).path("Value").asText()).isEqualTo("2");
        assertThat(rest.has("NextToken")).isFalse();
        String third = many.headers().firstValue("etag").orElseThrow();
        assertThat(json(data(store, "DELETE", "/keys/c", third, ""))
                        .path("ItemCount")
                        .asInt())
                .isEqualTo(1);
        assertThat(data(store, "GET", "/keys/c", "", "").statusCode()).isEqualTo(404);

        assertRefused(
                409,
                "CannotDeleteEntityWhileInUse",
                "rewrite",
                () -> aws.cloudFront.deleteKeyValueStore(r -> r.name("links").ifMatch(updated.eTag())));
        String unused =
                aws.cloudFront.createKeyValueStore(r -> r.name("unused")).eTag();
        aws.cloudFront.deleteKeyValueStore(r -> r.name("unused").ifMatch(unused));
        assertRefused(
                404, "EntityNotFound", "unused", () -> aws.cloudFront.describeKeyValueStore(r -> r.name("unused")));
    }

    @Test
    void keysAndValuesHaveTheirLimits() throws Exception {
        KeyValueStore store =
                aws.cloudFront.createKeyValueStore(r -> r.name("links")).keyValueStore();
        String etag =
                data(store, "GET", "", "", "").headers().firstValue("etag").orElseThrow();
        assertThat(data(store, "PUT", "/keys/" + "k".repeat(513), etag, "{\"Value\":\"1\"}")
                        .body())
                .contains("ValidationException");
        assertThat(data(store, "PUT", "/keys/k", etag, "{\"Value\":\"" + "v".repeat(1025) + "\"}")
                        .body())
                .contains("expected at most 1024");
        assertThat(data(store, "PUT", "/keys/" + "k".repeat(512), etag, "{\"Value\":\"" + "v".repeat(1024) + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    // ---- short ways ----

    /** SigV4A needs native code of the SDK's, so the data API is called without a signature. */
    private HttpResponse<String> data(KeyValueStore store, String method, String path, String ifMatch, String body)
            throws Exception {
        String arn = URLEncoder.encode(store.arn(), StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/key-value-stores/" + arn + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        if (!ifMatch.isEmpty()) {
            request.header("If-Match", ifMatch);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return MAPPER.readTree(response.body());
    }

    private String code(String stage) {
        return aws.cloudFront
                .getFunction(r -> r.name("rewrite").stage(stage))
                .functionCode()
                .asUtf8String();
    }

    private CreateFunctionResponse create(String name) {
        return create(name, CODE, FunctionRuntime.CLOUDFRONT_JS_2_0.toString());
    }

    private CreateFunctionResponse create(String name, String code, String runtime) {
        return aws.cloudFront.createFunction(r -> r.name(name)
                .functionCode(SdkBytes.fromUtf8String(code))
                .functionConfig(c -> c.comment("a comment").runtime(runtime)));
    }

    private String update(String name, String etag, String code) {
        return aws.cloudFront
                .updateFunction(r -> r.name(name)
                        .ifMatch(etag)
                        .functionCode(SdkBytes.fromUtf8String(code))
                        .functionConfig(c -> c.comment("").runtime("cloudfront-js-2.0")))
                .eTag();
    }

    private void publish(String name, String etag) {
        aws.cloudFront.publishFunction(r -> r.name(name).ifMatch(etag));
    }

    private String distribution(String reference, UnaryOperator<DefaultCacheBehavior.Builder> change) {
        return aws.cloudFront
                .createDistribution(r -> r.distributionConfig(TestPlane.distribution(reference)
                        .defaultCacheBehavior(change.apply(TestPlane.behavior()).build())
                        .build()))
                .distribution()
                .id();
    }

    private static FunctionAssociation on(String eventType) {
        return FunctionAssociation.builder()
                .functionARN(ARN)
                .eventType(eventType)
                .build();
    }

    private static software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations lambda(
            String version, String eventType) {
        return software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations.builder()
                .quantity(1)
                .items(LambdaFunctionAssociation.builder()
                        .lambdaFunctionARN(version)
                        .eventType(eventType)
                        .build())
                .build();
    }

    private void waitUntilDeployed(String id) {
        aws.cloudFront.waiter().waitUntilDistributionDeployed(r -> r.id(id));
    }

    private Snapshot served() {
        return node.snapshot();
    }

    private static void assertRefused(
            int status, String code, String words, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        AwsServiceException refusal = catchThrowableOfType(AwsServiceException.class, call);
        assertThat(refusal.statusCode()).isEqualTo(status);
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(refusal.awsErrorDetails().errorMessage()).contains(words);
    }
}
