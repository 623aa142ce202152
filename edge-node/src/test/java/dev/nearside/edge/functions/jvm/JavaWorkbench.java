package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EventCodec;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHandler;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** An engine and short ways to compile and run handlers on it. */
public final class JavaWorkbench implements AutoCloseable {

    static final String REQUEST_ID = "6bc28136-xmpl-4365-b021-0ce6b2e64ab0";
    static final long GENEROUS_MILLIS = 20_000;

    private static final Pattern TYPE = Pattern.compile("(?:class|interface|enum|record) (\\w+)");
    private static final String IMPORTS = """
            import dev.nearside.function.*;
            import java.util.*;
            import java.util.function.*;
            import java.util.regex.*;
            import java.util.stream.*;
            import java.math.*;
            """;

    private final JavaEngine engine;

    JavaWorkbench() {
        this(JavaEngineLimits.defaults());
    }

    JavaWorkbench(JavaEngineLimits limits) {
        this.engine = new JavaEngine(limits, Time.system());
    }

    /** A handler class that is called Handler: members, and the body of its method, which returns any object. */
    static String handler(String members, String body) {
        return """
                public class Handler implements EdgeHandler {
                %s
                    Object work(EdgeEvent event, InvocationContext context) throws Exception {
                %s
                    }
                    public EdgeResult handle(EdgeEvent event, InvocationContext context) throws Exception {
                        return EdgeResponse.text(200, EdgeHeaders.empty(), String.valueOf(work(event, context)));
                    }
                }
                """.formatted(members, body);
    }

    /** Class files by path; the sources need no imports, the first type is the file's. */
    public static Map<String, byte[]> compile(String... sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> outputs = new TreeMap<>();
        List<SourceText> units =
                java.util.Arrays.stream(sources).map(SourceText::of).toList();
        try (StandardJavaFileManager standard =
                        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
                JavaFileManager files = new MemoryOutput(standard, outputs)) {
            java.io.StringWriter messages = new java.io.StringWriter();
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-proc:none", "-nowarn", "-classpath", classPath()),
                            null,
                            units)
                    .call();
            if (!compiled) {
                throw new AssertionError(messages.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> classes = new TreeMap<>();
        outputs.forEach((name, bytes) -> classes.put(name + ".class", bytes.toByteArray()));
        return classes;
    }

    private static String classPath() {
        return java.nio.file.Path.of(URI.create(EdgeHandler.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }

    private static final class SourceText extends SimpleJavaFileObject {
        private final String code;

        private SourceText(String name, String code) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.code = code;
        }

        static SourceText of(String source) {
            Matcher type = TYPE.matcher(source);
            if (!type.find()) {
                throw new IllegalArgumentException("no type in " + source);
            }
            return new SourceText(type.group(1), source.startsWith("package ") ? source : IMPORTS + source);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }

    private static final class MemoryOutput extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> outputs;

        MemoryOutput(JavaFileManager standard, Map<String, ByteArrayOutputStream> outputs) {
            super(standard);
            this.outputs = outputs;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            outputs.put(className.replace('.', '/'), bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }

    LoadedFunction load(String... sources) {
        return load("Handler", compile(sources));
    }

    LoadedFunction load(String handler, Map<String, byte[]> files) {
        return engine.load(version(handler), CodeBundle.of(files));
    }

    static FunctionVersion version(String handler) {
        return new FunctionVersion(
                "arn:aws:lambda:us-east-1:000000000000:function:greet:7",
                "greet",
                "7",
                "java21",
                handler,
                "0".repeat(64),
                100,
                128,
                3,
                Map.of("PLACE", "here"));
    }

    /** Loads a handler with that body, invokes once, waits. */
    InvocationOutcome run(String body) {
        return invoke(load(handler("", body)));
    }

    InvocationOutcome invoke(LoadedFunction function) {
        return await(start(function, "/", GENEROUS_MILLIS));
    }

    InvocationOutcome invoke(LoadedFunction function, String uri, long timeoutMillis) {
        return await(start(function, uri, timeoutMillis));
    }

    /** What a handler with that body returns. */
    String answer(String body) {
        return bodyOf(run(body));
    }

    String answer(LoadedFunction function) {
        return bodyOf(invoke(function));
    }

    CompletableFuture<InvocationOutcome> start(LoadedFunction function, String uri, long timeoutMillis) {
        CompletableFuture<InvocationOutcome> outcome = new CompletableFuture<>();
        function.invoke(new Invocation(REQUEST_ID, event(uri), timeoutMillis, 128, 1_000_000), outcome::complete);
        return outcome;
    }

    private static byte[] event(String uri) {
        return EventCodec.encode(new EdgeEvent(
                new EdgeEvent.Config("d1.cdn.localhost", "E1", EventType.VIEWER_REQUEST, "request-id"),
                new EdgeRequest(
                        "192.0.2.7", "GET", uri, "a=b", EdgeHeaders.empty().with("Host", "site.test"), null, null),
                null));
    }

    static InvocationOutcome await(CompletableFuture<InvocationOutcome> outcome) {
        return outcome.orTimeout(60, TimeUnit.SECONDS).join();
    }

    static String resultOf(InvocationOutcome outcome) {
        return switch (outcome) {
            case InvocationOutcome.Returned(byte[] json, var _) -> new String(json, StandardCharsets.UTF_8);
            case InvocationOutcome.Failed failed -> throw new AssertionError("no result but " + failed);
        };
    }

    /** The body of the response that a handler made. */
    static String bodyOf(InvocationOutcome outcome) {
        String json = resultOf(outcome);
        Matcher body = Pattern.compile("\"body\":\"(.*)\",\"bodyEncoding\"").matcher(json);
        if (!body.find()) {
            throw new AssertionError("no body in " + json);
        }
        return body.group(1);
    }

    static InvocationOutcome.Failed failureOf(InvocationOutcome outcome) {
        return switch (outcome) {
            case InvocationOutcome.Failed failed -> failed;
            case InvocationOutcome.Returned(byte[] json, var _) ->
                throw new AssertionError("no failure but " + new String(json, StandardCharsets.UTF_8));
        };
    }

    @Override
    public void close() {
        engine.close();
    }
}
