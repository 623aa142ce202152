package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.HitForMiss;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.kit.time.Randomness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which copy is found, whatever is saved first: the newest that was put, or none. */
class NewestWinsTest {

    private static final CacheKey PAGE = ManualBed.key("/page");

    @TempDir
    Path folder;

    private ManualBed bed() {
        return new ManualBed(() -> new FolderFiles(folder));
    }

    private ManualBed loadedBed() {
        ManualBed bed = bed();
        bed.threads.runAll();
        return bed;
    }

    private static int found(ManualBed bed, CacheKey key) {
        return bed.store.get(key) instanceof CachedResponse response ? ManualBed.versionOf(response) : 0;
    }

    // ---- one by one ----

    @Test
    void newerOneThatLeavesMemoryWhileTheOlderIsBeingSavedWins() {
        ManualBed bed = loadedBed();
        bed.store.put(PAGE, bed.next("/page"));
        bed.memory.evict(PAGE);
        bed.store.put(PAGE, bed.next("/page"));
        bed.memory.evict(PAGE);
        bed.threads.runAll();

        assertThat(found(bed, PAGE)).isEqualTo(2);
    }

    @Test
    void olderOneUnderWayDoesNotShowBehindANewerOneThatIsTooSmallForDisk() {
        ManualBed bed = loadedBed();
        bed.store.put(PAGE, bed.next("/page"));
        bed.memory.evict(PAGE);
        bed.store.put(PAGE, bed.next("/page", 10, Fields.EMPTY));
        bed.memory.evict(PAGE);
        bed.threads.runAll();

        assertThat(bed.store.get(PAGE)).isNull();
    }

    @Test
    void olderOneIsNotFoundWhenANewerOneIsPutWhileTheIndexLoads() {
        ManualBed bed = loadedBed();
        bed.store.put(PAGE, bed.next("/page"));
        bed.memory.evict(PAGE);
        bed.restart();
        bed.store.put(PAGE, bed.next("/page", 10, Fields.EMPTY));
        bed.threads.runAll();
        bed.memory.evict(PAGE);

        assertThat(bed.store.get(PAGE)).isNull();
    }

    @Test
    void whatIsRemovedWhileTheIndexLoadsDoesNotComeBack() throws Exception {
        ManualBed bed = loadedBed();
        bed.store.put(PAGE, bed.next("/page"));
        bed.memory.evict(PAGE);
        bed.restart();
        bed.store.remove(PAGE);
        bed.threads.runAll();

        assertThat(bed.store.get(PAGE)).isNull();
        bed.store.close();
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".object")))
                    .isEmpty();
        }
    }

    @Test
    void variantsOfAnInvalidatedKeyDoNotComeToDiskAfterIt() {
        ManualBed bed = loadedBed();
        VaryRule rule = new VaryRule(List.of("accept"), 7);
        CacheKey variant = new CacheKey(PAGE.text() + "\nvariant 7\naccept:text/html");
        var delivered = bed.new Delivered("/page", variant, rule, bed.next("/page"));
        bed.store.remove(PAGE);
        delivered.complete();
        bed.threads.runAll();

        assertThat(bed.store.get(variant)).isNull();
        assertThat(bed.store.get(PAGE)).isNull();
    }

    @Test
    void noteTakesNothingAway() {
        ManualBed bed = loadedBed();
        bed.deliver("/page").complete();
        bed.threads.runAll();
        bed.store.put(PAGE, new HitForMiss(bed.time.nanos() + 5_000_000_000L));
        bed.threads.runAll();

        assertThat(found(bed, PAGE)).isEqualTo(1);
    }

    @Test
    void lateRemovalOfVariantsLeavesThoseOfALaterRule() {
        ManualBed bed = loadedBed();
        CacheKey before = new CacheKey(PAGE.text() + "\nvariant 7\naccept:a");
        CacheKey after = new CacheKey(PAGE.text() + "\nvariant 8\naccept:a");
        bed.new Delivered("/page", before, new VaryRule(List.of("accept"), 7), bed.next("/page")).complete();
        bed.threads.runAll();
        bed.store.remove(PAGE);
        bed.new Delivered("/page", after, new VaryRule(List.of("accept"), 8), bed.next("/page")).complete();
        bed.threads.runAllNewestFirst();

        assertThat(bed.store.get(before)).isNull();
        assertThat(found(bed, after)).isEqualTo(2);
        assertThat(bed.store.get(PAGE)).isEqualTo(new VaryRule(List.of("accept"), 8));
    }

    // ---- whatever the order ----

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingOldIsFoundWhateverTheOrder(long seed) {
        RandomGenerator random = Randomness.seeded(seed);
        for (int round = 0; round < 12; round++) {
            new Play(bed(), random, "seed " + seed + ", round " + round).play();
        }
    }

    /** One store and what must hold of it. */
    private static final class Play {

        private static final List<String> PATHS = List.of("/a", "/b");
        private static final CacheKey VARIED = ManualBed.key("/v");
        private static final List<String> LANGUAGES = List.of("de", "en", "de,en;q=0.5", "en,de;q=0.5");

        private final ManualBed bed;
        private final RandomGenerator random;
        private final String where;
        private final List<String> done = new ArrayList<>();
        private final List<ManualBed.Delivered> underWay = new ArrayList<>();
        private long epoch;

        /** By key, the lowest version that may still be found. */
        private final Map<CacheKey, Integer> lowest = new HashMap<>();

        Play(ManualBed bed, RandomGenerator random, String where) {
            this.bed = bed;
            this.random = random;
            this.where = where;
        }

        void play() {
            for (int step = 0; step < 120; step++) {
                act(PATHS.get(random.nextInt(PATHS.size())));
                PATHS.forEach(path -> look(path, ManualBed.key(path)));
                LANGUAGES.forEach(this::lookForLanguage);
            }
            bed.threads.runAll();
            bed.restart();
            bed.threads.runAll();
            PATHS.forEach(path -> look(path, ManualBed.key(path)));
            LANGUAGES.forEach(this::lookForLanguage);
            PATHS.forEach(path -> bed.store.remove(ManualBed.key(path)));
            bed.store.remove(VARIED);
            bed.store.close();
        }

        private void act(String path) {
            CacheKey key = ManualBed.key(path);
            int action = random.nextInt(16);
            done.add(action + path);
            switch (action) {
                case 0, 1 -> put(path, key, random.nextInt(3) == 0 ? 10 : 16_384);
                case 2, 3 -> evictSomething();
                case 4 -> {
                    bed.store.remove(key);
                    lowest.put(key, bed.version + 1);
                }
                case 5 -> underWay.add(bed.deliver(path));
                case 6 -> {
                    if (!underWay.isEmpty()) {
                        underWay.remove(random.nextInt(underWay.size())).complete();
                    }
                }
                case 7 -> bed.store.put(key, new HitForMiss(bed.time.nanos() + 1_000_000));
                case 8 -> {
                    if (random.nextInt(4) == 0) {
                        bed.store.purges().purge(new PurgeLog.Purge("I" + bed.version, "E1", List.of(path)));
                        lowest.put(key, bed.version + 1);
                    }
                }
                case 9 -> {
                    if (random.nextInt(8) == 0) {
                        underWay.clear();
                        bed.restart();
                    }
                }
                case 10, 11 -> putVariant(LANGUAGES.get(random.nextInt(LANGUAGES.size())));
                case 12 -> {
                    if (random.nextInt(4) == 0) {
                        bed.store.remove(VARIED);
                        lowest.replaceAll(
                                (each, version) -> each.text().startsWith(VARIED.text()) ? bed.version + 1 : version);
                    }
                }
                default -> bed.threads.runOne(random);
            }
        }

        private void put(String path, CacheKey key, int bytes) {
            CachedResponse response = bed.next(path, bytes, Fields.EMPTY);
            bed.store.put(key, response);
            lowest.put(key, bed.version);
        }

        private void evictSomething() {
            List<CacheKey> keys = bed.memory.keys();
            if (!keys.isEmpty()) {
                bed.memory.evict(keys.get(random.nextInt(keys.size())));
            }
        }

        /** As the cache stores a variant: under what was asked for, the rule, and under its language. */
        private void putVariant(String accepted) {
            VaryRule rule = bed.store.get(VARIED) instanceof VaryRule there
                    ? there
                    : new VaryRule(List.of("accept-language"), ++epoch);
            String language = accepted.substring(0, 2);
            CachedResponse response =
                    bed.next("/v", 16_384, Fields.of("Vary", "Accept-Language").with("Content-Language", language));
            for (CacheKey key : List.of(variant(rule, accepted), variant(rule, "=" + language))) {
                bed.store.put(key, response);
                lowest.put(key, bed.version);
            }
            bed.store.put(VARIED, rule);
        }

        private static CacheKey variant(VaryRule rule, String accepted) {
            return rule.variant(VARIED, Fields.of("Accept-Language", accepted));
        }

        private void lookForLanguage(String accepted) {
            if (bed.store.get(VARIED) instanceof VaryRule rule) {
                look("/v", variant(rule, accepted));
                look("/v", variant(rule, "=" + accepted.substring(0, 2)));
            }
        }

        private void look(String path, CacheKey key) {
            if (bed.store.get(key) instanceof CachedResponse response
                    && !bed.store.purges().covers("E1", path, response.purgeStamp())) {
                int version = ManualBed.versionOf(response);
                assertThat(version)
                        .as("%s: what is found under %s after %s", where, key.text(), done)
                        .isGreaterThanOrEqualTo(lowest.getOrDefault(key, 0));
                lowest.put(key, version);
            }
        }
    }
}
