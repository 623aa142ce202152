package dev.nearside.benchmarks.functions;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.edge.functions.jvm.JavaEngine;
import dev.nearside.edge.functions.jvm.JavaEngineLimits;
import dev.nearside.edge.functions.process.Language;
import dev.nearside.edge.functions.process.ProcessEngine;
import dev.nearside.edge.functions.process.ProcessLimits;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** An engine, and the same small handler in its language: it chooses a variant by a cookie and says so in a header. */
public enum Subject {
    GRAALJS("nodejs20.x", "index.handler") {
        @Override
        FunctionEngine engine() {
            return new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.secret());
        }

        @Override
        CodeBundle code(int number) {
            return javaScript(number);
        }
    },
    NODE("nodejs20.x", "index.handler") {
        @Override
        FunctionEngine engine() {
            return processes(Language.NODE);
        }

        @Override
        CodeBundle code(int number) {
            return javaScript(number);
        }
    },
    PYTHON("python3.12", "index.handler") {
        @Override
        FunctionEngine engine() {
            return processes(Language.PYTHON);
        }

        @Override
        CodeBundle code(int number) {
            return CodeBundle.of(Map.of("index.py", utf8("""
                    NUMBER = %d

                    def handler(event, context):
                        request = event['Records'][0]['cf']['request']
                        cookies = request['headers'].get('cookie', [])
                        variant = 'b' if any('variant=b' in cookie['value'] for cookie in cookies) else 'a'
                        request['headers']['x-variant'] = [{'key': 'X-Variant', 'value': variant}]
                        return request
                    """.formatted(number))));
        }
    },
    JAVA("java25", "Variant") {
        @Override
        FunctionEngine engine() {
            return new JavaEngine(JavaEngineLimits.defaults(), Time.system());
        }

        @Override
        CodeBundle code(int number) {
            return Compiled.VARIANT;
        }
    };

    /** Compiled once, for javac is no part of what is measured; each environment defines its classes anew all the same. */
    private static final class Compiled {
        static final CodeBundle VARIANT = CodeBundle.of(JavaSource.compiled("Variant", """
                    import dev.nearside.function.*;

                    public final class Variant implements EdgeHandler {
                        @Override
                        public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                            EdgeRequest request = event.request();
                            String cookie = request.headers().first("cookie");
                            String variant = cookie != null && cookie.contains("variant=b") ? "b" : "a";
                            return request.withHeaders(request.headers().with("X-Variant", variant));
                        }
                    }
                    """));
    }

    static final String HANDLER = """
            'use strict';
            const number = %d;
            exports.handler = async (event) => {
                const request = event.Records[0].cf.request;
                const cookies = request.headers.cookie || [];
                const variant = cookies.some((cookie) => cookie.value.includes('variant=b')) ? 'b' : 'a';
                request.headers['x-variant'] = [{ key: 'X-Variant', value: variant }];
                return request;
            };
            """;

    private static final long TIMEOUT_MILLIS = 20_000;
    private static final int MAX_RESULT_BYTES = 1_000_000;

    private final String runtime;
    private final String handler;

    Subject(String runtime, String handler) {
        this.runtime = runtime;
        this.handler = handler;
    }

    /** Whether its environments are processes of their own. */
    public boolean isOfProcesses() {
        return this == NODE || this == PYTHON;
    }

    /** A new engine. */
    abstract FunctionEngine engine();

    /** The handler's code; each number makes other code, where a language would keep what it has parsed. */
    abstract CodeBundle code(int number);

    /** The handler, loaded by an engine of this kind. */
    LoadedFunction load(FunctionEngine engine, int number) {
        return engine.load(version("variant" + number, runtime, handler), code(number));
    }

    /** Version 1 of a function with 128 MB. */
    static FunctionVersion version(String name, String runtime, String handler) {
        return new FunctionVersion(
                "arn:aws:lambda:us-east-1:000000000000:function:" + name + ":1",
                name,
                "1",
                runtime,
                handler,
                "0".repeat(64),
                1_000,
                128,
                5,
                Map.of());
    }

    /** One event through a function, there and back; fails where the handler does. */
    static byte[] invoke(LoadedFunction function, byte[] event) {
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        function.invoke(
                new Invocation("6bc28136-0000-4365-b021-0ce6b2e64ab0", event, TIMEOUT_MILLIS, 128, MAX_RESULT_BYTES),
                outcome::complete);
        return switch (outcome.join()) {
            case InvocationOutcome.Returned(byte[] result, var _) -> result;
            case InvocationOutcome.Failed failed -> throw new IllegalStateException("the handler failed: " + failed);
        };
    }

    private static CodeBundle javaScript(int number) {
        return CodeBundle.of(Map.of("index.js", utf8(HANDLER.formatted(number))));
    }

    private static FunctionEngine processes(Language language) {
        return new ProcessEngine(
                language,
                ProcessLimits.defaults(),
                Objects.requireNonNullElse(System.getenv("PATH"), ""),
                Time.system(),
                Randomness.secret());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
