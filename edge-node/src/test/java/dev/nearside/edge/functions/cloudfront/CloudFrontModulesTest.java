package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a CloudFront Function finds in its world, and what it does not. */
class CloudFrontModulesTest {

    private static CloudFrontWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new CloudFrontWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    /** Values recorded from Node.js 20.20. */
    static Stream<Arguments> likeNode() {
        return Stream.of(
                Arguments.of(
                        "crypto.createHash('md5').update('abc').digest('hex')", "900150983cd24fb0d6963f7d28e17f72"),
                Arguments.of(
                        "crypto.createHash('sha1').update('abc').digest('base64')", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
                Arguments.of(
                        "crypto.createHash('sha256').update('abc').digest('base64url')",
                        "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"),
                Arguments.of(
                        "crypto.createHash('sha256').update('a').update('é').digest('hex')",
                        "561951c2b8c47984b8b4b8ae1f173a03d9c703f66cf36f145e27bc6145499f74"),
                Arguments.of(
                        "crypto.createHmac('sha256','key').update('text').digest('hex')",
                        "6afa9046a9579cad143a384c1b564b9a250d27d6f6a63f9f20bf3a7594c9e2c6"),
                Arguments.of(
                        "crypto.createHmac('sha1','').update('').digest('hex')",
                        "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"),
                Arguments.of("crypto.createHmac('md5','k').update('v').digest('base64')", "A7bJWC8iP93vArqtDNWicA=="),
                Arguments.of(
                        "JSON.stringify(qs.parse('a=1&b=%20x&a=2&c'))",
                        "{\"a\":[\"1\",\"2\"],\"b\":\" x\",\"c\":\"\"}"),
                Arguments.of("qs.stringify({a:['1','2'],b:'x y',c:''})", "a=1&a=2&b=x%20y&c="),
                Arguments.of("qs.escape('a b&é')", "a%20b%26%C3%A9"),
                Arguments.of("qs.unescape('a%20b%C3%A9')", "a b\u00e9"),
                Arguments.of("JSON.stringify(qs.parse('a:1;b:2',';',':'))", "{\"a\":\"1\",\"b\":\"2\"}"),
                Arguments.of("qs.stringify({a:1,b:2},';',':')", "a:1;b:2"),
                Arguments.of("JSON.stringify(qs.decode('x=%zz'))", "{\"x\":\"%zz\"}"),
                Arguments.of("qs.encode({t:true})", "t=true"),
                Arguments.of("Buffer.from('é').toString('hex')", "c3a9"),
                Arguments.of("Buffer.from('aGk=', 'base64').toString()", "hi"),
                Arguments.of("Buffer.from([1,2,255]).toString('base64url')", "AQL_"),
                Arguments.of("String(Buffer.concat([Buffer.from('a'), Buffer.from('b')]).length)", "2"),
                Arguments.of("Buffer.alloc(3, 'x').toString()", "xxx"),
                Arguments.of("String(Buffer.from('abc').equals(Buffer.from('abc')))", "true"),
                Arguments.of("String(Buffer.from('hello').indexOf('l'))", "2"),
                Arguments.of("String(Buffer.from([0,0,1,2]).readUInt32BE(0))", "258"),
                Arguments.of("atob('aGVsbG8=')", "hello"),
                Arguments.of("btoa('hello')", "aGVsbG8="),
                Arguments.of("new TextDecoder().decode(new TextEncoder().encode('é€'))", "\u00e9\u20ac"),
                Arguments.of("String(new TextEncoder().encode('é€').length)", "5"),
                Arguments.of("encodeURIComponent('a/b c')", "a%2Fb%20c"),
                Arguments.of("[3,1,2].sort().join()", "1,2,3"),
                Arguments.of("new Date(0).toISOString()", "1970-01-01T00:00:00.000Z"),
                Arguments.of("JSON.stringify({a:[1,{b:null}]})", "{\"a\":[1,{\"b\":null}]}"),
                Arguments.of("'x'.padStart(3,'-')", "--x"),
                Arguments.of("(/(?<y>[0-9]{4})/).exec('in 2024').groups.y", "2024"));
    }

    @ParameterizedTest
    @MethodSource("likeNode")
    void sameValuesAsNode(String expression, String expected) throws Exception {
        assertThat(bench.value(expression)).isEqualTo(new JsonMapper().writeValueAsString(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (await cf.kvs().get('a'))                                   | "1"
            (await cf.kvs('11111111-2222-3333-4444-555555555555').get('a')) | "1"
            (await cf.kvs().get('json', {format: 'json'})).x[0]         | 1
            (await cf.kvs().get('a', {format: 'bytes'}))[0]             | 49
            (await cf.kvs().get('empty'))                               | ""
            (await cf.kvs().exists('a'))                                | true
            (await cf.kvs().exists('b'))                                | false
            (await cf.kvs().meta())                                     | {"creationDateTime":"1970-01-01T00:00:00Z","lastUpdatedDateTime":"1970-01-02T00:00:00Z","keyCount":3}
            cf.edgeLocation                                             | {"name":"LHR","serverIp":"127.0.0.1","region":"eu-west-2"}
            event.request.rawQueryString()                              | "q=%20"
            Object.keys(event.request)                                  | ["method","uri","querystring","headers","cookies"]
            """)
    void cloudFrontModule(String expression, String expected) {
        assertThat(bench.value(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (await cf.kvs().get('b'))                   | has no key "b"
            (await cf.kvs().get('json', {format: 'x'})) | format "x" is unknown
            cf.kvs('other')                             | "other" is not associated with this function
            cf.updateRequestOrigin('x')                 | updateRequestOrigin takes an object
            cf.selectRequestOriginById(1)               | takes the id of an origin
            crypto.createHash('sha512')                 | not supported algorithm
            crypto.createHash('md5').digest('utf8')     | Unknown digest encoding
            crypto.randomBytes(1)                       | not a function
            require('fs')                               | Cannot find module "fs"
            eval('1')                                   | dynamic evaluation of code is disabled
            new Function('return 1')()                  | dynamic evaluation of code is disabled
            new ArrayBuffer(100000000)                  | RangeError
            'x'.repeat(3000000)                         | Invalid string length
            """)
    void refusals(String expression, String message) {
        assertThat(bench.value(expression)).startsWith("THREW ").contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "process",
                "setTimeout",
                "setInterval",
                "fetch",
                "XMLHttpRequest",
                "Java",
                "Polyglot",
                "Graal",
                "load",
                "print",
                "SharedArrayBuffer",
                "Atomics",
                "WebAssembly",
                "module",
                "exports",
                "global",
                "arguments[1]"
            })
    void notThere(String name) {
        for (String runtime : new String[] {CloudFrontFunction.RUNTIME_1_0, CloudFrontFunction.RUNTIME_2_0}) {
            assertThat(CloudFrontWorkbench.text(
                            bench.run(runtime, "function handler(event) { return typeof " + name + "; }")))
                    .as(runtime)
                    .isEqualTo("\"undefined\"");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            String.bytesFrom([0x62, 0x75, 0x66])                                | "buf"
            String.bytesFrom('YnVm', 'base64')                                  | "buf"
            String.bytesFrom('627566', 'hex')                                   | "buf"
            '\\u00e9'.toUTF8().length                                           | 2
            '\\u00e9'.toUTF8().fromUTF8()                                       | "é"
            'abc'.toBytes(1)                                                    | "bc"
            '\\u20ac'.toBytes()                                                 | null
            'abc'.fromBytes(0, 2)                                               | "ab"
            require('crypto').createHash('md5').update('abc').digest().length   | 16
            require('crypto').createHash('md5').update('abc').digest('hex')     | "900150983cd24fb0d6963f7d28e17f72"
            require('querystring').parse('a=1').a                               | "1"
            typeof Buffer                                                       | "undefined"
            typeof TextEncoder                                                  | "undefined"
            typeof atob                                                         | "undefined"
            typeof event.request.rawQueryString                                 | "undefined"
            (function (a) { return a * 2; })(2)                                 | 4
            [1, 2].map(x => x + 1).join()                                       | "2,3"
            {'let': 1, const: 2}.const                                          | 2
            """)
    void firstRuntime(String expression, String expected) {
        assertThat(CloudFrontWorkbench.text(bench.run(
                        CloudFrontFunction.RUNTIME_1_0, "function handler(event) { return (" + expression + "); }")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let x = 1;",
                "const x = 1;",
                "class A {}",
                "async function f() {}",
                "import cf from 'cloudfront';",
                "for (let i = 0; i < 1; i++) {}",
                "var t = `${(function () { const x = 1; return x; })()}`;"
            })
    void newDeclarationsAreRefusedByTheFirstRuntime(String statement) {
        assertThat(CloudFrontWorkbench.text(bench.run(
                        CloudFrontFunction.RUNTIME_1_0, statement + "\nfunction handler(event) { return 1; }")))
                .startsWith("UNCOMPILABLE SyntaxError: Token")
                .contains("in line 1");
    }

    @Test
    void importWithoutSemicolonEndsWithItsLine() {
        assertThat(bench.result("""
                import cf from 'cloudfront'
                import * as crypto from 'crypto'
                (function () { globalThis.seen = typeof cf.kvs; })()
                function handler(event) { return [seen, typeof crypto.createHash]; }""")).isEqualTo("[\"function\",\"function\"]");
    }

    @Test
    void importsOfModulesThatAreThereWork() {
        assertThat(bench.result("""
                import cf from 'cloudfront'
                import * as crypto from "crypto"; import querystring from 'querystring';
                function handler(event) {
                    return [typeof cf.kvs, typeof crypto.createHash, typeof querystring.parse];
                }""")).isEqualTo("[\"function\",\"function\",\"function\"]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            import fs from 'fs';            | THREW Error: Cannot find module "fs"
            import { kvs } from 'cloudfront'; | UNCOMPILABLE SyntaxError: the import in line 1 is not supported
            import 'cloudfront';            | UNCOMPILABLE SyntaxError: the import in line 1 is not supported
            """)
    void otherImportsSayWhatIsWrong(String statement, String message) {
        assertThat(bench.result(statement + "\nfunction handler(event) { return 1; }"))
                .startsWith(message);
    }

    @Test
    void storeAndOriginsAreForThoseWhoMayHaveThem() {
        String code = "import cf from 'cloudfront'; function handler(event) { return cf.kvs(); }";
        LoadedCloudFrontFunction alone = bench.load(CloudFrontFunction.RUNTIME_2_0, code, null);
        assertThat(CloudFrontWorkbench.text(CloudFrontWorkbench.run(alone, CloudFrontWorkbench.REQUEST)))
                .contains("associated with no key value store");
        LoadedCloudFrontFunction onResponses = bench.load(
                CloudFrontFunction.RUNTIME_2_0,
                "import cf from 'cloudfront'; function handler(event) { cf.updateRequestOrigin({}); }",
                null);
        assertThat(CloudFrontWorkbench.text(CloudFrontWorkbench.run(
                        onResponses, CloudFrontWorkbench.REQUEST.replace("viewer-request", "viewer-response"))))
                .contains("works in viewer-request events only");
    }
}
