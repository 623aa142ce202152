package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.edge.functions.LoadedFunction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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
        Map<String, JsonNode> ours = new HashMap<>();
        try (JsWorkbench bench = new JsWorkbench()) {
            LoadedFunction function = bench.load(
                    "index.handler",
                    JsWorkbench.files(
                            "index.js",
                            """
                            const { answersTo } = require('./evaluate-cases');
                            exports.handler = async (lines) => answersTo(lines, require);
                            """,
                            "evaluate-cases.js",
                            resource("evaluate-cases.js"),
                            "node-keys.js",
                            resource("node-keys.js")));
            // One event for each module, for all of them together take longer than one may.
            for (String section : resource("node-cases.txt").split("(?m)^# ", -1)) {
                String lines = JSON.writeValueAsString(section.lines().skip(1).toList());
                String answers = JsWorkbench.resultOf(bench.invoke(function, lines, JsWorkbench.GENEROUS_MILLIS));
                JSON.readTree(answers).properties().forEach(entry -> ours.put(entry.getKey(), entry.getValue()));
            }
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
