package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;

/** Handlers that fail and configurations that make no sense: each is named, and everything else goes on. */
class BadInputTest {

    private static final String ACCOUNT = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static World world;
    private static AwsClients aws;

    @BeforeAll
    static void startWorld() throws Exception {
        world = World.start(WorldConfig.onFreePorts(folder).withPops("LHR", "NRT"));
        aws = new AwsClients(world.apiAddress().getPort());
        aws.publishedFunction("good", FunctionZip.ofIndex("exports.handler = async () => {};"));
    }

    @AfterAll
    static void stopWorld() {
        aws.close();
        world.close();
    }

    /** Code that fails, and what a viewer and a trace are told. */
    enum BadHandler {
        MISSING_FILE("other.js", "exports.handler = async () => {};", 503, "LambdaExecutionError", "ImportModuleError"),
        MISSING_EXPORT("index.js", "exports.other = async () => {};", 503, "LambdaExecutionError", "handler"),
        NOT_JAVASCRIPT("index.js", "exports.handler = {{{", 503, "LambdaExecutionError", "SyntaxError"),
        THROWS(
                "index.js",
                "exports.handler = async () => { throw new TypeError('no such luck'); };",
                503,
                "LambdaExecutionError",
                "TypeError: no such luck"),
        NONSENSE(
                "index.js",
                "exports.handler = async () => ({ status: 'banana' });",
                502,
                "LambdaValidationError",
                "banana"),
        NO_ANSWER("index.js", "exports.handler = async () => {};", 502, "LambdaValidationError", "expected"),
        LOOPS(
                "index.js",
                "exports.handler = async () => { for (;;); };",
                503,
                "LambdaLimitExceeded",
                "Task timed out after 1.00 seconds"),
        EATS_MEMORY(
                "index.js",
                "exports.handler = async () => { const a = []; for (;;) a.push(new ArrayBuffer(1e8)); };",
                503,
                "LambdaExecutionError",
                "signal: killed");

        private final String file;
        private final String source;
        private final int status;
        private final String result;
        private final String said;

        BadHandler(String file, String source, int status, String result, String said) {
            this.file = file;
            this.source = source;
            this.status = status;
            this.result = result;
            this.said = said;
        }

        /** As little as may be, but for the one that must have eaten enough before its time is over. */
        int timeoutSeconds() {
            return this == EATS_MEMORY ? 30 : 1;
        }

        /** Functions on viewer events may not take that long. */
        EventType event() {
            return this == EATS_MEMORY ? EventType.ORIGIN_REQUEST : EventType.VIEWER_REQUEST;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailingHandlerIsAnsweredForAndTracedAndHarmsNobodyElse(BadHandler bad) throws Exception {
        String name = "bad-" + bad.name().toLowerCase(Locale.ROOT);
        String arn = aws.publishedFunction(name, bad.timeoutSeconds(), FunctionZip.of(bad.file, bad.source));
        String host =
                aws.deployed(AwsClients.with(plain(name), arn, bad.event())).domainName();

        Viewer.Response response = Viewer.get(port("LHR"), host, "/");
        assertThat(response.status()).isEqualTo(bad.status);
        assertThat(response.field("x-cache")).isEqualTo(bad.result + " from cloudfront");
        assertThat(response.text()).contains(bad.said);

        JsonNode trace =
                api("/_nearside/traces/" + URLEncoder.encode(response.field("x-amz-cf-id"), StandardCharsets.UTF_8));
        assertThat(trace.path("result").asText()).isEqualTo(bad.result);
        assertThat(trace.path("error").path("message").asText()).contains(bad.said);
        assertThat(trace.path("functions").path(0).path("function").asText()).isEqualTo(arn);
        assertThat(trace.path("functions").path(0).path("error").asText()).contains(bad.said);

        for (String pop : world.config().pops()) {
            assertThat(Viewer.get(port(pop), DemoSite.HOST, "/").status()).isEqualTo(200);
        }
    }

    /** A configuration that CloudFront refuses, with its code and what its message must name. */
    record BadConfig(int status, String code, String named, UnaryOperator<DistributionConfig> spoil) {
        @Override
        public String toString() {
            return code + ": " + named;
        }
    }

    private static Stream<BadConfig> badConfigs() {
        return Stream.of(
                badAssociation(ACCOUNT + "nobody:1", ACCOUNT + "nobody:1", EventType.VIEWER_REQUEST),
                badAssociation(ACCOUNT + "good:99", ACCOUNT + "good:99", EventType.VIEWER_REQUEST),
                badAssociation(ACCOUNT + "good:$LATEST", ACCOUNT + "good:$LATEST", EventType.ORIGIN_REQUEST),
                badAssociation("banana", "banana", EventType.ORIGIN_REQUEST),
                badAssociation(
                        "viewer-request", ACCOUNT + "good:1", EventType.VIEWER_REQUEST, EventType.VIEWER_REQUEST),
                badBehavior("NoSuchOrigin", "elsewhere", behavior -> behavior.targetOriginId("elsewhere")),
                badBehavior(
                        "NoSuchCachePolicy", "no-such-policy", behavior -> behavior.cachePolicyId("no-such-policy")),
                new BadConfig(
                        400,
                        "InconsistentQuantities",
                        "Quantity 2",
                        config -> config.toBuilder()
                                .origins(
                                        config.origins().toBuilder().quantity(2).build())
                                .build()));
    }

    private static BadConfig badAssociation(String named, String arn, EventType... events) {
        return new BadConfig(
                400, "InvalidLambdaFunctionAssociation", named, config -> AwsClients.with(config, arn, events));
    }

    private static BadConfig badBehavior(String code, String named, Consumer<DefaultCacheBehavior.Builder> spoil) {
        return new BadConfig(
                404,
                code,
                named,
                config -> config.toBuilder()
                        .defaultCacheBehavior(config.defaultCacheBehavior().copy(spoil))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("badConfigs")
    void aSenselessConfigurationIsRefusedWithAwsCodeAndTheValue(BadConfig bad) throws Exception {
        long revision = api("/_nearside/status").path("revision").asLong();
        CloudFrontException refused = catchThrowableOfType(
                CloudFrontException.class,
                () -> aws.cloudFront()
                        .createDistribution(
                                create -> create.distributionConfig(bad.spoil().apply(plain("refused")))));
        assertThat(refused).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(bad.status());
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(bad.code());
        assertThat(refused.awsErrorDetails().errorMessage()).contains(bad.named());
        assertThat(api("/_nearside/status").path("revision").asLong()).isEqualTo(revision);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /2020-05-31/distribution | <DistributionConfig><Comment> | MalformedXML           | line 1
                    /2020-05-31/distribution | <Sandwich/>                   | MalformedXML           | Sandwich
                    /2020-05-31/distribution | {"not":"xml"}                 | MalformedXML           | line 1
                    /2015-03-31/functions    | {"FunctionName":              | SerializationException | JSON
                    /2015-03-31/functions    | {"Timeout":"soon"}            | SerializationException | soon
                    """)
    void aMalformedBodyIsRefusedWithAwsCode(String path, String body, String code, String said) throws Exception {
        int port = world.apiAddress().getPort();
        Viewer.Response response = Viewer.request(port, "POST", "127.0.0.1:" + port, path, body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains(code, said);
    }

    @Test
    void anUpdateOfSomethingOlderIsRefused() {
        String id = aws.deployed(plain("raced")).id();
        CloudFrontException refused =
                catchThrowableOfType(CloudFrontException.class, () -> aws.update(id, plain("raced"), "EOLDETAG"));
        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("PreconditionFailed");
        assertThat(refused.awsErrorDetails().errorMessage()).contains("EOLDETAG");
    }

    private static DistributionConfig plain(String reference) {
        return AwsClients.distribution(reference, world.originAddress().getPort(), AwsClients.RFC_POLICY);
    }

    private static int port(String pop) {
        return world.node(pop).address().getPort();
    }

    private static JsonNode api(String path) throws Exception {
        int port = world.apiAddress().getPort();
        return JSON.readTree(Viewer.get(port, "127.0.0.1:" + port, path).body());
    }
}
