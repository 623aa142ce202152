package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which worlds may serve another run. */
class CloudFrontWorldTest {

    private static CloudFrontWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new CloudFrontWorkbench();
        bench.load(CloudFrontFunction.RUNTIME_2_0, "function handler() {}", CloudFrontWorkbench.STORE)
                .close();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static CloudFrontWorld world(String code, boolean forManyRuns) throws Exception {
        CloudFrontFunction function = new CloudFrontFunction(
                "arn:aws:cloudfront::000000000000:function/f",
                "f",
                CloudFrontFunction.RUNTIME_2_0,
                CodeDigest.hex(code.getBytes(StandardCharsets.UTF_8)),
                code,
                List.of());
        return bench.engine.newWorld(
                FunctionCode.source(function), function.runtime(), CloudFrontWorkbench.STORE, forManyRuns);
    }

    private static CloudFrontWorld handling(String statements) throws Exception {
        return world("""
                import cf from 'cloudfront';
                import qs from 'querystring';
                import crypto from 'crypto';
                async function handler(event) { %s; return 1; }""".formatted(statements), true);
    }

    private static String run(CloudFrontWorld world) {
        world.nextRun();
        return CloudFrontWorkbench.text(
                world.run(CloudFrontWorkbench.REQUEST.getBytes(StandardCharsets.UTF_8), "q=%20"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.request.headers.x = { value: '1' }; event.request.uri += '/b'",
                "class A extends Error { constructor() { super('x'); this.name = 'A'; } } try { throw new A(); } catch (e) { }",
                "for (const [k, v] of new Map([[1, 2]])) { [...new Set([k, v])].map(x => x * 2).sort().includes(4) }",
                "/a(?<n>b)+/g.exec('abb'); 'a,b'.split(',').join('-').replace(/b/, x => x)",
                "new Date().toISOString(); new Date(5).toLocaleDateString(); (1234.5).toLocaleString()",
                "function* g() { yield* [1, 2]; } [...g()]; async function* h() { yield 1; } for await (const x of h()) { }",
                "crypto.createHmac('sha256', 'k').update(JSON.stringify(event)).digest('hex')",
                "Buffer.from('aGk=', 'base64').toString('utf8'); new TextDecoder().decode(new TextEncoder().encode('x'))",
                "qs.parse('a=1&a=2'); qs.stringify({ a: [1, 2] }); atob(btoa('x'))",
                "await cf.kvs().get('a'); await Promise.all([cf.kvs().meta(), cf.kvs().exists('b')]).finally(() => 1)",
                "cf.updateRequestOrigin({ domainName: 'other.test' })",
                "Symbol.for('mine'); const o = { [Symbol('x')]: 1, toString() { return 'o'; } }; console.log(`${o}`)",
                "cf.mine = 1; crypto.mine = 1",
                "throw new Error('the function fails')",
                "let later = Promise.resolve(); for (let i = 0; i < 20; i++) { later = later.then(() => i); }",
            })
    void runThatKeepsToItselfLeavesThemAsTheyWere(String statements) throws Exception {
        try (CloudFrontWorld world = handling(statements)) {
            String first = run(world);
            assertThat(world.isPristine()).as("after one run").isTrue();
            for (int i = 0; i < 3; i++) {
                assertThat(run(world)).isEqualTo(first);
                assertThat(world.isPristine()).as("after run " + i).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "globalThis.mine = 1",
                "delete globalThis.Buffer",
                "String.prototype.mine = 1",
                "Array.prototype.push = function () { }",
                "Array.prototype.push.call(Array.prototype, 1)",
                "Array.prototype.length = 4294967295",
                "Object.setPrototypeOf(Array.prototype, null)",
                "Object.freeze(Math)",
                "Object.preventExtensions(JSON)",
                "Object.defineProperty(Math, 'max', { enumerable: true })",
                "Object.defineProperty(Object.prototype, 'mine', { get() { return 1; }, configurable: true })",
                "delete JSON.parse",
                "JSON.parse = JSON.stringify",
                "Error.stackTraceLimit = 3",
                "Date.mine = 1",
                "Date.prototype.getTime = () => 1",
                "console.log = () => 1",
                "console.log.mine = 1",
                "require.mine = 1",
                "cf.kvs.mine = 1",
                "qs.parse.mine = 1",
                "Buffer.mine = 1",
                "Buffer.prototype.mine = 1",
                "atob.mine = 1",
                "TextEncoder.prototype.encode = () => 1",
                "Symbol.for.mine = 1",
                "Promise.resolve.mine = 1",
                "Promise.prototype.then = function () { return this; }",
                "Object.getPrototypeOf(Int8Array).mine = 1",
                "Object.getPrototypeOf(function* () { }).mine = 1",
                "Object.getPrototypeOf(Object.getPrototypeOf((function* () { })())).mine = 1",
                "Object.getPrototypeOf(async function () { }).mine = 1",
                "Object.getPrototypeOf(async function* () { }).mine = 1",
                "Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())).mine = 1",
                "Object.getPrototypeOf(''[Symbol.iterator]()).mine = 1",
                "Object.getPrototypeOf(new Map().entries()).mine = 1",
                "Object.getPrototypeOf(new Set().values()).mine = 1",
                "Object.getPrototypeOf('a'.matchAll(/a/g)).mine = 1",
                "Object.getPrototypeOf([].values().map ? [].values().map((x) => x) : Math).mine = 1",
                "Object.getOwnPropertyDescriptor(RegExp.prototype, 'flags').get.mine = 1",
            })
    void runThatLeavesTracesIsNoticed(String statements) throws Exception {
        try (CloudFrontWorld world = handling(statements)) {
            run(world);
            assertThat(world.isComparable()).isTrue();
            assertThat(world.isPristine()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"while (true) { }", "(function f() { f(); })()", "'x'.repeat(1e6).repeat(1e6)"})
    void worldIsNotUsedAgainAfterARunWithoutAnEnd(String statements) throws Exception {
        try (CloudFrontWorld world = world("function handler() { " + statements + "; }", true)) {
            run(world);
            assertThat(!world.isComparable() || world.isPristine()).isTrue();
        }
    }

    @Test
    void worldForOneRunIsNeverPristine() throws Exception {
        try (CloudFrontWorld world = world("function handler() { return 1; }", false)) {
            assertThat(run(world)).isEqualTo("1");
            assertThat(world.isComparable()).isFalse();
            assertThat(world.isPristine()).isFalse();
        }
    }

    @Test
    void eachRunHasVariablesNamedSymbolsAndModulesOfItsOwn() throws Exception {
        try (CloudFrontWorld world = world("""
                import crypto from 'crypto';
                let count = 0;
                const named = Symbol.keyFor(Symbol.for('a'));
                const seen = crypto.seen;
                crypto.seen = true;
                function handler() { return [++count, named, seen === undefined, Date.now()]; }""", true)) {
            for (int i = 0; i < 3; i++) {
                assertThat(run(world)).isEqualTo("[1,\"a\",true,1700000000000]");
                assertThat(world.isPristine()).isTrue();
            }
        }
    }

    @Test
    void whatCloudFrontDoesNotHaveAndWouldOutliveARunIsNotThere() throws Exception {
        try (CloudFrontWorld world = world(
                "function handler() { return [typeof WeakRef, typeof FinalizationRegistry, typeof Iterator, RegExp.$1]; }",
                true)) {
            assertThat(run(world)).isEqualTo("[\"undefined\",\"undefined\",\"undefined\",null]");
        }
    }
}
