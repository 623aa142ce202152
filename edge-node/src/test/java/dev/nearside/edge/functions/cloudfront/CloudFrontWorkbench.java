package dev.nearside.edge.functions.cloudfront;

import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An engine to try functions on. */
final class CloudFrontWorkbench implements AutoCloseable {

    static final String STORE_ID = "11111111-2222-3333-4444-555555555555";
    static final KeyValueStore STORE = new KeyValueStore(
            "arn:aws:cloudfront::000000000000:key-value-store/" + STORE_ID,
            "links",
            0,
            86_400_000,
            Map.of("a", "1", "json", "{\"x\":[1]}", "empty", ""));

    static final String REQUEST = """
            {"version":"1.0","context":{"eventType":"viewer-request"},"viewer":{"ip":"198.51.100.7"},\
            "request":{"method":"GET","uri":"/a","querystring":{},"headers":{},"cookies":{}}}""";

    final CloudFrontFunctionEngine engine;

    CloudFrontWorkbench() {
        this(CloudFrontFunctionLimits.defaults());
    }

    CloudFrontWorkbench(CloudFrontFunctionLimits limits) {
        this(limits, new ManualTime(1_700_000_000_000L));
    }

    CloudFrontWorkbench(CloudFrontFunctionLimits limits, Time time) {
        engine = new CloudFrontFunctionEngine(
                limits, new EdgeLocation("LHR", "127.0.0.1", "eu-west-2"), time, Randomness.fast());
    }

    LoadedCloudFrontFunction load(String runtime, String code, @Nullable KeyValueStore store) {
        return engine.load(
                new CloudFrontFunction(
                        "arn:aws:cloudfront::000000000000:function/f",
                        "f",
                        runtime,
                        CodeDigest.hex(code.getBytes(StandardCharsets.UTF_8)),
                        code,
                        store == null ? List.of() : List.of(store.id())),
                store);
    }

    RunOutcome run(String runtime, String code) {
        return run(load(runtime, code, STORE), REQUEST);
    }

    static RunOutcome run(LoadedCloudFrontFunction function, String event) {
        CompletableFuture<RunOutcome> outcome = new CompletableFuture<>();
        function.run(event.getBytes(StandardCharsets.UTF_8), "q=%20", outcome::complete);
        return outcome.join();
    }

    /** What a function on 2.0 returns, as JSON. */
    String result(String code) {
        return text(run(CloudFrontFunction.RUNTIME_2_0, code));
    }

    /** What an expression on 2.0 comes to; it may await, and use {@code crypto}, {@code qs} and {@code cf}. */
    String value(String expression) {
        return result("""
                import cf from 'cloudfront';
                const crypto = require('crypto');
                const qs = require('querystring');
                async function handler(event) { return %s; }""".formatted(expression));
    }

    static String text(RunOutcome outcome) {
        return switch (outcome) {
            case RunOutcome.Returned returned -> new String(returned.result(), StandardCharsets.UTF_8);
            case RunOutcome.Failed failed -> failed.reason() + " " + failed.message();
        };
    }

    @Override
    public void close() {
        engine.close();
    }
}
