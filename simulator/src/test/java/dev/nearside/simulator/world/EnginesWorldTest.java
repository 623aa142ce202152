package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.functions.engines.JsEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** Functions of several languages behind real HTTP, each on the engine that suits it. */
class EnginesWorldTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ANSWER = "exports.handler = async () => ({ status: '200', body: %s });";

    @TempDir
    private Path folder;

    private World world(JsEngine engine) throws Exception {
        return World.start(WorldConfig.onFreePorts(folder).withPops("LHR").withJsEngine(engine));
    }

    /** What a viewer sees of the function on viewer request, and the engine that the trace names. */
    private static void assertAnswer(World world, AwsClients aws, String arn, String body, String engine)
            throws Exception {
        String host = aws.deployed(AwsClients.with(
                        AwsClients.distribution(arn, world.originAddress().getPort(), AwsClients.RFC_POLICY),
                        arn,
                        EventType.VIEWER_REQUEST))
                .domainName();
        EdgeNode node = world.node("LHR");
        Viewer.Response response = Viewer.get(node.address().getPort(), host, "/");

        assertThat(response.text()).isEqualTo(body);
        assertThat(response.status()).isEqualTo(200);
        Await.until(LIMIT, "the trace names the engine " + engine, () -> {
            Optional<? extends JsonNode> trace = node.traces().find(response.field("x-amz-cf-id"));
            return trace.map(Object::toString).orElse("").contains("\"engine\":\"" + engine + "\"");
        });
    }

    @Test
    void codeGoesWhereItHasAllThatItNeeds() throws Exception {
        try (World world = world(JsEngine.AUTO);
                AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            String inProcess = aws.publishedFunction("small", FunctionZip.ofIndex(ANSWER.formatted("'in process'")));
            assertAnswer(world, aws, inProcess, "in process", "graaljs");

            String needsNode = aws.publishedFunction(
                    "large",
                    FunctionZip.ofIndex("const fs = require('fs');"
                            + ANSWER.formatted("typeof fs.readFileSync + process.pid % 1")));
            assertAnswer(world, aws, needsNode, "function0", "node");

            String module = aws.publishedFunction(
                    "module",
                    Runtime.NODEJS22_X,
                    "app.handler",
                    FunctionZip.of(
                            "app.mjs",
                            "const word = await 'awaited'; export const handler = async () => ({ status: '200', body: word });"));
            assertAnswer(world, aws, module, "awaited", "graaljs");

            String python =
                    aws.publishedFunction("snake", Runtime.PYTHON3_12, "app.handler", FunctionZip.of("app.py", """
                            def handler(event, context):
                                return {'status': '200', 'body': event['Records'][0]['cf']['request']['uri']}
                            """));
            assertAnswer(world, aws, python, "/", "python");
        }
    }

    @Test
    void jsEngineCanBeForced() throws Exception {
        try (World world = world(JsEngine.NODE);
                AwsClients aws = new AwsClients(world.apiAddress().getPort())) {
            String arn = aws.publishedFunction("small", FunctionZip.ofIndex(ANSWER.formatted("'in Node.js'")));
            assertAnswer(world, aws, arn, "in Node.js", "node");
        }
    }
}
