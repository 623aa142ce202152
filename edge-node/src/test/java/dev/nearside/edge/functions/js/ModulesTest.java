package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static dev.nearside.edge.functions.js.JsWorkbench.files;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModulesTest {

    /** A bundle in which every file but the broken ones exports its own path. */
    private static final Map<String, String> BUNDLE = files(
            "index.js", "exports.handler = async (event) => require('./lib/deep/asks')(event.specifier)",
            "lib/deep/asks.js", "module.exports = (specifier) => require(specifier)",
            "lib/deep/near.js", "module.exports = __filename",
            "lib/deep/near.json", "{\"not\":\"chosen\"}",
            "lib/deep/data.json", "{\"json\":true}",
            "lib/deep/folder/index.js", "module.exports = __dirname",
            "lib/far.js", "module.exports = __filename",
            "lib/deep/one.js", "exports.early = 1; exports.other = require('./two').seen; exports.late = 2",
            "lib/deep/two.js", "exports.seen = Object.keys(require('./one'))",
            "node_modules/plain/index.js", "module.exports = __filename",
            "node_modules/mained/package.json", "{\"main\":\"./out/main\"}",
            "node_modules/mained/out/main.js", "module.exports = __filename",
            "node_modules/mained/extra.js", "module.exports = __filename",
            "node_modules/@scope/pack/package.json", "{\"main\":\"lib\"}",
            "node_modules/@scope/pack/lib/index.js", "module.exports = __filename",
            "node_modules/exporting/package.json",
                    "{\"exports\":{\".\":{\"import\":\"./esm.mjs\",\"require\":\"./cjs.cjs\"},"
                            + "\"./sub/*\":\"./files/*.js\",\"./closed\":null}}",
            "node_modules/exporting/cjs.cjs", "module.exports = __filename",
            "node_modules/exporting/files/a.js", "module.exports = __filename",
            "node_modules/exporting/hidden.js", "module.exports = __filename",
            "node_modules/single/package.json", "{\"exports\":\"./only.js\"}",
            "node_modules/single/only.js", "module.exports = __filename",
            "lib/node_modules/plain/index.js", "module.exports = __filename");

    private static JsWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JsWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static InvocationOutcome require(String specifier) {
        String event = "{\"specifier\":\"" + specifier + "\"}";
        return bench.invoke(bench.load("index.handler", BUNDLE), event, JsWorkbench.GENEROUS_MILLIS);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        ./near             | "/var/task/lib/deep/near.js"
        ./near.js          | "/var/task/lib/deep/near.js"
        ./data.json        | {"json":true}
        ./data             | {"json":true}
        ./folder           | "/var/task/lib/deep/folder"
        ./folder/          | "/var/task/lib/deep/folder"
        ../far             | "/var/task/lib/far.js"
        ../../lib/far.js   | "/var/task/lib/far.js"
        /var/task/lib/far  | "/var/task/lib/far.js"
        ./one              | {"early":1,"other":["early"],"late":2}
        plain              | "/var/task/lib/node_modules/plain/index.js"
        mained             | "/var/task/node_modules/mained/out/main.js"
        mained/extra       | "/var/task/node_modules/mained/extra.js"
        @scope/pack        | "/var/task/node_modules/@scope/pack/lib/index.js"
        exporting          | "/var/task/node_modules/exporting/cjs.cjs"
        exporting/sub/a    | "/var/task/node_modules/exporting/files/a.js"
        single             | "/var/task/node_modules/single/only.js"
        """)
    void aSpecifierNamesTheFileThatNodeWouldLoad(String specifier, String result) {
        assertThat(JsWorkbench.resultOf(require(specifier))).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({
        "./absent",
        "absent",
        "../../../etc/passwd",
        "exporting/hidden",
        "exporting/closed",
        "single/only.js",
        "structured_clone",
        "fs",
        "node:tls",
        "@aws-sdk/client-s3"
    })
    void whatIsNotThereCannotBeRequired(String specifier) {
        InvocationOutcome.Failed failed = failureOf(require(specifier));

        assertThat(failed.reason()).isEqualTo(FailureReason.THREW);
        assertThat(failed.message()).startsWith("Cannot find module '" + specifier + "'");
    }

    @Test
    void nodesOwnModulesAreSharedByTheirTwoNames() {
        assertThat(bench.answer("""
                        exports.handler = async () => ['path', 'url', 'util', 'crypto', 'events', 'buffer', 'zlib', 'os', 'stream', 'http', 'https', 'stream/promises',
                            'assert', 'querystring', 'string_decoder', 'timers', 'timers/promises', 'process']
                            .every((name) => require(name) === require(`node:${name}`));
                        """)).isEqualTo("true");
    }

    @Test
    void aModuleRunsOnce() {
        assertThat(bench.answer(bench.load(
                        "index.handler",
                        files(
                                "index.js",
                                "exports.handler = async () => [require('./a').n, require('./a').n, require('./b')]",
                                "a.js",
                                "globalThis.runs = (globalThis.runs || 0) + 1; exports.n = runs",
                                "b.js",
                                "module.exports = require('./a').n + runs"))))
                .isEqualTo("[1,1,2]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "index.handler, index.js",
        "app.handler, app.cjs",
        "src/app.handler, src/app.js",
        "src/api/v1.handler, src/api/v1.js",
        "lib.handler, lib/index.js"
    })
    void theHandlerIsFoundByItsString(String handler, String path) {
        assertThat(bench.answer(bench.load(handler, files(path, "exports.handler = async () => __filename"))))
                .isEqualTo("\"/var/task/" + path + "\"");
    }

    @Test
    void theHandlerMayBeAMemberOfAMember() {
        assertThat(bench.answer(bench.load(
                        "index.api.get", files("index.js", "module.exports = { api: { get: async () => 1 } }"))))
                .isEqualTo("1");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        other.handler | exports.handler = 1      | Runtime.ImportModuleError   | Error: Cannot find module 'other'
        index.handler | require('./x')           | Runtime.ImportModuleError   | Error: Cannot find module './x'
        index.handler | require('http2')         | Runtime.ImportModuleError   | Error: Cannot find module 'http2'
        index.handler | exports.other = 1        | Runtime.HandlerNotFound     | index.handler is undefined or not exported
        index.handler | exports.handler = 1      | Runtime.HandlerNotFound     | index.handler is not a function
        index         | exports.handler = 1      | Runtime.MalformedHandlerName | Bad handler: 'index', expected file.export
        ../index.handler | exports.handler = 1   | Runtime.MalformedHandlerName | Bad handler: '../index.handler', expected file.export
        index.handler | exports.handler = ( => 1 | Runtime.UserCodeSyntaxError | /var/task/index.js:1:
        index.handler | throw new RangeError('x') | RangeError                 | x
        index.handler | require('./data.json')   | Runtime.UserCodeSyntaxError | /var/task/data.json:
        index.handler | require('./m.mjs')       | Runtime.ImportModuleError   | Error: /var/task/m.mjs is an ES module, which the in-process
        index.handler | process.exit(1)          | Runtime.ExitError           | RequestId:
        """)
    void faultsInTheCodeFailTheInit(String handler, String code, String errorType, String message) {
        Map<String, String> files =
                files("index.js", code, "data.json", "{broken", "m.mjs", "export const handler = async () => 1");
        InvocationOutcome outcome = bench.invoke(bench.load(handler, files));

        assertThat(failureOf(outcome).reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failureOf(outcome).errorType()).isEqualTo(errorType);
        assertThat(failureOf(outcome).message()).startsWith(message);
        assertThat(outcome.report().initNanos()).isPositive();
        assertThat(outcome.report().durationNanos()).isZero();
    }

    @Test
    void aMissingModuleSaysWhoAskedForItAndWhatToUseInstead() {
        InvocationOutcome.Failed failed = failureOf(bench.run("require('tls')"));

        assertThat(failed.message().lines())
                .containsExactly(
                        "Error: Cannot find module 'tls'",
                        "The in-process JavaScript engine does not have the module 'tls'; a Node.js process runtime does.",
                        "Require stack:",
                        "- /var/task/index.js",
                        "- /var/runtime/index.mjs");
    }
}
