package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Viewer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyState;

/** What people's templates hold besides functions at the edge, made, changed and deleted in one world. */
class ApplyResourcesTest extends ApplyWorld {

    @Test
    void functionOfCloudFrontWithStoreAndPoliciesServes() throws IOException {
        String template = """
                Parameters:
                  OriginPort: {Type: Number}
                Resources:
                  Links:
                    Type: AWS::CloudFront::KeyValueStore
                    Properties: {Name: links, Comment: short links}
                  Redirect:
                    Type: AWS::CloudFront::Function
                    Properties:
                      Name: !Sub ${AWS::StackName}-redirect
                      AutoPublish: true
                      FunctionConfig:
                        Comment: tells
                        Runtime: cloudfront-js-2.0
                        KeyValueStoreAssociations:
                          - KeyValueStoreARN: !GetAtt Links.Arn
                      FunctionCode: |
                        function handler(event) {
                          return { statusCode: 200, body: 'word' };
                        }
                  Cache:
                    Type: AWS::CloudFront::CachePolicy
                    Properties:
                      CachePolicyConfig:
                        Name: by-query
                        DefaultTTL: 60
                        MaxTTL: 120
                        MinTTL: 0
                        ParametersInCacheKeyAndForwardedToOrigin:
                          EnableAcceptEncodingGzip: true
                          CookiesConfig: {CookieBehavior: none}
                          HeadersConfig: {HeaderBehavior: whitelist, Headers: [X-Variant]}
                          QueryStringsConfig: {QueryStringBehavior: all}
                  Forward:
                    Type: AWS::CloudFront::OriginRequestPolicy
                    Properties:
                      OriginRequestPolicyConfig:
                        Name: forward
                        CookiesConfig: {CookieBehavior: none}
                        HeadersConfig: {HeaderBehavior: none}
                        QueryStringsConfig: {QueryStringBehavior: all}
                  Headers:
                    Type: AWS::CloudFront::ResponseHeadersPolicy
                    Properties:
                      ResponseHeadersPolicyConfig:
                        Name: headers
                        CustomHeadersConfig:
                          Items: [{Header: x-made-by, Value: template, Override: true}]
                        SecurityHeadersConfig:
                          FrameOptions: {FrameOption: DENY, Override: true}
                  Site:
                    Type: AWS::CloudFront::Distribution
                    Properties:
                      Tags: [{Key: team, Value: web}]
                      DistributionConfig:
                        Enabled: true
                        IPV6Enabled: true
                        HttpVersion: http2and3
                        Aliases: [functions.localhost]
                        Restrictions: {GeoRestriction: {RestrictionType: whitelist, Locations: [US, DE]}}
                        CustomErrorResponses: [{ErrorCode: 404, ErrorCachingMinTTL: 5}]
                        Origins:
                          - Id: site
                            DomainName: localhost
                            OriginCustomHeaders: [{HeaderName: X-From, HeaderValue: cdn}]
                            CustomOriginConfig: {HTTPPort: !Ref OriginPort, OriginProtocolPolicy: http-only}
                        DefaultCacheBehavior:
                          TargetOriginId: site
                          ViewerProtocolPolicy: allow-all
                          CachePolicyId: !Ref Cache
                          OriginRequestPolicyId: !GetAtt Forward.Id
                          FunctionAssociations:
                            - {EventType: viewer-request, FunctionARN: !GetAtt Redirect.FunctionMetadata.FunctionARN}
                        CacheBehaviors:
                          - PathPattern: /articles/*
                            TargetOriginId: site
                            ViewerProtocolPolicy: allow-all
                            AllowedMethods: [GET, HEAD, OPTIONS]
                            CachedMethods: [GET, HEAD]
                            ForwardedValues: {QueryString: false}
                            ResponseHeadersPolicyId: !Ref Headers
                """;
        CommandRun run = new CommandRun(world);
        Path file = Files.writeString(folder.resolve("functions.yml"), template);
        String port = "OriginPort=" + world.originAddress().getPort();
        assertThat(run.of("apply", file.toString(), "--parameter", port))
                .as(run.err())
                .isZero();
        assertThat(get("functions.localhost", "/").text()).isEqualTo("word");
        Viewer.Response article = get("functions.localhost", "/articles/1.html");
        assertThat(article.text()).contains("<html");
        assertThat(article.field("x-made-by")).isEqualTo("template");

        assertThat(run.of("apply", file.toString(), "--parameter", port)).isZero();
        assertThat(run.out()).contains("=   6 unchanged", "nothing to do");

        Files.writeString(
                file,
                template.replace("'word'", "'changed'")
                        .replace("DefaultTTL: 60", "DefaultTTL: 61")
                        .replace("Value: template", "Value: other")
                        .replace("Key: team", "Key: group"));
        assertThat(run.of("apply", file.toString(), "--parameter", port))
                .as(run.err())
                .isZero();
        assertThat(run.out())
                .contains(
                        "~   change  Redirect  AWS::CloudFront::Function  FunctionCode\n",
                        "~   change  Cache  AWS::CloudFront::CachePolicy  CachePolicyConfig.DefaultTTL\n",
                        "~   change  Headers  AWS::CloudFront::ResponseHeadersPolicy  "
                                + "ResponseHeadersPolicyConfig.CustomHeadersConfig.Items[0].Value\n",
                        "~   change  Site  AWS::CloudFront::Distribution  Tags",
                        "=   2 unchanged");
        assertThat(get("functions.localhost", "/").text()).isEqualTo("changed");
        String site = aws.cloudFront().listDistributions(list -> {}).distributionList().items().stream()
                .filter(each -> each.aliases().items().contains("functions.localhost"))
                .findFirst()
                .orElseThrow()
                .arn();
        assertThat(aws.cloudFront()
                        .listTagsForResource(list -> list.resource(site))
                        .tags()
                        .items())
                .extracting(Tag::key)
                .containsExactly("group");

        assertThat(run.of("apply", file.toString(), "--delete")).as(run.err()).isZero();
        assertThat(aws.cloudFront().listFunctions(list -> {}).functionList().items())
                .isEmpty();
        assertThat(aws.cloudFront()
                        .listKeyValueStores(list -> {})
                        .keyValueStoreList()
                        .items())
                .isEmpty();
    }

    @Test
    void accessToOriginAndForViewersIsMadeAndTakenAway() throws Exception {
        Path file = Files.writeString(folder.resolve("access.yml"), """
                Resources:
                  Bucket: {Type: AWS::S3::Bucket}
                  Signing:
                    Type: AWS::CloudFront::OriginAccessControl
                    Properties:
                      OriginAccessControlConfig:
                        Name: site
                        OriginAccessControlOriginType: s3
                        SigningBehavior: always
                        SigningProtocol: sigv4
                  Identity:
                    Type: AWS::CloudFront::CloudFrontOriginAccessIdentity
                    Properties: {CloudFrontOriginAccessIdentityConfig: {Comment: older}}
                  Key:
                    Type: AWS::CloudFront::PublicKey
                    Properties:
                      PublicKeyConfig: {CallerReference: one, Name: signer, EncodedKey: "%s"}
                  Group:
                    Type: AWS::CloudFront::KeyGroup
                    Properties:
                      KeyGroupConfig: {Name: signers, Items: [!Ref Key]}
                  Site:
                    Type: AWS::CloudFront::Distribution
                    Properties:
                      DistributionConfig:
                        Enabled: true
                        Origins:
                          - Id: site
                            DomainName: !GetAtt Bucket.RegionalDomainName
                            OriginAccessControlId: !GetAtt Signing.Id
                            S3OriginConfig: {OriginAccessIdentity: ''}
                          - Id: older
                            DomainName: !GetAtt Bucket.DomainName
                            S3OriginConfig:
                              OriginAccessIdentity: !Sub origin-access-identity/cloudfront/${Identity}
                        DefaultCacheBehavior:
                          TargetOriginId: site
                          ViewerProtocolPolicy: allow-all
                          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
                          TrustedKeyGroups: [!Ref Group]
                """.formatted(publicKey()));
        CommandRun run = new CommandRun(world);

        assertThat(run.of("apply", file.toString())).as(run.err()).isZero();
        assertThat(run.of("apply", file.toString())).as(run.err()).isZero();
        assertThat(run.out()).contains("=   5 unchanged", "nothing to do");

        Files.writeString(
                file,
                Files.readString(file)
                        .replace("SigningBehavior: always", "SigningBehavior: never")
                        .replace("Comment: older", "Comment: oldest"));
        assertThat(run.of("apply", file.toString())).as(run.err()).isZero();
        assertThat(aws.cloudFront()
                        .listOriginAccessControls(list -> {})
                        .originAccessControlList()
                        .items())
                .singleElement()
                .satisfies(
                        control -> assertThat(control.signingBehaviorAsString()).isEqualTo("never"));
        assertThat(aws.cloudFront()
                        .listCloudFrontOriginAccessIdentities(list -> {})
                        .cloudFrontOriginAccessIdentityList()
                        .items())
                .singleElement()
                .satisfies(identity -> assertThat(identity.comment()).isEqualTo("oldest"));

        assertThat(run.of("apply", file.toString(), "--delete")).as(run.err()).isZero();
        assertThat(aws.cloudFront()
                        .listOriginAccessControls(list -> {})
                        .originAccessControlList()
                        .items())
                .isEmpty();
        assertThat(aws.cloudFront().listKeyGroups(list -> {}).keyGroupList().items())
                .isEmpty();
    }

    /** A PEM text as it stands in a quoted scalar of YAML. */
    private static String publicKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return "-----BEGIN PUBLIC KEY-----\\n"
                + Base64.getEncoder()
                        .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
                + "\\n-----END PUBLIC KEY-----\\n";
    }

    @Test
    void keyWithAliasSealsVariablesOfAFunctionAndNothingSecretIsRecorded() throws Exception {
        String template = """
                Parameters:
                  Token: {Type: String, NoEcho: true}
                Resources:
                  Key:
                    Type: AWS::KMS::Key
                    DeletionPolicy: Delete
                    Properties:
                      Description: seals
                      EnableKeyRotation: true
                      PendingWindowInDays: 7
                      KeyPolicy:
                        Version: '2012-10-17'
                        Statement:
                          - Effect: Allow
                            Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
                            Action: 'kms:*'
                            Resource: '*'
                  KeyAlias:
                    Type: AWS::KMS::Alias
                    Properties: {AliasName: alias/seals, TargetKeyId: !Ref Key}
                  Dead: {Type: AWS::SQS::Queue}
                  Jobs:
                    Type: AWS::SQS::Queue
                    Properties:
                      VisibilityTimeout: 40
                      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
                  Worker:
                    Type: AWS::Lambda::Function
                    Properties:
                      FunctionName: worker
                      Runtime: nodejs20.x
                      Handler: index.handler
                      Role: arn:aws:iam::000000000000:role/r
                      KmsKeyArn: !GetAtt Key.Arn
                      Timeout: 4
                      Environment:
                        Variables: {TOKEN: !Ref Token, OTHER: plain-but-private}
                      Code:
                        ZipFile: "exports.handler = async () => process.env.TOKEN + ':' + process.env.OTHER;"
                  Live:
                    Type: AWS::Lambda::Alias
                    Properties: {FunctionName: !Ref Worker, FunctionVersion: $LATEST, Name: live}
                  Source:
                    Type: AWS::Lambda::EventSourceMapping
                    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Jobs.Arn, BatchSize: 5}
                  Retries:
                    Type: AWS::Lambda::EventInvokeConfig
                    Properties: {FunctionName: !Ref Worker, Qualifier: $LATEST, MaximumRetryAttempts: 1}
                  Allowed:
                    Type: AWS::Lambda::Permission
                    Properties: {FunctionName: !Ref Worker, Action: 'lambda:InvokeFunction', Principal: sqs.amazonaws.com}
                Outputs:
                  Token: {Value: !Ref Token}
                  Queue: {Value: !Ref Jobs}
                """;
        CommandRun run = new CommandRun(world);
        Path file = Files.writeString(folder.resolve("keys.yaml"), template);
        String[] apply = {"apply", file.toString(), "--parameter", "Token=hush-hush"};
        assertThat(run.of(apply)).as(run.err()).isZero();
        assertThat(run.out()).contains("\nToken = ****\n").doesNotContain("hush-hush", "plain-but-private");
        assertThat(aws.lambda()
                        .invoke(invoke -> invoke.functionName("worker"))
                        .payload()
                        .asUtf8String())
                .isEqualTo("\"hush-hush:plain-but-private\"");
        assertThat(nearside("stacks/keys"))
                .contains("\"AliasName\":\"alias/seals\"")
                .doesNotContain("hush-hush", "plain-but-private");

        assertThat(run.of(apply)).isZero();
        assertThat(run.out()).contains("=   9 unchanged", "nothing to do");

        assertThat(run.of("apply", file.toString(), "--parameter", "Token=another"))
                .as(run.err())
                .isZero();
        assertThat(run.out())
                .contains(
                        "~   change  Worker  AWS::Lambda::Function  Environment.Variables.TOKEN\n", "=   8 unchanged");

        Files.writeString(
                file,
                template.replace("Timeout: 40", "Timeout: 50")
                        .replace("Description: seals", "Description: seals well")
                        .replace("FunctionName: worker", "FunctionName: helper")
                        .replace("MaximumRetryAttempts: 1", "MaximumRetryAttempts: 0"));
        assertThat(run.of("apply", file.toString(), "--parameter", "Token=another"))
                .as(run.err())
                .isZero();
        assertThat(run.out())
                .contains(
                        "-/+ replace Worker  AWS::Lambda::Function  nothing can change its FunctionName\n",
                        "-/+ replace Live  AWS::Lambda::Alias  nothing can change its FunctionName\n",
                        "~   change  Jobs  AWS::SQS::Queue  VisibilityTimeout\n",
                        "~   change  Key  AWS::KMS::Key  Description\n");
        assertThat(aws.lambda().listFunctions().functions())
                .extracting(function -> function.functionName())
                .containsExactly("helper");

        assertThat(run.of("apply", file.toString(), "--delete")).as(run.err()).isZero();
        assertThat(aws.lambda().listFunctions().functions()).isEmpty();
        assertThat(aws.sqs().listQueues().queueUrls()).isEmpty();
        try (KmsClient kms = aws.kms()) {
            assertThat(kms.listKeys().keys())
                    .extracting(key -> kms.describeKey(describe -> describe.keyId(key.keyId()))
                            .keyMetadata())
                    .filteredOn(key -> key.description().startsWith("seals"))
                    .singleElement()
                    .satisfies(key -> assertThat(key.keyState()).isEqualTo(KeyState.PENDING_DELETION));
        }
    }

    private static Viewer.Response get(String host, String path) throws IOException {
        return Viewer.get(world.node("IAD").address().getPort(), host, path);
    }

    private static String nearside(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + world.apiAddress().getPort() + "/_nearside/" + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
