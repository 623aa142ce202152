package dev.nearside.edge.functions.js;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.graalvm.polyglot.Source;

/** Our JavaScript: the bootstrap of every context and Node's modules, parsed once per engine. */
final class GuestLibrary {

    /** Names that a guest may require; each is a resource file beside this class. */
    private static final Set<String> MODULES = Set.of(
            "abort",
            "assert",
            "buffer",
            "crypto",
            "crypto_ciphers",
            "crypto_keys",
            "events",
            "fetch",
            "http",
            "https",
            "inspect",
            "module",
            "os",
            "path",
            "querystring",
            "stream",
            "stream/promises",
            "string_decoder",
            "structured_clone",
            "timers",
            "timers/promises",
            "url",
            "url_legacy",
            "util",
            "webcrypto",
            "zlib");

    /** Those of them that are ours, and no business of a guest. */
    private static final Set<String> INTERNAL = Set.of(
            "abort",
            "crypto_ciphers",
            "crypto_keys",
            "fetch",
            "inspect",
            "structured_clone",
            "url_legacy",
            "webcrypto");

    private static final List<String> OFFERED = Stream.concat(
                    MODULES.stream().filter(name -> !INTERNAL.contains(name)), Stream.of("process"))
            .sorted()
            .toList();

    /** The core modules of Node.js that we do not have, and what Lambda's runtimes bring along. */
    private static final Set<String> NODE_ONLY = Set.of(
            "async_hooks",
            "aws-sdk",
            "child_process",
            "cluster",
            "constants",
            "dgram",
            "diagnostics_channel",
            "dns",
            "dns/promises",
            "domain",
            "fs",
            "fs/promises",
            "http2",
            "inspector",
            "net",
            "perf_hooks",
            "punycode",
            "readline",
            "readline/promises",
            "repl",
            "stream/consumers",
            "stream/web",
            "sys",
            "test",
            "tls",
            "trace_events",
            "tty",
            "util/types",
            "v8",
            "vm",
            "wasi",
            "worker_threads");

    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    /** The function literal that builds a new context's world. */
    Source bootstrap() {
        return sources.computeIfAbsent("bootstrap", GuestLibrary::read);
    }

    /** The function literal of one of Node's modules, if we have it. */
    Optional<Source> module(String name) {
        return MODULES.contains(name)
                ? Optional.of(sources.computeIfAbsent(name, GuestLibrary::read))
                : Optional.empty();
    }

    /** Whether user code may ask for that module by name. */
    static boolean offers(String name) {
        return OFFERED.contains(name);
    }

    /** What user code may ask for by name, in order. */
    static List<String> offered() {
        return OFFERED;
    }

    /** Whether only a process of Node.js has that module. */
    static boolean isNodeOnly(String name) {
        return NODE_ONLY.contains(name) || name.startsWith("@aws-sdk/");
    }

    private static Source read(String name) {
        String resource = name.replace('/', '_') + ".js";
        try (InputStream in = GuestLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing from this build");
            }
            String code = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Source.newBuilder("js", code, "node:" + name).cached(true).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
