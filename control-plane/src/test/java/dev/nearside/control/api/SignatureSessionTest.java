package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.control.SignedCall;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudfront.model.Distribution;

/** An API that demands signatures, called by the stock clients and by calls that the stock signer made. */
class SignatureSessionTest {

    private static final String SECRET = "a-secret-that-is-never-logged";
    private static final AwsCredentials ANN = AwsBasicCredentials.create("AKIAANN", SECRET);
    private static final AwsCredentials READER = AwsBasicCredentials.create("AKIAREADER", SECRET + "-2");
    private static final AwsCredentials GUEST =
            AwsSessionCredentials.create("ASIAGUEST", SECRET + "-3", "a-token-of-this-session");
    private static final String DISTRIBUTIONS = "/2020-05-31/distribution";

    @TempDir
    private Path folder;

    private TestPlane aws;
    private URI api;

    @BeforeEach
    void start() throws Exception {
        Path file = folder.resolve("keys.json");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, """
                {"keys": [
                  {"access-key-id": "AKIAANN", "secret-access-key": "%s", "name": "ann"},
                  {"access-key-id": "AKIAREADER", "secret-access-key": "%s-2", "name": "reader",
                   "services": ["cloudfront", "nearside"], "read-only": true},
                  {"access-key-id": "ASIAGUEST", "secret-access-key": "%s-3", "name": "guest",
                   "session-token": "a-token-of-this-session"}
                ]}""".formatted(SECRET, SECRET, SECRET));
        aws = plane(ANN, file);
        api = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort());
    }

    private TestPlane plane(AwsCredentials credentials, Path file) {
        return new TestPlane(
                TestPlane.config(folder.resolve("data"), TestState.SQLITE).withAuth(file.toString()), credentials);
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void stockClientsOfEveryServiceAreTakenAndKnownByName() throws Exception {
        assertThat(aws.sts.getCallerIdentity().arn()).isEqualTo("arn:aws:iam::000000000000:user/ann");
        Distribution made = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(
                        TestPlane.distribution("signed").comment("ä ö & <ü>").build()))
                .distribution();
        assertThat(aws.cloudFront
                        .listTagsForResource(request -> request.resource(made.arn()))
                        .tags()
                        .items())
                .isEmpty();
        aws.cloudFront.createInvalidation(request -> request.distributionId(made.id())
                .invalidationBatch(batch -> batch.callerReference("r")
                        .paths(paths -> paths.quantity(1).items("/a%20b/*"))));
        String arn = aws.lambda
                .createFunction(TestPlane.function("hello").publish(true).build())
                .functionArn();
        assertThat(aws.lambda
                        .getFunction(request -> request.functionName(arn).qualifier("1"))
                        .configuration()
                        .version())
                .isEqualTo("1");
        assertThat(aws.lambda
                        .listFunctionsPaginator(request -> request.maxItems(1))
                        .functions())
                .hasSize(1);

        JsonNode history = new ObjectMapper()
                .readTree(call("/_nearside/history?limit=2", "nearside", ANN)
                        .sign()
                        .send()
                        .body());
        JsonNode newest = history.path("entries").path(0);
        assertThat(newest.path("who").asText()).isEqualTo("ann");
        assertThat(newest.path("operation").asText()).isEqualTo("CreateFunction");
        assertThat(newest.path("requestId").asText()).hasSize(36);
        assertThat(history.path("entries")).hasSize(2);
        assertThat(history.path("nextBefore").asLong()).isPositive();
    }

    @Test
    void requestWithoutSignatureIsRefusedInTheWordsOfEachProtocol() throws Exception {
        HttpResponse<String> xml = unsigned(DISTRIBUTIONS);
        assertThat(xml.statusCode()).isEqualTo(403);
        assertThat(xml.body()).contains("<Code>MissingAuthenticationToken</Code>");
        HttpResponse<String> json = unsigned("/2015-03-31/functions");
        assertThat(json.statusCode()).isEqualTo(403);
        assertThat(json.headers().firstValue("x-amzn-errortype")).hasValue("MissingAuthenticationTokenException");
        assertThat(unsigned("/_nearside/nodes").statusCode()).isEqualTo(403);
        assertThat(unsigned("/_nearside/health").statusCode()).isEqualTo(200);
    }

    @Test
    void unknownKeyAndWrongSecretAreRefusedInTheWordsOfEachProtocol() {
        AwsCredentials unknown = AwsBasicCredentials.create("AKIANOBODY", SECRET);
        AwsCredentials wrong = AwsBasicCredentials.create("AKIAANN", SECRET + "x");
        expectFromAll(unknown, "InvalidClientTokenId", "UnrecognizedClientException");
        expectFromAll(wrong, "SignatureDoesNotMatch", "InvalidSignatureException");
    }

    private void expectFromAll(AwsCredentials credentials, String xmlCode, String jsonCode) {
        aws.close();
        aws = plane(credentials, folder.resolve("keys.json"));
        assertThatThrownBy(() -> aws.cloudFront.listDistributions()).satisfies(e -> expect(e, xmlCode));
        assertThatThrownBy(() -> aws.sts.getCallerIdentity()).satisfies(e -> expect(e, xmlCode));
        assertThatThrownBy(() -> aws.lambda.listFunctions()).satisfies(e -> expect(e, jsonCode));
    }

    private static void expect(Throwable thrown, String code) {
        assertThat(thrown).isInstanceOfSatisfying(AwsServiceException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(403);
            assertThat(e.getMessage()).doesNotContain(SECRET);
        });
    }

    @Test
    void clockMayBeFiveMinutesOffAndNotMore() throws Exception {
        SignedCall call = call(DISTRIBUTIONS, "cloudfront", ANN);
        assertThat(call.later(Duration.ofMinutes(-4)).sign().send().statusCode())
                .isEqualTo(200);
        assertThat(call.later(Duration.ofMinutes(4)).sign().send().statusCode()).isEqualTo(200);
        assertRefused(call.later(Duration.ofMinutes(-6)).sign().send(), "SignatureDoesNotMatch", "Signature expired: ");
        assertRefused(
                call.later(Duration.ofMinutes(6)).sign().send(),
                "SignatureDoesNotMatch",
                "Signature not yet current: ");
        HttpResponse<String> json = call("/2015-03-31/functions", "lambda", ANN)
                .later(Duration.ofMinutes(-6))
                .sign()
                .send();
        assertThat(json.headers().firstValue("x-amzn-errortype")).hasValue("InvalidSignatureException");
        assertThat(json.body()).contains("- 5 min.");
    }

    @Test
    void presignedRequestIsGoodForItsTimeAndForNothingElse() throws Exception {
        SignedCall call = call(DISTRIBUTIONS + "?MaxItems=1", "cloudfront", ANN).presigned(Duration.ofMinutes(20));
        assertThat(call.sign().send().statusCode()).isEqualTo(200);
        assertThat(call.later(Duration.ofMinutes(-19)).sign().send().statusCode())
                .isEqualTo(200);
        HttpResponse<String> expired =
                call.later(Duration.ofMinutes(-21)).sign().send();
        assertThat(expired.statusCode()).isEqualTo(400);
        assertThat(expired.body()).contains("<Code>RequestExpired</Code>");
        SignedCall.Signed signed = call.sign();
        assertMismatch(signed.withTarget(signed.target().replace("MaxItems=1", "MaxItems=2")));
        assertMismatch(signed.withTarget(signed.target().replace("Expires=1200", "Expires=1201")));
        assertMismatch(signed.withTarget(signed.target() + "&Marker=E"));
        assertMismatch(signed.with("x-amz-new", "Other"));
    }

    @Test
    void signatureHoldsForExactlyWhatWasSigned() throws Exception {
        SignedCall call = call("/", "sts", ANN)
                .post(
                        "Action=GetCallerIdentity&Version=2011-06-15",
                        Map.of("Content-Type", "application/x-www-form-urlencoded"));
        SignedCall.Signed signed = call.sign();
        assertThat(signed.send().body()).contains(":user/ann");
        assertMismatch(signed.withBody("Action=GetCallerIdentity&Version=2011-06-1x"));
        assertMismatch(signed.withTarget("/other"));
        assertMismatch(signed.withTarget("/?a=b"));
        assertMismatch(signed.with("x-amz-new", "not signed"));
        assertMismatch(signed.with("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));

        SignedCall.Signed unsignedBody = call.withUnsignedBody().sign();
        assertThat(unsignedBody.headers()).containsEntry("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        assertThat(unsignedBody
                        .withBody("Action=GetCallerIdentity&Version=x")
                        .send()
                        .body())
                .contains(":user/ann");
    }

    @Test
    void malformedSignatureIsRefusedWithWhatIsWrong() throws Exception {
        SignedCall.Signed signed = call(DISTRIBUTIONS, "cloudfront", ANN).sign();
        String authorization = signed.headers().get("Authorization");
        for (String[] row : new String[][] {
            {"Bearer abc", "Unsupported AWS &apos;algorithm&apos;: &apos;Bearer&apos;"},
            {authorization.replaceFirst("Signature=.*", ""), "requires &apos;Signature&apos; parameter"},
            {authorization.replaceFirst("SignedHeaders=[^,]*,", ""), "requires &apos;SignedHeaders&apos; parameter"},
            {authorization + ", Signature=00", "has &apos;Signature&apos; twice"},
            {authorization.replace("/aws4_request", ""), "exactly 5 slash-delimited elements"},
        }) {
            HttpResponse<String> refused = signed.with("Authorization", row[0]).send();
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body().replace("'", "&apos;"))
                    .contains("<Code>IncompleteSignature</Code>")
                    .contains(row[1]);
        }
        assertRefused(
                signed.with("Authorization", authorization.replaceFirst("/[0-9]{8}/", "/20200101/"))
                        .send(),
                "SignatureDoesNotMatch",
                "Date in Credential scope");
        assertRefused(
                signed.with("Authorization", authorization.replace("host;", "")).send(),
                "SignatureDoesNotMatch",
                "must be a");
    }

    @Test
    void sessionTokenMustBeTheKeys() throws Exception {
        assertThat(call(DISTRIBUTIONS, "cloudfront", GUEST).sign().send().statusCode())
                .isEqualTo(200);
        assertThat(call(DISTRIBUTIONS, "cloudfront", GUEST)
                        .presigned(Duration.ofMinutes(1))
                        .sign()
                        .send()
                        .statusCode())
                .isEqualTo(200);
        for (AwsCredentials wrong : new AwsCredentials[] {
            AwsBasicCredentials.create("ASIAGUEST", SECRET + "-3"),
            AwsSessionCredentials.create("ASIAGUEST", SECRET + "-3", "another-token-of-a-session"),
            AwsSessionCredentials.create("AKIAANN", SECRET, "a-token-of-this-session"),
        }) {
            assertRefused(
                    call(DISTRIBUTIONS, "cloudfront", wrong).sign().send(),
                    "InvalidClientTokenId",
                    "security token included in the request is invalid");
        }
    }

    @Test
    void keyIsGoodForItsServicesAndForReadingOnlyIfItSaysSo() throws Exception {
        assertThat(call(DISTRIBUTIONS, "cloudfront", READER).sign().send().statusCode())
                .isEqualTo(200);
        assertThat(call("/_nearside/status", "nearside", READER).sign().send().statusCode())
                .isEqualTo(200);
        HttpResponse<String> lambda =
                call("/2015-03-31/functions", "lambda", READER).sign().send();
        assertThat(lambda.statusCode()).isEqualTo(403);
        assertThat(lambda.headers().firstValue("x-amzn-errortype")).hasValue("AccessDeniedException");
        assertThat(lambda.body()).contains("reader is not authorized to perform: lambda:ListFunctions");
        assertRefused(
                call(DISTRIBUTIONS, "cloudfront", READER)
                        .post("<DistributionConfig/>", Map.of("Content-Type", "application/xml"))
                        .sign()
                        .send(),
                "AccessDenied",
                "cloudfront:CreateDistribution");
        assertThat(call("/_nearside/status", "nearside", READER)
                        .post("", Map.of())
                        .sign()
                        .send()
                        .statusCode())
                .isEqualTo(403);
        assertThat(call(DISTRIBUTIONS, "lambda", READER).sign().send().statusCode())
                .as("signed for another service than that of the path")
                .isEqualTo(501);
    }

    @Test
    void signatureForOneServiceIsNotGoodForAnother() throws Exception {
        HttpResponse<String> refused =
                call("/_nearside/status", "lambda", ANN).sign().send();
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("signed for the service 'lambda', expected 'nearside'");
        SignedCall.Signed lambda = call(DISTRIBUTIONS, "lambda", ANN).sign();
        String authorization = lambda.headers().get("Authorization");
        assertRefused(
                lambda.with("Authorization", authorization.replace("Credential=", "Credential = "))
                        .send(),
                "AccessDenied",
                "cloudfront:ListDistributions");
    }

    @Test
    void bodyIsNotAwaitedFromWhoHasNoKey() throws Exception {
        for (String path : new String[] {"/2015-03-31/functions", "/", "/_nearside/rollouts/policy"}) {
            try (Socket socket = new Socket(api.getHost(), api.getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(("POST " + path + " HTTP/1.1\r\nHost: " + api.getAuthority()
                                        + "\r\nContent-Length: 1000000\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                assertThat(answer.readLine()).as(path).startsWith("HTTP/1.1 403");
            }
        }
    }

    @Test
    void rolloutIsSteeredInTheNameOfTheKey() throws Exception {
        HttpResponse<String> changed = call("/_nearside/rollouts/policy", "nearside", ANN)
                .post("{\"bakeSeconds\": 7}", Map.of("Content-Type", "application/json"))
                .sign()
                .send();
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        JsonNode newest = new ObjectMapper()
                .readTree(call("/_nearside/history?limit=1", "nearside", ANN)
                        .sign()
                        .send()
                        .body())
                .at("/entries/0");
        assertThat(newest.path("who").asText()).isEqualTo("ann");
        assertThat(newest.path("operation").asText()).isEqualTo("SetRolloutPolicy");
        assertThat(changed.headers().firstValue("x-amzn-requestid"))
                .hasValue(newest.path("requestId").asText());
    }

    @Test
    void keyForReadingGetsNoExportHoweverItsPathIsSpelt() throws Exception {
        HttpResponse<String> plain =
                call("/_nearside/export", "nearside", READER).sign().send();
        assertThat(plain.statusCode()).isEqualTo(403);
        assertThat(plain.body()).contains("reader may not GET /_nearside/export");
        for (String path : new String[] {"/_nearside//export", "/_nearside/%65xport", "/_nearside/export;x"}) {
            HttpResponse<String> refused = call(path, "nearside", READER).sign().send();
            assertThat(refused.statusCode()).as(path).isEqualTo(400);
            assertThat(refused.body()).contains("'" + path + "', expected it as /_nearside/export");
        }
    }

    private SignedCall call(String path, String service, AwsCredentials credentials) {
        return SignedCall.get(api, path, service, credentials);
    }

    private HttpResponse<String> unsigned(String path) throws Exception {
        return new SignedCall.Signed("GET", api, path, Map.of(), "").send();
    }

    private static void assertMismatch(SignedCall.Signed signed) throws Exception {
        HttpResponse<String> refused = signed.send();
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).contains("<Code>SignatureDoesNotMatch</Code>");
    }

    private static void assertRefused(HttpResponse<String> refused, String code, String message) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).contains("<Code>" + code + "</Code>").contains(message);
    }
}
