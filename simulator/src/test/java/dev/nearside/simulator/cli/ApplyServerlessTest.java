package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Viewer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A SAM template whose function runs at the edge: each change of the code is a new version, and served. */
class ApplyServerlessTest extends ApplyWorld {

    private static final String TEMPLATE = """
            Transform: AWS::Serverless-2016-10-31
            Globals:
              Function:
                Runtime: nodejs20.x
                Timeout: 3
            Parameters:
              OriginPort: {Type: Number}
              Stage: {Type: String, Default: live, AllowedValues: [live, test]}
            Resources:
              Hello:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: hello/
                  Handler: app.handler
                  AutoPublishAlias: !Ref Stage
                  Policies: [AWSLambdaBasicExecutionRole]
                  EventInvokeConfig: {MaximumRetryAttempts: 1}
                  Events:
                    Web: {Type: Api, Properties: {Path: /, Method: get}}
              Site:
                Type: AWS::CloudFront::Distribution
                Properties:
                  DistributionConfig:
                    Enabled: true
                    Aliases: [sam.localhost]
                    Origins:
                      - Id: site
                        DomainName: localhost
                        CustomOriginConfig: {HTTPPort: !Ref OriginPort, OriginProtocolPolicy: http-only}
                    DefaultCacheBehavior:
                      TargetOriginId: site
                      ViewerProtocolPolicy: allow-all
                      CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
                      LambdaFunctionAssociations:
                        - {EventType: viewer-request, LambdaFunctionARN: !Ref Hello.Version}
            Outputs:
              Version: {Value: !Ref Hello.Version}
            """;

    @Test
    void everyChangeOfTheCodeIsANewVersionThatServes() throws IOException {
        CommandRun run = new CommandRun(world);
        Path project = Files.createDirectories(folder.resolve("sam-app"));
        Files.writeString(project.resolve("template.yaml"), TEMPLATE);
        String port = "OriginPort=" + world.originAddress().getPort();
        String[] apply = {"apply", project.toString(), "--parameter", port};
        code(project, "first");

        assertThat(run.of(apply)).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("stack sam-app\n")
                .contains(
                        "?   not emulated: HelloRole  AWS::IAM::Role",
                        "!   the event Web of Hello is of type Api, which is not emulated",
                        "Version = arn:aws:lambda:us-east-1:000000000000:function:sam-app-Hello:1\n");
        assertThat(served()).isEqualTo("first");

        assertThat(run.of(apply)).isZero();
        assertThat(run.out()).contains("nothing to do");

        code(project, "second");
        assertThat(run.of(apply)).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "~   change  Hello  AWS::Lambda::Function  Code.ZipFile\n",
                        "-/+ replace HelloVersion  AWS::Lambda::Version  nothing can change its CodeSha256\n",
                        "~   change  HelloAliaslive  AWS::Lambda::Alias  FunctionVersion\n",
                        "Version = arn:aws:lambda:us-east-1:000000000000:function:sam-app-Hello:2\n");
        assertThat(served()).isEqualTo("second");
    }

    private static void code(Path project, String word) throws IOException {
        Files.createDirectories(project.resolve("hello"));
        Files.writeString(
                project.resolve("hello/app.js"),
                "exports.handler = async () => ({ status: '200', body: '" + word + "' });");
    }

    private static String served() throws IOException {
        return Viewer.get(world.node("IAD").address().getPort(), "sam.localhost", "/")
                .text();
    }
}
