package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.kit.code.CodeBundle;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeededModulesTest {

    private static List<String> missing(String handler, Map<String, String> files) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((path, text) -> contents.put(path, text.getBytes(StandardCharsets.UTF_8)));
        return NeededModules.missing(handler, new ModuleFiles(CodeBundle.of(contents)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        require('crypto').createHash              |
        require("node:url"); require('process')   |
        require('https'); require('node:stream')  |
        require('http'); require('stream/promises') |
        require('fs')                             | the module 'fs'
        const a = require( "node:http2" )         | the module 'http2'
        import('fs/promises')                     | the module 'fs/promises'
        require('@aws-sdk/client-s3')             | the module '@aws-sdk/client-s3'
        require('./own')                          | the module 'tls'
        require('packed')                         | the module 'net'
        require('./absent')                       |
        require('unknown-package')                |
        import('./esm.mjs')                       | the module 'dgram'
        import { a } from 'dual'                  |
        import x from './typed/own.js'            | the module 'vm'
        """)
    void namesWhatTheInProcessEngineLacks(String code, String expected) {
        Map<String, String> files = EngineBench.files(
                "index.js", code,
                "own.js", "require('./index'); require('tls')",
                "esm.mjs", "import dgram from 'dgram'; export default 1",
                "typed/package.json", "{\"type\":\"module\"}",
                "typed/own.js", "export * from 'dual'",
                "node_modules/dual/package.json", "{\"exports\":{\"import\":\"./esm.mjs\",\"require\":\"./cjs.cjs\"}}",
                "node_modules/dual/esm.mjs", "export * from 'vm'",
                "node_modules/dual/cjs.cjs", "exports.a = 1",
                "node_modules/packed/index.js", "require('net')",
                "unused.js", "require('cluster')");

        assertThat(missing("index.handler", files)).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void findsTheHandlersFileInFolders() {
        assertThat(missing("src/app.handler", Map.of("src/app.js", "require('fs'); require('net')")))
                .containsExactly("the module 'fs'", "the module 'net'");
        assertThat(missing("app.handler", Map.of("app.mjs", "import { a } from 'vm'; export const handler = 1")))
                .containsExactly("the module 'vm'");
        assertThat(missing("absent.handler", Map.of("app.js", "require('fs')"))).isEmpty();
    }
}
