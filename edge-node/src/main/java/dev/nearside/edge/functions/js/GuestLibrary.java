package dev.nearside.edge.functions.js;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    boolean offers(String name) {
        return name.equals("process") || (MODULES.contains(name) && !INTERNAL.contains(name));
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
