package dev.nearside.control.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/**
 * Guards the use of the SDK's own marshallers from the other side: they are not meant for it, so a new SDK version may
 * break it, and then these tests say where.
 */
class WireProtocolsTest {

    private static final String NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
    private static final RestXml XML = new RestXml(NAMESPACE);
    private static final RestJson JSON = new RestJson();

    private static final Operation<CreateInvalidationRequest, CreateInvalidationResponse> CREATE_INVALIDATION =
            Operation.rest(
                    "POST /2020-05-31/distribution/{DistributionId}/invalidation",
                    201,
                    CreateInvalidationRequest::builder,
                    (request, caller) -> CreateInvalidationResponse.builder().build());

    private static final Operation<UpdateFunctionCodeRequest, UpdateFunctionCodeResponse> UPDATE_CODE = Operation.rest(
            "PUT /2015-03-31/functions/{FunctionName}/code",
            200,
            UpdateFunctionCodeRequest::builder,
            (request, caller) -> UpdateFunctionCodeResponse.builder().build());

    @Test
    void structuresSurviveXml() {
        DistributionConfig config = DistributionConfig.builder()
                .callerReference("<&> \"é\" \uD83D\uDE00")
                .comment("")
                .enabled(true)
                .aliases(aliases -> aliases.quantity(2).items("a.test", "b.test"))
                .defaultCacheBehavior(behavior -> behavior.targetOriginId("o")
                        .compress(false)
                        .lambdaFunctionAssociations(all -> all.quantity(1)
                                .items(LambdaFunctionAssociation.builder()
                                        .eventType(EventType.VIEWER_REQUEST)
                                        .lambdaFunctionARN("arn")
                                        .includeBody(true)
                                        .build())))
                .build();

        byte[] xml = XmlShapes.document(config, NAMESPACE, "DistributionConfig");
        assertThat(XmlShapes.read(xml, "DistributionConfig", DistributionConfig.builder()))
                .isEqualTo(config);
    }

    @Test
    void structuresSurviveJson() {
        FunctionConfiguration configuration = FunctionConfiguration.builder()
                .functionName("hello")
                .timeout(3)
                .codeSize(5_000_000_000L)
                .environment(environment -> environment.variables(Map.of("KEY", "\"é\"\n")))
                .architecturesWithStrings("x86_64")
                .build();

        assertThat(JsonShapes.read(JsonShapes.write(configuration), FunctionConfiguration.builder()))
                .isEqualTo(configuration);
    }

    @Test
    void xmlRequestTakesMembersFromPathAndBody() {
        WireRequest request = request(
                "POST",
                "/2020-05-31/distribution/E1/invalidation",
                "<InvalidationBatch xmlns=\"" + NAMESPACE + "\"><Paths><Quantity>1</Quantity><Items><Path>/*</Path>"
                        + "</Items></Paths><CallerReference>r</CallerReference></InvalidationBatch>");
        Map<String, String> members = CREATE_INVALIDATION.route().match(request).orElseThrow();

        CreateInvalidationRequest read = (CreateInvalidationRequest) XML.read(CREATE_INVALIDATION, request, members);
        assertThat(read.distributionId()).isEqualTo("E1");
        assertThat(read.invalidationBatch().callerReference()).isEqualTo("r");
        assertThat(read.invalidationBatch().paths().items()).containsExactly("/*");
    }

    @Test
    void xmlResponseHasHeadersAndANamespacedBody() {
        CreateInvalidationResponse response = CreateInvalidationResponse.builder()
                .location("https://there")
                .invalidation(invalidation ->
                        invalidation.id("I1").status("Completed").createTime(Instant.parse("2026-01-02T03:04:05Z")))
                .build();

        WireResponse wire = XML.write(CREATE_INVALIDATION, response, "id-1");
        assertThat(wire.status()).isEqualTo(201);
        assertThat(wire.headers()).containsEntry("Location", "https://there").containsEntry("x-amzn-requestid", "id-1");
        assertThat(new String(wire.body(), StandardCharsets.UTF_8))
                .endsWith("<Invalidation xmlns=\"" + NAMESPACE + "\"><Id>I1</Id><Status>Completed</Status>"
                        + "<CreateTime>2026-01-02T03:04:05Z</CreateTime></Invalidation>");
    }

    @Test
    void jsonRequestTakesMembersFromPathAndBody() {
        byte[] zip = {1, 2, 3};
        WireRequest request = request(
                "PUT",
                "/2015-03-31/functions/arn%3Aaws%3Alambda/code",
                "{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(zip) + "\",\"Publish\":true,\"Unknown\":1}");
        Map<String, String> members = UPDATE_CODE.route().match(request).orElseThrow();

        UpdateFunctionCodeRequest read = (UpdateFunctionCodeRequest) JSON.read(UPDATE_CODE, request, members);
        assertThat(read.functionName()).isEqualTo("arn:aws:lambda");
        assertThat(read.zipFile()).isEqualTo(SdkBytes.fromByteArray(zip));
        assertThat(read.publish()).isTrue();
    }

    @Test
    void queryResponseIsOneDocument() {
        Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> operation = Operation.query(
                GetCallerIdentityRequest::builder,
                (request, caller) -> GetCallerIdentityResponse.builder().build());

        WireResponse wire = new QueryXml("urn:sts")
                .write(
                        operation,
                        GetCallerIdentityResponse.builder().account("1").build(),
                        "id-1");
        assertThat(new String(wire.body(), StandardCharsets.UTF_8))
                .isEqualTo("<GetCallerIdentityResponse xmlns=\"urn:sts\"><GetCallerIdentityResult xmlns=\"urn:sts\">"
                        + "<Account>1</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>id-1</RequestId>"
                        + "</ResponseMetadata></GetCallerIdentityResponse>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "<InvalidationBatch>",
                "<InvalidationBatch></Other>",
                "<Other/>",
                "<!DOCTYPE InvalidationBatch><InvalidationBatch/>",
                "<!DOCTYPE b [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><InvalidationBatch>&e;</InvalidationBatch>",
                "<InvalidationBatch>&undeclared;</InvalidationBatch>",
                "<InvalidationBatch><Paths><Quantity>many</Quantity></Paths></InvalidationBatch>"
            })
    void malformedXmlIsRefused(String xml) {
        AwsError error = catchThrowableOfType(
                AwsError.class,
                () -> XML.read(CREATE_INVALIDATION, request("POST", "/", xml), Map.of("DistributionId", "E1")));

        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo("MalformedXML");
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.text()).doesNotContain("root:");
    }

    @Test
    void bottomlessXmlIsRefused() {
        String deep = "<InvalidationBatch>" + "<a>".repeat(100_000);

        AwsError error = catchThrowableOfType(
                AwsError.class,
                () -> XML.read(CREATE_INVALIDATION, request("POST", "/", deep), Map.of("DistributionId", "E1")));
        assertThat(error.text()).contains("nested deeper than 64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "{",
                "[]",
                "\"text\"",
                "{\"Timeout\": \"soon\"}",
                "{\"Environment\": {\"Variables\": 1}}",
                "{\"Environment\": {\"Variables\": {\"A\": \"\\u0000\"}}}",
                "{\"Environment\": {\"Variables\": {\"A\\u0000\": \"\"}}}",
                "{\"Description\": \"a\\u0000b\"}",
                "{\"Tags\": {\"a\": null}}",
                "{\"Layers\": [null]}",
                "{\"FileSystemConfigs\": [null]}",
                "{\"Code\": {\"ZipFile\": \"***\"}}"
            })
    void malformedJsonIsRefused(String json) {
        Operation<CreateFunctionRequest, UpdateFunctionCodeResponse> create = Operation.rest(
                "POST /2015-03-31/functions",
                201,
                CreateFunctionRequest::builder,
                (request, caller) -> UpdateFunctionCodeResponse.builder().build());
        AwsError error = catchThrowableOfType(
                AwsError.class, () -> JSON.read(create, request("POST", "/2015-03-31/functions", json), Map.of()));

        assertThat(error).as(json).isNotNull();
        assertThat(error.code()).isEqualTo("SerializationException");
        assertThat(error.status()).isEqualTo(400);
    }

    @Test
    void nullMembersAreUnsetAndANullVariableIsLambdasToRefuse() {
        CreateFunctionRequest read = (CreateFunctionRequest) JsonShapes.readRequest(
                "{\"Description\":null,\"Layers\":null,\"Environment\":{\"Variables\":{\"A\":null}}}"
                        .getBytes(StandardCharsets.UTF_8),
                CreateFunctionRequest.builder());

        assertThat(read.description()).isNull();
        assertThat(read.hasLayers()).isFalse();
        assertThat(read.environment().variables()).containsEntry("A", null);
    }

    @Test
    void errorTextIsEscaped() {
        AwsError error = AwsError.badRequest("Bad", "<a> & \"b\" \u0001");

        assertThat(new String(XML.error(error, "id").body(), StandardCharsets.UTF_8))
                .contains("<Message>&lt;a&gt; &amp; \"b\" \uFFFD</Message>");
        assertThat(new String(JSON.error(error, "id").body(), StandardCharsets.UTF_8))
                .contains("\"Message\":\"<a> & \\\"b\\\" \\u0001\"");
    }

    private static WireRequest request(String method, String path, String body) {
        return new WireRequest(
                method, path, Map.<String, List<String>>of(), Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }
}
