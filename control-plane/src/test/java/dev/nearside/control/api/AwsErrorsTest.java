package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/** What AWS refuses: status, code, and a message with the offending value. */
class AwsErrorsTest {

    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    @TempDir
    private static Path data;

    private static TestPlane aws;
    private static String existing;

    @BeforeAll
    static void start() {
        aws = new TestPlane(data);
        aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
        aws.lambda.createFunction(TestPlane.function("slow")
                .timeout(60)
                .memorySize(512)
                .publish(true)
                .build());
        aws.lambda.createFunction(TestPlane.function("native")
                .runtime("provided.al2023")
                .publish(true)
                .build());
        existing = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("existing")
                        .aliases(aliases -> aliases.quantity(1).items("taken.test"))
                        .defaultCacheBehavior(associated(HELLO + ":1", "viewer-request"))
                        .build()))
                .distribution()
                .id();
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    @TestFactory
    Stream<DynamicTest> functionsAreRefused() {
        return Stream.of(
                create("taken name", 409, "ResourceConflictException", "hello", f -> f.functionName("hello")),
                create("bad name", 400, "ValidationException", "a b", f -> f.functionName("a b")),
                create("no runtime", 400, "InvalidParameterValueException", "Runtime", f -> f.runtime((String) null)),
                create("unknown runtime", 400, "InvalidParameterValueException", "cobol", f -> f.runtime("cobol")),
                create(
                        "deprecated runtime",
                        400,
                        "InvalidParameterValueException",
                        "nodejs14.x",
                        f -> f.runtime("nodejs14.x")),
                create("bad handler", 400, "ValidationException", "'a b'", f -> f.handler("a b")),
                create("no handler", 400, "InvalidParameterValueException", "Handler", f -> f.handler(null)),
                create("no role", 400, "ValidationException", "role", f -> f.role(null)),
                create("bad role", 400, "ValidationException", "'nobody'", f -> f.role("nobody")),
                create("memory", 400, "ValidationException", "'64'", f -> f.memorySize(64)),
                create("timeout", 400, "ValidationException", "'0'", f -> f.timeout(0)),
                create(
                        "reserved variable",
                        400,
                        "InvalidParameterValueException",
                        "AWS_REGION",
                        f -> f.environment(e -> e.variables(Map.of("AWS_REGION", "x")))),
                create(
                        "bad variable name",
                        400,
                        "ValidationException",
                        "1A",
                        f -> f.environment(e -> e.variables(Map.of("1A", "x")))),
                create(
                        "too many variables",
                        400,
                        "InvalidParameterValueException",
                        "4KB",
                        f -> f.environment(e -> e.variables(Map.of("LONG", "x".repeat(5000))))),
                create(
                        "not a zip",
                        400,
                        "InvalidParameterValueException",
                        "Could not unzip uploaded file",
                        f -> f.code(c -> c.zipFile(SdkBytes.fromUtf8String("nonsense")))),
                create("no code", 400, "InvalidParameterValueException", "ZipFile", f -> f.code(c -> {})),
                create(
                        "code from S3",
                        501,
                        "NotImplemented",
                        "S3",
                        f -> f.code(c -> c.s3Bucket("b").s3Key("k"))),
                create("layers", 501, "NotImplemented", "Layers '[arn:layer]'", f -> f.layers("arn:layer")),
                refused(
                        "change to SnapStart",
                        501,
                        "NotImplemented",
                        "SnapStart 'PublishedVersions'",
                        t -> t.lambda.updateFunctionConfiguration(
                                r -> r.functionName("hello").snapStart(s -> s.applyOn("PublishedVersions")))),
                refused(
                        "change to another architecture",
                        501,
                        "NotImplemented",
                        "Architectures '[arm64]'",
                        t -> t.lambda.updateFunctionCode(r -> r.functionName("hello")
                                .zipFile(TestPlane.zip("//"))
                                .architecturesWithStrings("arm64"))),
                refused(
                        "change to code from S3",
                        501,
                        "NotImplemented",
                        "code from S3 (S3Bucket) 'b'",
                        t -> t.lambda.updateFunctionCode(
                                r -> r.functionName("hello").s3Bucket("b").s3Key("k"))),
                refused(
                        "unknown function",
                        404,
                        "ResourceNotFoundException",
                        "function:nobody",
                        t -> t.lambda.getFunction(r -> r.functionName("nobody"))),
                refused(
                        "unknown version",
                        404,
                        "ResourceNotFoundException",
                        "hello:9",
                        t -> t.lambda.getFunction(r -> r.functionName("hello").qualifier("9"))),
                refused(
                        "unknown alias",
                        404,
                        "ResourceNotFoundException",
                        "hello:live",
                        t -> t.lambda.getFunction(r -> r.functionName("hello:live"))),
                refused(
                        "stale revision id",
                        412,
                        "PreconditionFailedException",
                        "stale",
                        t -> t.lambda.updateFunctionCode(r -> r.functionName("hello")
                                .zipFile(TestPlane.zip("//"))
                                .revisionId("stale"))),
                refused(
                        "other digest",
                        400,
                        "InvalidParameterValueException",
                        "abc=",
                        t -> t.lambda.publishVersion(
                                r -> r.functionName("hello").codeSha256("abc="))),
                refused(
                        "delete $LATEST",
                        400,
                        "InvalidParameterValueException",
                        "$LATEST",
                        t -> t.lambda.deleteFunction(
                                r -> r.functionName("hello").qualifier("$LATEST"))),
                refused(
                        "delete a version in use",
                        400,
                        "InvalidParameterValueException",
                        "replicated function",
                        t -> t.lambda.deleteFunction(
                                r -> r.functionName("hello").qualifier("1"))),
                refused(
                        "delete a function in use",
                        400,
                        "InvalidParameterValueException",
                        "replicated function",
                        t -> t.lambda.deleteFunction(r -> r.functionName("hello"))));
    }

    @TestFactory
    Stream<DynamicTest> distributionsAreRefused() {
        return Stream.of(
                distribution("IPv4 origin", 400, "InvalidOrigin", "127.0.0.1", origin(o -> o.domainName("127.0.0.1"))),
                distribution("IPv6 origin", 400, "InvalidOrigin", "::1", origin(o -> o.domainName("::1"))),
                distribution(
                        "origin with port", 400, "InvalidOrigin", "a.test:80", origin(o -> o.domainName("a.test:80"))),
                distribution(
                        "origin port",
                        400,
                        "InvalidArgument",
                        "81",
                        origin(o -> o.domainName("a.test")
                                .customOriginConfig(
                                        c -> c.httpPort(81).httpsPort(443).originProtocolPolicy("http-only")))),
                distribution("origin path", 400, "InvalidArgument", "'x/'", origin(o -> o.originPath("x/"))),
                distribution(
                        "attempts",
                        400,
                        "InvalidArgument",
                        "ConnectionAttempts is 9",
                        origin(o -> o.connectionAttempts(9))),
                distribution(
                        "unknown origin",
                        404,
                        "NoSuchOrigin",
                        "'elsewhere'",
                        behavior(b -> b.targetOriginId("elsewhere"))),
                distribution(
                        "unknown cache policy", 404, "NoSuchCachePolicy", "'p'", behavior(b -> b.cachePolicyId("p"))),
                distribution(
                        "unknown origin request policy",
                        404,
                        "NoSuchOriginRequestPolicy",
                        "'p'",
                        behavior(b -> b.originRequestPolicyId("p"))),
                distribution(
                        "no caching rule", 400, "InvalidArgument", "neither", behavior(b -> b.cachePolicyId(null))),
                distribution(
                        "method set",
                        400,
                        "InvalidArgument",
                        "[GET, PUT]",
                        behavior(b -> b.allowedMethods(m -> m.quantity(2).itemsWithStrings("GET", "PUT")))),
                distribution(
                        "quantity",
                        400,
                        "InconsistentQuantities",
                        "Quantity 2 and 1 items",
                        c -> c.aliases(a -> a.quantity(2).items("a.test"))),
                distribution(
                        "taken alias",
                        409,
                        "CNAMEAlreadyExists",
                        "taken.test",
                        c -> c.aliases(a -> a.quantity(1).items("Taken.test"))),
                distribution(
                        "bad alias",
                        400,
                        "InvalidArgument",
                        "a b",
                        c -> c.aliases(a -> a.quantity(1).items("a b"))),
                distribution(
                        "root object",
                        400,
                        "InvalidDefaultRootObject",
                        "/index.html",
                        c -> c.defaultRootObject("/index.html")),
                distribution(
                        "same reference, other content",
                        409,
                        "DistributionAlreadyExists",
                        existing,
                        c -> c.callerReference("existing")),
                distribution(
                        "two behaviors for a pattern",
                        400,
                        "InvalidArgument",
                        "/a/*",
                        c -> c.cacheBehaviors(b -> b.quantity(2)
                                .items(
                                        TestPlane.behavior("/a/*").build(),
                                        TestPlane.behavior("/a/*").build()))),
                distribution("web ACL", 501, "NotImplemented", "WebACLId 'acl'", c -> c.webACLId("acl")),
                distribution(
                        "HTTP version",
                        400,
                        "InvalidArgument",
                        "HttpVersion is 'http9', expected one of [",
                        c -> c.httpVersion("http9")),
                distribution(
                        "price class",
                        400,
                        "InvalidArgument",
                        "PriceClass is 'PriceClass_1'",
                        c -> c.priceClass("PriceClass_1")),
                distribution(
                        "trusted signers",
                        501,
                        "NotImplemented",
                        "TrustedKeyGroups",
                        behavior(b -> b.trustedSigners(
                                t -> t.enabled(true).quantity(1).items("self")))),
                association("$LATEST", "specific function version", HELLO + ":$LATEST"),
                association("alias", "specific function version", HELLO + ":live"),
                association("no number", "specific function version", HELLO),
                association("unknown version", "hello:7", HELLO + ":7"),
                association("other account", "111111111111", HELLO.replace("000000000000", "111111111111") + ":1"),
                association("other region", "eu-west-1", HELLO.replace("us-east-1", "eu-west-1") + ":1"),
                association("nonsense", "'nonsense'", "nonsense"),
                association("runtime of no edge", "provided.al2023", HELLO.replace("hello", "native") + ":1"),
                association("too slow", "60 Max allowed: 5", HELLO.replace("hello", "slow") + ":1"),
                distribution(
                        "unknown event",
                        400,
                        "InvalidLambdaFunctionAssociation",
                        "'viewer-lunch'",
                        c -> c.defaultCacheBehavior(associated(HELLO + ":1", "viewer-lunch"))),
                distribution(
                        "two functions on one event",
                        400,
                        "InvalidLambdaFunctionAssociation",
                        "two functions",
                        c -> c.defaultCacheBehavior(associated(HELLO + ":1", "viewer-request", "viewer-request"))),
                distribution(
                        "body of a response",
                        400,
                        "InvalidLambdaFunctionAssociation",
                        "origin-response",
                        c -> c.defaultCacheBehavior(TestPlane.behavior()
                                .lambdaFunctionAssociations(l -> l.quantity(1)
                                        .items(LambdaFunctionAssociation.builder()
                                                .eventType("origin-response")
                                                .lambdaFunctionARN(HELLO + ":1")
                                                .includeBody(true)
                                                .build()))
                                .build())));
    }

    @TestFactory
    Stream<DynamicTest> changesOfDistributionsAreRefused() {
        DistributionConfig config =
                aws.cloudFront.getDistributionConfig(r -> r.id(existing)).distributionConfig();
        String etag = aws.cloudFront.getDistribution(r -> r.id(existing)).eTag();
        return Stream.of(
                refused(
                        "unknown",
                        404,
                        "NoSuchDistribution",
                        "'ENONE'",
                        t -> t.cloudFront.getDistribution(r -> r.id("ENONE"))),
                refused(
                        "no If-Match",
                        400,
                        "InvalidIfMatchVersion",
                        "If-Match",
                        t -> t.cloudFront.updateDistribution(r -> r.id(existing).distributionConfig(config))),
                refused(
                        "stale If-Match",
                        412,
                        "PreconditionFailed",
                        "'EOLD'",
                        t -> t.cloudFront.updateDistribution(
                                r -> r.id(existing).ifMatch("EOLD").distributionConfig(config))),
                refused(
                        "other caller reference",
                        400,
                        "IllegalUpdate",
                        "'other'",
                        t -> t.cloudFront.updateDistribution(r -> r.id(existing)
                                .ifMatch(etag)
                                .distributionConfig(config.toBuilder()
                                        .callerReference("other")
                                        .build()))),
                refused(
                        "delete while enabled",
                        409,
                        "DistributionNotDisabled",
                        existing,
                        t -> t.cloudFront.deleteDistribution(r -> r.id(existing).ifMatch(etag))),
                invalidation("no slash", 400, "InvalidArgument", "'a'", List.of("a")),
                invalidation("star inside", 400, "InvalidArgument", "/*/a", List.of("/*/a")),
                invalidation("no paths", 400, "InvalidArgument", "no paths", List.of()),
                invalidation("no ASCII", 400, "InvalidArgument", "/ä", List.of("/ä")),
                refused(
                        "same reference, other paths",
                        400,
                        "InvalidArgument",
                        "caller reference that was used for a previous invalidation batch",
                        t -> {
                            for (String path : List.of("/one", "/other")) {
                                t.cloudFront.createInvalidation(r -> r.distributionId(existing)
                                        .invalidationBatch(b -> b.callerReference("twice")
                                                .paths(p -> p.quantity(1).items(path))));
                            }
                        }),
                refused(
                        "long reference of an invalidation",
                        400,
                        "InvalidArgument",
                        "2049 bytes, expected 1 to 2048",
                        t -> t.cloudFront.createInvalidation(r -> r.distributionId(existing)
                                .invalidationBatch(b -> b.callerReference("r".repeat(2_049))
                                        .paths(p -> p.quantity(1).items("/"))))),
                refused(
                        "long reference of a distribution",
                        400,
                        "InvalidArgument",
                        "2050 bytes, expected 1 to 2048",
                        t -> t.cloudFront.createDistribution(r -> r.distributionConfig(
                                TestPlane.distribution("ä".repeat(1_025)).build()))),
                refused(
                        "unknown invalidation",
                        404,
                        "NoSuchInvalidation",
                        "'INONE'",
                        t -> t.cloudFront.getInvalidation(
                                r -> r.distributionId(existing).id("INONE"))),
                refused(
                        "unimplemented operation",
                        501,
                        "NotImplemented",
                        "the operation ListStreamingDistributions of 'cloudfront'",
                        t -> t.cloudFront.listStreamingDistributions(r -> {})));
    }

    private static DynamicTest create(
            String row, int status, String code, String text, UnaryOperator<CreateFunctionRequest.Builder> edit) {
        return refused(
                row,
                status,
                code,
                text,
                t -> t.lambda.createFunction(
                        edit.apply(TestPlane.function("new")).build()));
    }

    private static DynamicTest distribution(
            String row, int status, String code, String text, UnaryOperator<DistributionConfig.Builder> edit) {
        return refused(
                row,
                status,
                code,
                text,
                t -> t.cloudFront.createDistribution(r -> r.distributionConfig(
                        edit.apply(TestPlane.distribution(row)).build())));
    }

    private static DynamicTest association(String row, String text, String arn) {
        return distribution(
                row,
                400,
                "InvalidLambdaFunctionAssociation",
                text,
                c -> c.defaultCacheBehavior(associated(arn, "viewer-request")));
    }

    private static DynamicTest invalidation(String row, int status, String code, String text, List<String> paths) {
        return refused(
                row,
                status,
                code,
                text,
                t -> t.cloudFront.createInvalidation(r -> r.distributionId(existing)
                        .invalidationBatch(b -> b.callerReference(row)
                                .paths(p -> p.quantity(paths.size()).items(paths)))));
    }

    private static DynamicTest refused(String row, int status, String code, String text, Consumer<TestPlane> call) {
        return DynamicTest.dynamicTest(row, () -> {
            AwsServiceException error = catchThrowableOfType(AwsServiceException.class, () -> call.accept(aws));
            assertThat(error).isNotNull();
            assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(error.statusCode()).isEqualTo(status);
            assertThat(error.awsErrorDetails().errorMessage()).contains(text);
            assertThat(error.requestId()).hasSize(36);
        });
    }

    private static UnaryOperator<DistributionConfig.Builder> origin(UnaryOperator<Origin.Builder> edit) {
        return config -> {
            Origin origin = config.build().origins().items().getFirst();
            return config.origins(
                    o -> o.quantity(1).items(edit.apply(origin.toBuilder()).build()));
        };
    }

    private static UnaryOperator<DistributionConfig.Builder> behavior(
            UnaryOperator<DefaultCacheBehavior.Builder> edit) {
        return config ->
                config.defaultCacheBehavior(edit.apply(TestPlane.behavior()).build());
    }

    private static DefaultCacheBehavior associated(String arn, String... events) {
        List<LambdaFunctionAssociation> associations = Stream.of(events)
                .map(event -> LambdaFunctionAssociation.builder()
                        .eventType(event)
                        .lambdaFunctionARN(arn)
                        .build())
                .toList();
        return TestPlane.behavior()
                .lambdaFunctionAssociations(l -> l.quantity(associations.size()).items(associations))
                .build();
    }
}
