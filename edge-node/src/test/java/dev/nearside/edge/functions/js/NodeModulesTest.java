package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Our versions of Node's modules against the answers that real Node gave; see {@code record-node-answers.js}. */
class NodeModulesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> answersLikeNode() throws IOException {
        JsonNode recorded = JSON.readTree(resource("node-answers.json"));
        JsonNode ours;
        try (JsWorkbench bench = new JsWorkbench()) {
            Map<String, String> files = JsWorkbench.files(
                    "index.js",
                    """
                    const cases = require('./cases.json');
                    const { answersTo } = require('./evaluate-cases');
                    exports.handler = async () => answersTo(cases, require);
                    """,
                    "cases.json",
                    JSON.writeValueAsString(resource("node-cases.txt").lines().toList()),
                    "evaluate-cases.js",
                    resource("evaluate-cases.js"),
                    "node-keys.js",
                    resource("node-keys.js"));
            ours = JSON.readTree(bench.answer(bench.load("index.handler", files)));
        }
        return recorded.properties().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> assertThat(String.valueOf(ours.get(entry.getKey())))
                                .isEqualTo(entry.getValue().toString())));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = NodeModulesTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the test resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
