package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.Viewer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The life of a Lambda@Edge template as people have it: applied, served, changed, applied again, deleted. */
class ApplyLambdaEdgeTest extends ApplyWorld {

    private static final String TEMPLATE = """
            AWSTemplateFormatVersion: '2010-09-09'
            Parameters:
              OriginPort: {Type: Number, Default: 80}
              Host: {Type: String}
            Resources:
              EdgeRole:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument:
                    Version: 2012-10-17
                    Statement:
                      - Effect: Allow
                        Principal: {Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]}
                        Action: sts:AssumeRole
              Greeter:
                Type: AWS::Lambda::Function
                Properties:
                  Runtime: nodejs20.x
                  Handler: index.handler
                  Role: !GetAtt EdgeRole.Arn
                  Code: ./greeter
              GreeterV1:
                Type: AWS::Lambda::Version
                Properties:
                  FunctionName: !Ref Greeter
              Site:
                Type: AWS::CloudFront::Distribution
                Properties:
                  DistributionConfig:
                    Enabled: true
                    Aliases: [!Ref Host]
                    Origins:
                      - Id: site
                        DomainName: localhost
                        CustomOriginConfig:
                          HTTPPort: !Ref OriginPort
                          OriginProtocolPolicy: http-only
                          OriginSSLProtocols: [TLSv1.2]
                    DefaultCacheBehavior:
                      TargetOriginId: site
                      ViewerProtocolPolicy: allow-all
                      CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
                      AllowedMethods: [GET, HEAD]
                      LambdaFunctionAssociations:
                        - EventType: viewer-request
                          LambdaFunctionARN: !Ref GreeterV1
                    ViewerCertificate:
                      AcmCertificateArn: !Sub arn:aws:acm:us-east-1:${AWS::AccountId}:certificate/x
                      SslSupportMethod: sni-only
            Outputs:
              DistributionId: {Value: !Ref Site}
              Address: {Value: !Sub 'http://${Site.DomainName}/'}
            """;

    @Test
    void templateIsAppliedServedChangedAndDeleted() throws IOException {
        CommandRun run = new CommandRun(world);
        Path template = Files.writeString(folder.resolve("shop.yaml"), TEMPLATE);
        greeter("one");
        String port = "OriginPort=" + world.originAddress().getPort();
        String[] apply = {"apply", template.toString(), "--parameter", port, "--parameter", "Host=shop.localhost"};

        assertThat(run.of(apply)).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("stack shop\n")
                .contains(
                        "  +   create  Greeter  AWS::Lambda::Function\n",
                        "  +   create  Site  AWS::CloudFront::Distribution\n",
                        "  ?   not emulated: EdgeRole  AWS::IAM::Role",
                        "GreeterV1  AWS::Lambda::Version  arn:aws:lambda:us-east-1:000000000000:function:shop-Greeter:1\n",
                        "\nDistributionId = E");
        assertThat(greeting("shop.localhost")).isEqualTo("one");

        assertThat(run.of(apply)).isZero();
        assertThat(run.out())
                .contains("  =   3 unchanged\n", "\nnothing to do\n")
                .doesNotContain("applying");

        greeter("two");
        assertThat(run.of(apply)).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "  ~   change  Greeter  AWS::Lambda::Function  Code.ZipFile\n",
                        "  =   2 unchanged\n",
                        "GreeterV1 stays the version that it is");
        assertThat(greeting("shop.localhost")).isEqualTo("one");

        Files.writeString(template, TEMPLATE.replace("GreeterV1", "GreeterV2"));
        assertThat(run.of(apply)).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "  +   create  GreeterV2  AWS::Lambda::Version\n",
                        "  ~   change  Site  AWS::CloudFront::Distribution  "
                                + "DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN\n",
                        "  -   delete  GreeterV1  AWS::Lambda::Version\n");
        assertThat(greeting("shop.localhost")).isEqualTo("two");

        assertThat(run.of("apply", template.toString(), "--delete"))
                .as(run.err())
                .isZero();
        try (AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            assertThat(aws.lambda().listFunctions().functions()).isEmpty();
            assertThat(aws.cloudFront().listDistributions().distributionList().items())
                    .allMatch(distribution -> !distribution.aliases().items().contains("shop.localhost"));
        }
        assertThat(run.of("apply", template.toString(), "--delete")).isEqualTo(Main.FAILURE);
        assertThat(run.err()).contains("there is no stack shop");
    }

    private void greeter(String word) throws IOException {
        Files.createDirectories(folder.resolve("greeter"));
        Files.writeString(
                folder.resolve("greeter/index.js"),
                "exports.handler = async () => ({ status: '200', body: '" + word + "' });");
    }

    private static String greeting(String host) throws IOException {
        return Viewer.get(world.node("IAD").address().getPort(), host, "/").text();
    }
}
