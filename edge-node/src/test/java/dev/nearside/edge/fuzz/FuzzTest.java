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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Looks for inputs that break parsers. What was found once stays under {@code src/test/resources/fuzz} as a seed, and every
 * run tries all seeds. Every run also looks for new inputs, a second long for the parser that strangers reach first; {@code
 * -Dnearside.fuzz.seconds=600} looks as long as that for each of them.
 */
class FuzzTest {

    private static final @Nullable Long ASKED_SECONDS = Long.getLong("nearside.fuzz.seconds");
    private static final long SECONDS = ASKED_SECONDS == null ? 1 : ASKED_SECONDS;

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

    /**
     * What came of fuzzing one target.
     *
     * @param exit the fuzzer's exit code; null if it had to be ended
     */
    private record Fuzzed(@Nullable Integer exit, String told) {}

    private static final Map<Target, Future<Fuzzed>> RUNS = new EnumMap<>(Target.class);

    @TempDir
    static Path work;

    /** Two at a time: most of a fuzzer's time goes into its start. */
    @BeforeAll
    static void startAll() {
        ExecutorService two = Executors.newFixedThreadPool(2);
        for (Target target : fuzzed()) {
            RUNS.put(target, two.submit(() -> fuzz(target)));
        }
        two.shutdown();
    }

    @ParameterizedTest
    @EnumSource
    void everySeedPasses(Target target) throws IOException {
        try (Stream<Path> seeds = Files.list(target.seeds())) {
            for (Path seed : seeds.toList()) {
                target.once.accept(Files.readAllBytes(seed));
            }
        }
    }

    private static List<Target> fuzzed() {
        return ASKED_SECONDS == null ? List.of(Target.REQUESTS) : List.of(Target.values());
    }

    @ParameterizedTest
    @MethodSource("fuzzed")
    void noInputBreaksTheParser(Target target) throws Exception {
        Fuzzed fuzzed = Objects.requireNonNull(RUNS.get(target)).get();

        assertThat(fuzzed.exit()).as(fuzzed.told()).isEqualTo(0);
        assertThat(fuzzed.told()).contains("Done ");
    }

    /** In a process of its own, because Jazzer instruments every class as it is loaded. */
    private static Fuzzed fuzz(Target target) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(work.resolve(target.folder));
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        Path log = folder.resolve("log");
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
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
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
        return new Fuzzed(ended ? fuzzer.exitValue() : null, Files.readString(log));
    }
}
