package dev.nearside.control.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfrontkeyvaluestore.CloudFrontKeyValueStoreClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** What AWS has and this release does not is refused by name, in the protocol of the call. */
class UnofferedOperationsTest {

    @TempDir
    private static Path data;

    private static TestPlane aws;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        aws = new TestPlane(data);
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        aws.close();
    }

    @Test
    void everyOperationOfTheSdkHasItsNameInTheList() {
        Map.of(
                        "lambda",
                        LambdaClient.class,
                        "cloudfront",
                        CloudFrontClient.class,
                        "cloudfront-keyvaluestore",
                        CloudFrontKeyValueStoreClient.class)
                .forEach((service, client) -> assertThat(listed(service)).containsAll(operations(client)));
    }

    @Test
    void aLambdaOperationIsRefusedByItsName() {
        LambdaException refused = catchThrowableOfType(
                LambdaException.class,
                () -> aws.lambda.getLayerVersionPolicy(r -> r.layerName("l").versionNumber(1L)));
        assertThat(refused.statusCode()).isEqualTo(501);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("NotImplemented");
        assertThat(refused).hasMessageContaining("the operation GetLayerVersionPolicy of 'lambda' is not offered");
    }

    @Test
    void operationsThatDifferByAParameterAreToldApart() throws Exception {
        assertThat(get("lambda", "/2018-10-31/layers?find=LayerVersion&Arn=a").body())
                .contains("GetLayerVersionByArn");
        assertThat(get("lambda", "/2018-10-31/layers").body()).contains("ListLayers");
    }

    @Test
    void aPathThatIsNoOperationIsQuoted() throws Exception {
        HttpResponse<String> answer = get("lambda", "/2015-03-31/nothing");
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.body()).contains("\"__type\":\"NotImplemented\"", "GET /2015-03-31/nothing");
    }

    @Test
    void jsonCallersGetJson() throws Exception {
        HttpResponse<String> answer = post(
                "dynamodb",
                "/",
                "{}",
                Map.of("content-type", "application/x-amz-json-1.0", "x-amz-target", "DynamoDB_20120810.ListTables"));
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-amz-json-1.0");
        assertThat(answer.body()).contains("\"__type\":\"NotImplemented\"", "DynamoDB_20120810.ListTables");
    }

    @Test
    void queryCallersGetXml() throws Exception {
        HttpResponse<String> answer = post(
                "sts",
                "/",
                "Action=GetSessionToken&Version=2011-06-15",
                Map.of("content-type", "application/x-www-form-urlencoded; charset=utf-8"));
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.body()).contains("<Code>NotImplemented</Code>", "GetSessionToken");
    }

    @Test
    void cborCallersGetCbor() throws Exception {
        HttpResponse<String> rpc = post(
                "monitoring",
                "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                "",
                Map.of("content-type", "application/cbor", "smithy-protocol", "rpc-v2-cbor"));
        assertThat(rpc.statusCode()).isEqualTo(501);
        assertThat(rpc.headers().firstValue("smithy-protocol")).hasValue("rpc-v2-cbor");
        assertThat(rpc.headers().firstValue("content-type")).hasValue("application/cbor");
        assertThat(rpc.body()).contains("__type", "NotImplemented", "message", "ListMetrics");

        HttpResponse<String> binary = post(
                "kinesis",
                "/",
                "",
                Map.of("content-type", "application/x-amz-cbor-1.1", "x-amz-target", "Kinesis_20131202.MergeShards"));
        assertThat(binary.headers().firstValue("content-type")).hasValue("application/x-amz-cbor-1.1");
        assertThat(binary.body()).contains("NotImplemented", "Kinesis_20131202.MergeShards");
    }

    private static Set<String> listed(String service) {
        try (var in = KnownOperations.class.getResourceAsStream("operations/" + service + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.substring(0, line.indexOf(' ')).toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the requests that the client's methods take. */
    private static Set<String> operations(Class<?> client) {
        return Arrays.stream(client.getMethods())
                .flatMap(method -> Arrays.stream(method.getParameterTypes()))
                .map(Class::getSimpleName)
                .filter(name -> name.endsWith("Request"))
                .map(name -> name.substring(0, name.length() - "Request".length()))
                // The SDK writes Acl where AWS has ACL.
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static HttpResponse<String> get(String service, String path) throws Exception {
        return http.send(request(service, path).GET().build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String service, String path, String body, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = request(service, path).POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static HttpRequest.Builder request(String service, String path) {
        URI api = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + path);
        return HttpRequest.newBuilder(api)
                .setHeader(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/" + service
                                + "/aws4_request, SignedHeaders=host");
    }
}
