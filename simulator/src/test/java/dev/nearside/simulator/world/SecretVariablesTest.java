package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.nearside.edge.EdgeNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.KmsDisabledException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** Environment variables in a whole world: there for functions of every engine, and nowhere in clear. */
class SecretVariablesTest {

    private static final String SECRET = "pl4ntedS3cret0123456789ABCDEF";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ROLE = "arn:aws:iam::000000000000:role/edge";

    /** Says of its variable only whether it is the right one. */
    private static final String JAVASCRIPT = """
            const { createHash } = require('crypto');
            exports.handler = async (event) => {
                const value = process.env.SECRET || '';
                const digest = createHash('sha256').update(value).digest('hex');
                const uri = event.Records ? event.Records[0].cf.request.uri : event.uri;
                if (uri === '/throw') { throw new Error('on purpose'); }
                if (uri === '/spin') { while (true) {} }
                return { status: '200', body: digest };
            };
            """;

    private static final String PYTHON = """
            import hashlib, os
            def handler(event, context):
                return {'status': '200', 'body': hashlib.sha256(os.environ['SECRET'].encode()).hexdigest()}
            """;

    /** Encrypted by the user before it became a variable; {@code fs} has it run in a Node.js process. */
    private static final String DECRYPTING = """
            require('fs');
            const http = require('http');
            const { createHash } = require('crypto');
            const decrypt = () => new Promise((resolve, reject) => {
                const request = http.request(process.env.KMS_ENDPOINT, {
                    method: 'POST',
                    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Decrypt' },
                }, (response) => {
                    let body = '';
                    response.on('data', (chunk) => { body += chunk; });
                    response.on('end', () => resolve(JSON.parse(body)));
                });
                request.on('error', reject);
                request.end(JSON.stringify({
                    CiphertextBlob: process.env.TOKEN,
                    EncryptionContext: { LambdaFunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME },
                }));
            });
            exports.handler = async () => {
                const { Plaintext } = await decrypt();
                return { status: '200', body: createHash('sha256').update(Buffer.from(Plaintext, 'base64')).digest('hex') };
            };
            """;

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<String> answers = new ArrayList<>();
    private World world;
    private AwsClients aws;

    @BeforeEach
    void start() throws IOException {
        Logger everything = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        logged.setContext(everything.getLoggerContext());
        logged.start();
        everything.addAppender(logged);
        ((Logger) LoggerFactory.getLogger("dev.nearside")).setLevel(Level.TRACE);
        world = World.start(WorldConfig.onFreePorts(folder).withPops("LHR"));
        aws = new AwsClients(world.apiAddress().getPort());
    }

    @AfterEach
    void stop() {
        aws.close();
        world.close();
        ((Logger) LoggerFactory.getLogger("dev.nearside")).setLevel(null);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(logged);
    }

    private String function(String name, Runtime runtime, String handler, byte[] zip, @Nullable String keyArn) {
        return function(name, runtime, handler, zip, keyArn, Map.of("SECRET", SECRET));
    }

    private String function(
            String name,
            Runtime runtime,
            String handler,
            byte[] zip,
            @Nullable String keyArn,
            Map<String, String> variables) {
        return aws.lambda()
                .createFunction(CreateFunctionRequest.builder()
                        .functionName(name)
                        .runtime(runtime)
                        .role(ROLE)
                        .handler(handler)
                        .timeout(3)
                        .code(code -> code.zipFile(SdkBytes.fromByteArray(zip)))
                        .kmsKeyArn(keyArn)
                        .environment(environment -> environment.variables(variables))
                        .publish(true)
                        .build())
                .functionArn();
    }

    private String deployed(String versionArn) {
        return aws.deployed(AwsClients.with(
                        AwsClients.distribution(
                                versionArn, world.originAddress().getPort(), AwsClients.RFC_POLICY),
                        versionArn,
                        EventType.VIEWER_REQUEST))
                .domainName();
    }

    private Viewer.Response get(String host, String target) throws IOException {
        EdgeNode node = world.node("LHR");
        Viewer.Response response = Viewer.get(node.address().getPort(), host, target);
        answers.add(response.fields() + response.text());
        return response;
    }

    private String platform(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + world.apiAddress().getPort() + path);
            HttpResponse<String> response =
                    http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            answers.add(response.headers().map() + response.body());
            return response.body();
        }
    }

    private String trace(Viewer.Response response) throws Exception {
        String id = response.field("x-amz-cf-id");
        String path = "/_nearside/traces/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        Await.until(LIMIT, "the trace is there", () -> !platform(path).contains("\"message\":\"no connected node"));
        return platform(path);
    }

    private static String digest() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(SECRET.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    @Test
    void functionsOfEveryEngineHaveTheirVariablesAndNothingElseHas() throws Exception {
        byte[] inProcess = FunctionZip.ofIndex(JAVASCRIPT);
        byte[] needsNode = FunctionZip.ofIndex("require('fs');" + JAVASCRIPT);
        byte[] python = FunctionZip.of("index.py", PYTHON);
        String first = deployed(function("first", Runtime.NODEJS22_X, "index.handler", inProcess, null));
        String second = deployed(function("second", Runtime.NODEJS22_X, "index.handler", needsNode, null));
        String third = deployed(function("third", Runtime.PYTHON3_12, "index.handler", python, null));

        for (String host : List.of(first, second, third)) {
            assertThat(get(host, "/").text()).isEqualTo(digest());
        }
        for (String host : List.of(first, second)) {
            for (String target : List.of("/throw", "/spin")) {
                Viewer.Response failed = get(host, target);
                assertThat(failed.status()).isEqualTo(503);
                assertThat(trace(failed)).contains(target);
            }
        }
        invokeAll();
        String events = platform("/_nearside/key-events?limit=1000");
        assertThat(events).contains("aws:lambda:FunctionArn").contains("lambda.us-east-1.amazonaws.com");
        platform("/_nearside/traces?limit=1000");
        platform("/_nearside/nodes");
        assertMalformedRequestsDoNotEcho();
        answers.add(aws.cloudFront().listDistributions().toString());

        world.close();
        assertThat(answers).noneMatch(SecretVariablesTest::tells);
        assertThat(logged.list).isNotEmpty().noneMatch(event -> tells(text(event)));
        assertThat(filesThatTell(folder)).isEmpty();
    }

    private void invokeAll() {
        for (String name : List.of("first", "second")) {
            for (String uri : List.of("/", "/throw", "/spin")) {
                InvokeResponse response = aws.lambda()
                        .invoke(request -> request.functionName(name)
                                .logType(LogType.TAIL)
                                .payload(SdkBytes.fromUtf8String("{\"uri\":\"" + uri + "\"}")));
                answers.add(response.payload().asUtf8String()
                        + new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8));
            }
        }
    }

    /** What cannot be used is refused without being quoted. */
    private void assertMalformedRequestsDoNotEcho() throws IOException, InterruptedException {
        List<String> bodies = List.of(
                "{\"FunctionName\":\"x\",\"Environment\":{\"Variables\":{\"A\":[\"" + SECRET + "\"]}}}",
                "{\"FunctionName\":\"x\",\"Environment\":{\"Variables\":{\"A\":\"" + SECRET + "\"",
                "{\"FunctionName\":\"x\",\"Environment\":{\"Variables\":\"" + SECRET + "\"}}",
                "{\"FunctionName\":\"x\",\"Environment\":{\"Variables\":{\"A\":" + SECRET + "}}}");
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String body : bodies) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + world.apiAddress().getPort() + "/2015-03-31/functions"))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(400);
                answers.add(response.body());
            }
        }
    }

    private static String text(ILoggingEvent event) {
        return event.getFormattedMessage()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    /** Whether a text has the secret, as it is or in one of the three forms that base64 may give it. */
    private static boolean tells(String text) {
        return forms().anyMatch(text::contains);
    }

    private static Stream<String> forms() {
        Stream<String> base64 = Stream.of(0, 1, 2).map(shift -> {
            String encoded =
                    Base64.getEncoder().encodeToString(("x".repeat(shift) + SECRET).getBytes(StandardCharsets.UTF_8));
            return encoded.substring(4, encoded.length() - 4);
        });
        byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
        return Stream.concat(base64, Stream.of(SECRET, HexFormat.of().formatHex(bytes)));
    }

    private static List<Path> filesThatTell(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).as("there is something to search").hasSizeGreaterThan(5);
            List<Path> telling = new ArrayList<>();
            for (Path file : all) {
                if (tells(Files.readString(file, StandardCharsets.ISO_8859_1))) {
                    telling.add(file);
                }
            }
            return telling;
        }
    }

    @Test
    void aHandlerDecryptsWhatItsUserEncrypted() throws Exception {
        try (KmsClient kms = aws.kms()) {
            String key = kms.createKey().keyMetadata().arn();
            byte[] ciphertext = kms.encrypt(encrypt -> encrypt.keyId(key)
                            .plaintext(SdkBytes.fromUtf8String(SECRET))
                            .encryptionContext(Map.of("LambdaFunctionName", "helped")))
                    .ciphertextBlob()
                    .asByteArray();
            Map<String, String> variables = Map.of(
                    "TOKEN",
                    Base64.getEncoder().encodeToString(ciphertext),
                    "KMS_ENDPOINT",
                    "http://127.0.0.1:" + world.apiAddress().getPort() + "/");
            String version = function(
                    "helped", Runtime.NODEJS22_X, "index.handler", FunctionZip.ofIndex(DECRYPTING), null, variables);

            assertThat(get(deployed(version), "/").text()).isEqualTo(digest());
            assertThat(platform("/_nearside/key-events?limit=1000")).contains("{\"LambdaFunctionName\":\"helped\"}");
        }
    }

    @Test
    void aDisabledKeyStopsColdStartsAndNotWhatRuns() throws Exception {
        try (KmsClient kms = aws.kms()) {
            String key = kms.createKey().keyMetadata().arn();
            String host = deployed(
                    function("own", Runtime.NODEJS22_X, "index.handler", FunctionZip.ofIndex(JAVASCRIPT), key));
            assertThat(get(host, "/").text()).isEqualTo(digest());
            kms.disableKey(request -> request.keyId(key));

            assertThat(get(host, "/").text())
                    .as("an environment that is there goes on")
                    .isEqualTo(digest());
            // Another version shares neither environments nor the answer that the node remembers.
            aws.lambda()
                    .updateFunctionCode(update -> update.functionName("own")
                            .zipFile(SdkBytes.fromByteArray(FunctionZip.ofIndex("// 2\n" + JAVASCRIPT))));
            assertThatThrownBy(() -> aws.lambda().invoke(request -> request.functionName("own")))
                    .isInstanceOfSatisfying(
                            KmsDisabledException.class,
                            e -> assertThat(e.statusCode()).isEqualTo(502))
                    .hasMessageContaining(key + " is disabled");
            String cold = aws.lambda()
                    .publishVersion(publish -> publish.functionName("own"))
                    .functionArn();
            String coldHost = deployed(cold);
            Viewer.Response refused = get(coldHost, "/");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("x-cache")).startsWith("LambdaExecutionError");
            assertThat(trace(refused)).contains("KMSDisabledException").contains("key-refused");
            assertThat(logged.list).anyMatch(event -> text(event).contains("KMSDisabledException"));

            kms.enableKey(request -> request.keyId(key));
            Await.until(
                    LIMIT,
                    "the node asks for the key again",
                    () -> get(coldHost, "/").status() == 200);
        }
    }
}
