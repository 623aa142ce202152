package dev.nearside.edge.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.FieldsTarget;
import dev.nearside.edge.cache.SectionsTarget;
import dev.nearside.edge.fetch.ResponsesTarget;
import dev.nearside.edge.listener.RequestsTarget;
import dev.nearside.edge.routing.PatternsTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Looks for inputs that break parsers: a few seconds for each target in every run, longer with
 * {@code -Dnearside.fuzz.seconds=600}. What was found once stays under {@code src/test/resources/fuzz} as a seed.
 */
class FuzzTest {

    private static final long SECONDS = Long.getLong("nearside.fuzz.seconds", 3);

    /** A parser, and the folder with its seeds. */
    enum Target {
        REQUESTS("requests", RequestsTarget.class, RequestsTarget::fuzzerTestOneInput),
        RESPONSES("responses", ResponsesTarget.class, ResponsesTarget::fuzzerTestOneInput),
        FIELDS("fields", FieldsTarget.class, FieldsTarget::fuzzerTestOneInput),
        SECTIONS("sections", SectionsTarget.class, SectionsTarget::fuzzerTestOneInput),
        PATTERNS("patterns", PatternsTarget.class, PatternsTarget::fuzzerTestOneInput),
        SNAPSHOTS("snapshots", SnapshotsTarget.class, SnapshotsTarget::fuzzerTestOneInput);

        private final String folder;
        private final Class<?> type;

        @SuppressWarnings("ImmutableEnumChecker") // method references without state
        private final Consumer<byte[]> once;

        Target(String folder, Class<?> type, Consumer<byte[]> once) {
            this.folder = folder;
            this.type = type;
            this.once = once;
        }

        Path seeds() {
            return Path.of("src", "test", "resources", "fuzz", folder);
        }
    }

    @TempDir
    Path work;

    @ParameterizedTest
    @EnumSource
    void everySeedPasses(Target target) throws IOException {
        try (Stream<Path> seeds = Files.list(target.seeds())) {
            for (Path seed : seeds.toList()) {
                target.once.accept(Files.readAllBytes(seed));
            }
        }
    }

    /** In a process of its own, because Jazzer instruments every class as it is loaded. */
    @ParameterizedTest
    @EnumSource
    void noInputBreaksTheParser(Target target) throws Exception {
        Path corpus = Files.createDirectory(work.resolve("corpus"));
        Path log = work.resolve("log");
        Process fuzzer = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+EnableDynamicAgentLoading",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.type.getName(),
                        "--instrumentation_includes=dev.nearside.**",
                        // This sanitizer breaks Netty, which uses Unsafe.
                        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                        "--reproducer_path=" + work,
                        "-artifact_prefix=" + work + "/",
                        "-max_total_time=" + SECONDS,
                        "-timeout=60",
                        "-rss_limit_mb=0",
                        "-max_len=4096",
                        corpus.toString(),
                        target.seeds().toAbsolutePath().toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = fuzzer.waitFor(SECONDS + 120, TimeUnit.SECONDS);
        fuzzer.destroyForcibly();
        String told = Files.readString(log);
        assertThat(ended).as(told).isTrue();
        assertThat(fuzzer.exitValue()).as(told).isZero();
        assertThat(told).contains("Done ");
    }
}
