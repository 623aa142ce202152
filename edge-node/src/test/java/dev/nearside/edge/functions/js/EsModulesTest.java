package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.JsWorkbench.failureOf;
import static dev.nearside.edge.functions.js.JsWorkbench.files;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that are ES modules, in process. */
class EsModulesTest {

    private static final Map<String, String> PACKAGES = files(
            "lib/own.mjs", "export const where = import.meta.url; export default 'own'",
            "lib/deep/far.mjs",
                    "import own from '../own.mjs'; import { id } from 'nested'; export const far = own + id",
            "lib/deep/node_modules/nested/package.json", "{\"type\":\"module\",\"exports\":\"./main.js\"}",
            "lib/deep/node_modules/nested/main.js", "export const id = 'nested'",
            "lib/old.cjs", "exports.one = 1; exports.self = __filename; exports['not-a-name'] = 2",
            "lib/data.json", "{\"a\":[1]}",
            "node_modules/dual/package.json",
                    "{\"exports\":{\".\":{\"import\":\"./esm.mjs\",\"require\":\"./cjs.cjs\"},\"./sub\":\"./sub.mjs\"}}",
            "node_modules/dual/esm.mjs", "export default 'import'",
            "node_modules/dual/cjs.cjs", "module.exports = 'require'",
            "node_modules/dual/sub.mjs", "export default 'sub'",
            "node_modules/@scope/pack/index.js", "module.exports = class Packed { static hi() { return 'hi'; } }",
            "node_modules/broken/index.js", "throw new RangeError('broken package')");

    private static JsWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JsWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static LoadedFunction load(String code) {
        Map<String, String> files = new LinkedHashMap<>(PACKAGES);
        files.put("index.mjs", code);
        return bench.load("index.handler", files);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        const          | export const handler = async () => 1;                                                   | 1
        function       | export async function handler() { return 2; }                                           | 2
        renamed        | const h = () => Promise.resolve(3); export { h as handler };                            | 3
        callback       | export const handler = (event, context, callback) => callback(null, 4);                 | 4
        own            | import own, { where } from './lib/own.mjs'; export const handler = async () => [own, where]; | ["own","file:///var/task/lib/own.mjs"]
        nested         | import { far } from './lib/deep/far.mjs'; export const handler = async () => far;       | "ownnested"
        core default   | import crypto from 'crypto'; export const handler = async () => crypto.createHash('md5').update('a').digest('hex'); | "0cc175b9c0f1b6a831c399e269772661"
        core named     | import { join } from 'node:path'; import { Buffer as B } from 'buffer'; export const handler = async () => [join('a', 'b'), B === Buffer]; | ["a/b",true]
        core slash     | import { setTimeout as sleep } from 'timers/promises'; export const handler = async () => sleep(1, 'slept'); | "slept"
        core all       | import * as url from 'url'; export const handler = async () => [typeof url.default, typeof url.parse]; | ["object","function"]
        process        | import process, { env } from 'node:process'; export const handler = async () => process.env === env; | true
        package        | import dual from 'dual'; import sub from 'dual/sub'; export const handler = async () => [dual, sub]; | ["import","sub"]
        scoped         | import Packed from '@scope/pack'; export const handler = async () => Packed.hi();       | "hi"
        named of CJS   | import old, { one, self } from './lib/old.cjs'; export const handler = async () => [one, self, old['not-a-name']]; | [1,"/var/task/lib/old.cjs",2]
        JSON           | import data from './lib/data.json' with { type: 'json' }; export const handler = async () => data; | {"a":[1]}
        import()       | export const handler = async () => (await import('./lib/own.mjs')).default;             | "own"
        createRequire  | import { createRequire } from 'module'; const require = createRequire(import.meta.url); export const handler = async () => [require('dual'), require('./lib/old.cjs').one]; | ["require",1]
        meta           | export const handler = async () => import.meta.url;                                     | "file:///var/task/index.mjs"
        no require     | export const handler = async () => [typeof require, typeof module, this === undefined]; | ["undefined","undefined",true]
        await          | const word = await new Promise((r) => setTimeout(r, 5, 'awaited')); export const handler = async () => word; | "awaited"
        await import   | const { default: own } = await import('./lib/own.mjs'); export const handler = async () => own; | "own"
        """)
    void answers(String name, String code, String json) {
        assertThat(bench.answer(load(code))).as(name).isEqualTo(json);
    }

    @Test
    void filesOfAPackageOfTypeModuleAreModules() {
        assertThat(bench.answer(bench.load(
                        "src/app.handler",
                        files(
                                "package.json",
                                "{\"type\":\"module\"}",
                                "src/app.js",
                                "import { name } from './name.js'; export const handler = async () => name;",
                                "src/name.js",
                                "export const name = import.meta.url"))))
                .isEqualTo("\"file:///var/task/src/name.js\"");
    }

    @Test
    void stateIsKeptWithinAnEnvironmentAndTopLevelCodeRunsOnce() {
        LoadedFunction function = load("await null; let n = 0; export const handler = async () => ++n;");

        assertThat(List.of(bench.answer(function), bench.answer(function), bench.answer(function)))
                .containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @CsvSource({"index, ./lib/own.mjs", "src/app, ../lib/own.mjs", "lib/deep/app, ../own.mjs"})
    void aCommonJsHandlerImportsModules(String file, String specifier) {
        Map<String, String> files = new LinkedHashMap<>(PACKAGES);
        files.put(file + ".js", "exports.handler = async () => (await import('" + specifier + "')).default");

        assertThat(bench.answer(bench.load(file + ".handler", files))).isEqualTo("\"own\"");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        export const handler = ( => 1                              | Runtime.UserCodeSyntaxError | /var/task/index.mjs:1:
        import { absent } from './lib/own.mjs'                     | Runtime.UserCodeSyntaxError | The requested module './lib/own.mjs' does not provide an export named 'absent'
        export const other = 1                                     | Runtime.HandlerNotFound     | index.handler is undefined or not exported
        export const handler = 1                                   | Runtime.HandlerNotFound     | index.handler is not a function
        throw new RangeError('far')                                | RangeError                  | far
        await Promise.reject(new RangeError('later'))              | RangeError                  | later
        import 'broken'; export const handler = 1                  | RangeError                  | broken package
        import './absent.mjs'                                      | Runtime.ImportModuleError   | Error: Cannot find module 'absent.mjs'
        import 'absent'                                            | Runtime.ImportModuleError   | Error: Cannot find module
        import 'node:absent'                                       | Runtime.ImportModuleError   | Error: Cannot find module
        import '../../etc/passwd'                                  | Runtime.ImportModuleError   | Error: Cannot find module
        await new Promise(() => {}); export const handler = 1      | Runtime.ExitError           | RequestId:
        """)
    void faultsInTheCodeFailTheInit(String code, String errorType, String message) {
        InvocationOutcome outcome = bench.invoke(load(code));

        assertThat(failureOf(outcome).reason()).isEqualTo(FailureReason.INIT_FAILED);
        assertThat(failureOf(outcome).errorType()).isEqualTo(errorType);
        assertThat(failureOf(outcome).message()).startsWith(message);
    }

    @Test
    void aMissingModuleOfNodesSaysWhatToUseInstead() {
        assertThat(failureOf(bench.invoke(load("import fs from 'fs'; export const handler = async () => 1;")))
                        .message())
                .contains("does not have the module 'fs'; a Node.js process runtime does.");
    }

    @Test
    void topLevelCodeHasTheTimeOfInit() {
        JsEngineLimits usual = JsEngineLimits.defaults();
        try (JsWorkbench hasty = new JsWorkbench(new JsEngineLimits(
                usual.threads(),
                usual.maxEnvironmentsPerFunction(),
                usual.maxEnvironments(),
                300,
                usual.maxLogBytes(),
                usual.maxTimers(),
                usual.maxInflatedBytes(),
                usual.idleEnvironmentSeconds()))) {
            InvocationOutcome outcome = hasty.invoke(hasty.load(
                    "index.handler",
                    files("index.mjs", "await new Promise((r) => setTimeout(r, 20000)); export const handler = 1")));

            assertThat(failureOf(outcome).reason()).isEqualTo(FailureReason.TIMED_OUT);
            assertThat(outcome.report().durationNanos()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "/etc/passwd", "file:///proc/self/environ", "https://a.example/x.mjs"})
    void nothingOutsideTheBundleCanBeImported(String url) {
        assertThat(bench.answer(load("export const handler = async () => import('" + url
                        + "').then(() => 'loaded', (e) => e instanceof Error);")))
                .isEqualTo("true");
    }
}
