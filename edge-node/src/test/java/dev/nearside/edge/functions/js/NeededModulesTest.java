package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;

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
        return NeededModules.missing(handler, new ModuleFiles(CodeBundle.of(contents)), new GuestLibrary());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        require('crypto').createHash              |
        require("node:url"); require('process')   |
        require('fs')                             | the module 'fs'
        const a = require( "node:http2" )         | the module 'http2'
        import('fs/promises')                     | the module 'fs/promises'
        require('@aws-sdk/client-s3')             | the module '@aws-sdk/client-s3'
        require('./own')                          | the module 'tls'
        require('packed')                         | the module 'net'
        require('./absent')                       |
        require('unknown-package')                |
        require('./esm.mjs')                      | ES modules (esm.mjs)
        """)
    void namesWhatTheInProcessEngineLacks(String code, String expected) {
        Map<String, String> files = Map.of(
                "index.js", code,
                "own.js", "require('./index'); require('tls')",
                "esm.mjs", "export default 1",
                "node_modules/packed/index.js", "require('net')",
                "unused.js", "require('cluster')");

        assertThat(missing("index.handler", files)).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void findsTheHandlersFileInFolders() {
        assertThat(missing("src/app.handler", Map.of("src/app.js", "require('fs'); require('net')")))
                .containsExactly("the module 'fs'", "the module 'net'");
        assertThat(missing("app.handler", Map.of("app.mjs", "export const handler = 1")))
                .containsExactly("ES modules (app.mjs)");
        assertThat(missing("absent.handler", Map.of("app.js", "require('fs')"))).isEmpty();
    }
}
