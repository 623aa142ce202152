package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that is found under what was asked for and under its language (RFC 9111 §4.1) lies on disk once. */
class LanguageAliasesTest {

    private static final String ASKED = "de,en;q=0.5";

    @TempDir
    Path folder;

    private ManualBed bed;
    private HttpCache cache;

    @BeforeEach
    void store() {
        bed = new ManualBed(() -> new FolderFiles(folder));
        bed.threads.runAll();
        cache = cache();
        HttpCache.Query query = query(ASKED);
        cache.store(query, cache.newFill(), VaryRule.of("accept-encoding, accept-language, x-a"), german());
    }

    private CachedResponse german() {
        Fields fields =
                Fields.of("Vary", "Accept-Encoding, Accept-Language, X-A").with("Content-Language", "de");
        return bed.next("/v", 16_384, fields);
    }

    private HttpCache cache() {
        return new HttpCache(
                bed.store,
                new HttpCache.Limits(100_000, 1_000_000, 100, 5_000),
                bed.time,
                bed.store.purges(),
                bed.store);
    }

    private static HttpCache.Query query(String accepted) {
        return new HttpCache.Query(
                "E1",
                ManualBed.key("/v"),
                "/v",
                Fields.of("Accept-Language", accepted).with("X-A", "1"),
                RequestDirectives.NONE,
                true);
    }

    private boolean isFound(String accepted) {
        return cache.find(query(accepted)) != null;
    }

    private CacheKey key(String accepted) {
        return bed.store.get(ManualBed.key("/v")) instanceof VaryRule rule
                ? rule.variant(ManualBed.key("/v"), query(accepted).headers())
                : ManualBed.key("/nothing");
    }

    private void evictAll(boolean aliasFirst) {
        List<CacheKey> keys = bed.memory.keys();
        (aliasFirst ? keys.reversed() : keys).forEach(bed.memory::evict);
        bed.threads.runAll();
    }

    @ParameterizedTest(name = "alias leaves memory first: {0}")
    @ValueSource(booleans = {true, false})
    void bothKeysLeadToOneFileUntilTheLastGoes(boolean aliasFirst) {
        CacheKey asked = key(ASKED);
        CacheKey ofLanguage = key("=de");
        evictAll(aliasFirst);

        assertThat(bed.store.diskCounts().entries()).isEqualTo(1);
        assertThat(isFound(ASKED)).isTrue();
        assertThat(isFound("de")).isTrue();
        bed.store.remove(asked);
        bed.threads.runAll();
        assertThat(bed.store.diskCounts().entries()).isEqualTo(1);
        assertThat(bed.store.get(asked)).isNull();
        assertThat(isFound("de")).isTrue();
        bed.store.remove(ofLanguage);
        bed.threads.runAll();
        assertThat(bed.store.diskCounts().bytes()).isZero();
    }

    @Test
    void keysAreFoundAfterARestartExceptTheLostOne() {
        evictAll(false);
        bed.restart();
        bed.threads.runAll();
        cache = cache();
        assertThat(isFound(ASKED)).isTrue();
        assertThat(isFound("de")).isTrue();

        bed.store.remove(key(ASKED));
        bed.restart();
        bed.threads.runAll();
        cache = cache();
        assertThat(bed.store.get(key(ASKED))).as("lost before the restart").isNull();
        assertThat(isFound("de")).isTrue();
    }

    @Test
    void largeBodyIsFoundUnderItsLanguageToo() {
        bed.store.remove(ManualBed.key("/v"));
        CacheKey primary = ManualBed.key("/v");
        VaryRule rule = new VaryRule(List.of("accept-encoding", "accept-language", "x-a"), 9);
        bed.new Delivered("/v", rule.variant(primary, query(ASKED).headers()), rule, german()).complete();
        bed.threads.runAll();

        assertThat(isFound(ASKED)).isTrue();
        assertThat(isFound("de")).isTrue();
        assertThat(isFound("en")).isFalse();
        assertThat(bed.store.diskCounts().entries()).isEqualTo(1);
    }
}
