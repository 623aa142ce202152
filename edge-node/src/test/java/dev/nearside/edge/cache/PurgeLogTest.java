package dev.nearside.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.kit.time.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeLogTest {

    private final PurgeLog log = new PurgeLog();

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "/a, /a, true",
        "/a, /A, false",
        "/a, /ab, false",
        "/a, /a?x=1, false",
        "/a?x=1, /a?x=1, true",
        "/a*, /a, true",
        "/a*, /a/b/c?x=1, true",
        "/a*, /b, false",
        "/*, /, true",
        "/*, /a/b, true",
        "/a/*, /a, false",
        "/*/b, /a/b, false",
        "/*/b, /*/b, true",
    })
    void pathsAreExactOrEndInAWildcard(String path, String uri, boolean covered) {
        long asked = log.sequence();
        log.purge("E1", List.of(path));

        assertThat(log.covers("E1", uri, asked)).isEqualTo(covered);
    }

    @Test
    void coversWhatWasAskedForBeforeItOnly() {
        long before = log.sequence();
        log.purge("E1", List.of("/a"));
        long between = log.sequence();
        log.purge("E1", List.of("/b"));

        assertThat(log.covers("E1", "/a", before)).isTrue();
        assertThat(log.covers("E1", "/a", between)).isFalse();
        assertThat(log.covers("E1", "/b", between)).isTrue();
        assertThat(log.covers("E1", "/b", log.sequence())).isFalse();
    }

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "#a, a, true",
        "#A, a, true",
        "#a, 'b,A', true",
        "#a, 'ab', false",
        "#a*, 'ab', false",
        "#a, '', false",
        "#/x, '', false",
        "/a, a, false",
        "/x, a, true",
    })
    void tagsAreExactWhateverTheirCase(String item, String tags, boolean covered) {
        long asked = log.sequence();
        log.purge("E1", List.of("/other", item));
        CacheTags ofObject = tags(tags);

        assertThat(log.covers("E1", "/x", ofObject, asked)).isEqualTo(covered);
        assertThat(log.covers("E1", "/x", ofObject, log.sequence())).isFalse();
        assertThat(log.covers("E2", "/x", ofObject, asked)).isFalse();
        assertThat(log.covers("E1", "/x", new PurgeStamp(asked, ofObject))).isEqualTo(covered);
    }

    @Test
    void whatHasUnknownTagsMayBeCoveredByEveryOne() {
        long before = log.sequence();
        log.purge("E1", List.of("/a"));
        assertThat(log.mayCoverByTag("E1", before)).isFalse();

        log.purge("E1", List.of("#a"));
        assertThat(log.mayCoverByTag("E1", before)).isTrue();
        assertThat(log.mayCoverByTag("E1", log.sequence())).isFalse();
        assertThat(log.mayCoverByTag("E2", before)).isFalse();
    }

    @Test
    void tooManyTagsCoverWhateverHasOneAndIsOlder() {
        for (int i = 0; i <= PurgedTags.MAX_TAGS; i++) {
            log.purge("E1", List.of("#t" + i));
        }
        long middle = PurgedTags.MAX_TAGS / 2;

        assertThat(log.covers("E1", "/x", tags("never-named"), middle)).isTrue();
        assertThat(log.covers("E1", "/x", tags("never-named"), middle + 1)).isFalse();
        assertThat(log.covers("E1", "/x", CacheTags.NONE, 0)).isFalse();
        assertThat(log.covers("E1", "/x", tags("t" + PurgedTags.MAX_TAGS), log.sequence() - 1))
                .isTrue();
        assertThat(log.covers("E1", "/x", tags("t" + (PurgedTags.MAX_TAGS - 1)), log.sequence() - 1))
                .isFalse();
    }

    @Test
    void tagsBeforeAnInvalidationOfEverythingAreForgotten() {
        PurgedPaths paths = new PurgedPaths();
        paths.add("#a", 1);
        paths.add("/*", 2);
        paths.add("#b", 3);

        assertThat(paths.tags()).isEqualTo(1);
        assertThat(paths.cover("/x", tags("a"), 0)).isTrue();
        assertThat(paths.cover("/x", tags("a"), 2)).isFalse();
        assertThat(paths.cover("/x", tags("b"), 2)).isTrue();
    }

    @Test
    void tagsCanBeWrittenDownAndAddedAgain() {
        PurgedTags tags = new PurgedTags();
        for (int i = 0; i <= PurgedTags.MAX_TAGS; i++) {
            tags.add("#t" + i, i + 1);
        }
        Map<Long, String> items = new TreeMap<>();
        tags.forEach((item, at) -> items.put(at, item));
        PurgedTags again = new PurgedTags();
        items.forEach((at, item) -> again.add(item, at));

        long middle = PurgedTags.MAX_TAGS / 2 + 1;
        assertThat(again.size()).isEqualTo(tags.size()).isEqualTo(items.size() - 1);
        for (PurgedTags each : List.of(tags, again)) {
            assertThat(each.cover(tags("never-named"), middle - 1)).isTrue();
            assertThat(each.cover(tags("never-named"), middle)).isFalse();
            assertThat(each.cover(tags("T" + PurgedTags.MAX_TAGS), PurgedTags.MAX_TAGS))
                    .isTrue();
            assertThat(each.cover(tags("t" + PurgedTags.MAX_TAGS), PurgedTags.MAX_TAGS + 1))
                    .isFalse();
            assertThat(each.mayCover(PurgedTags.MAX_TAGS)).isTrue();
            assertThat(each.mayCover(PurgedTags.MAX_TAGS + 1)).isFalse();
        }
    }

    private static CacheTags tags(String list) {
        return CacheTags.of(Fields.of("Cache-Tag", list), "Cache-Tag");
    }

    @Test
    void coversOneDistributionOnly() {
        long before = log.sequence();
        log.purge("E1", List.of("/*"));

        assertThat(log.covers("E2", "/a", before)).isFalse();
    }

    @Test
    void everyPathOfAnInvalidationCounts() {
        long before = log.sequence();
        log.purge("E1", List.of("/x", "/a", "/y*"));

        assertThat(log.covers("E1", "/a", before)).isTrue();
        assertThat(log.covers("E1", "/yes", before)).isTrue();
        assertThat(log.covers("E1", "/z", before)).isFalse();
    }

    @Test
    void objectsRememberUpToWhereTheyWereChecked() {
        PurgeStamp stamp = new PurgeStamp(log.sequence());
        log.purge("E1", List.of("/other"));
        log.purge("E1", List.of("/more*"));

        assertThat(log.covers("E1", "/a", stamp)).isFalse();
        assertThat(stamp.checkedUpTo()).isEqualTo(log.sequence());
        assertThat(stamp.askedAt()).isZero();
        log.purge("E1", List.of("/a"));

        assertThat(log.covers("E1", "/a", stamp)).isTrue();
        assertThat(log.covers("E1", "/a", stamp)).as("asked again").isTrue();
    }

    @Test
    void neverForgetsAnInvalidationHoweverManyFollow() {
        long before = log.sequence();
        log.purge("E1", List.of("/old"));
        for (int i = 0; i < 3 * PurgedPaths.MAX_PATHS; i++) {
            log.purge("E1", List.of("/" + i));
        }

        assertThat(log.covers("E1", "/old", before)).isTrue();
        assertThat(log.covers("E1", "/" + (3 * PurgedPaths.MAX_PATHS - 1), log.sequence() - 1))
                .isTrue();
    }

    @Test
    void thousandsOfPathsCoverNothingElse() {
        for (int i = 0; i < PurgedPaths.MAX_PATHS; i++) {
            log.purge("E1", List.of("/" + i));
        }

        assertThat(log.covers("E1", "/untouched", 0)).isFalse();
        assertThat(log.covers("E1", "/17", 0)).isTrue();
        assertThat(log.covers("E1", "/17", 18)).isFalse();
    }

    @Test
    void tooManyPathsOfAFolderBecomeTheFolder() {
        for (int i = 0; i <= PurgedPaths.MAX_PATHS; i++) {
            log.purge("E1", List.of("/shop/" + i + ".html?x=/y"));
        }

        assertThat(log.covers("E1", "/shop/untouched", 0)).isTrue();
        assertThat(log.covers("E1", "/blog/untouched", 0)).isFalse();
        assertThat(log.covers("E1", "/shop/untouched", PurgedPaths.MAX_PATHS - 1))
                .as("what was asked for after the older half")
                .isFalse();
        assertThat(log.covers("E1", "/shop/" + PurgedPaths.MAX_PATHS + ".html?x=/y", PurgedPaths.MAX_PATHS))
                .isTrue();
    }

    @Test
    void tooManyPathsInTheRootCoverEverythingOlderThanTheYoungerHalf() {
        for (int i = 0; i <= PurgedPaths.MAX_PATHS; i++) {
            log.purge("E1", List.of("/" + i));
        }

        assertThat(log.covers("E1", "/untouched", 0)).isTrue();
        assertThat(log.covers("E1", "/untouched", PurgedPaths.MAX_PATHS * 3 / 4))
                .isFalse();
    }

    @Test
    void wildcardsOfManyLengthsCoverAtLeastWhatTheySay() {
        StringBuilder path = new StringBuilder("/");
        for (int i = 0; i < 3 * PurgedPaths.MAX_LENGTHS; i++) {
            path.append('a');
            long before = log.sequence();
            log.purge("E1", List.of(path + "*"));

            assertThat(log.covers("E1", path + "/x", before))
                    .as("length %d", path.length())
                    .isTrue();
        }
        assertThat(log.covers("E1", "/b", 0)).isFalse();
    }

    /** A simple list of everything, which is what the log means. */
    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3"})
    void agreesWithAListOfAllInvalidations(long seed) {
        var random = Randomness.seeded(seed);
        List<String> purged = new ArrayList<>();
        List<PurgeStamp> stamps = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(3) == 0) {
                String path = uri(random) + (random.nextInt(4) == 0 ? "*" : "");
                log.purge("E1", List.of(path));
                purged.add(path);
            } else {
                uris.add(uri(random));
                stamps.add(new PurgeStamp(log.sequence()));
            }
            int look = random.nextInt(uris.size() + 1);
            if (look < uris.size()) {
                boolean expected = purged.subList((int) stamps.get(look).askedAt(), purged.size()).stream()
                        .anyMatch(path -> path.endsWith("*")
                                ? uris.get(look).startsWith(path.substring(0, path.length() - 1))
                                : uris.get(look).equals(path));
                assertThat(log.covers("E1", uris.get(look), stamps.get(look)))
                        .as("%s at step %d", uris.get(look), step)
                        .isEqualTo(expected);
            }
        }
    }

    private static String uri(RandomGenerator random) {
        return "/" + random.nextInt(12) + (random.nextBoolean() ? "/" + random.nextInt(12) : "");
    }

    @Test
    void readersMissNoInvalidationWhilePathsAreCoarsened() throws InterruptedException {
        AtomicLong published = new AtomicLong(-1);
        AtomicLong missed = new AtomicLong();
        Thread reader = Thread.ofPlatform().start(() -> {
            long last = 0;
            while (last < 3L * PurgedPaths.MAX_PATHS - 1) {
                last = published.get();
                if (last >= 0 && !log.covers("E1", "/f" + last % 50 + "/" + last, last)) {
                    missed.incrementAndGet();
                }
            }
        });
        for (int i = 0; i < 3 * PurgedPaths.MAX_PATHS; i++) {
            log.purge("E1", List.of("/f" + i % 50 + "/" + i));
            published.set(i);
        }
        reader.join();

        assertThat(missed).hasValue(0);
    }

    @Test
    void journalHearsOfEveryInvalidationInOrder() {
        List<Long> heard = new ArrayList<>();
        PurgeLog journaled = new PurgeLog(7, (sequence, _) -> heard.add(sequence));

        journaled.purge("E1", List.of("/a"));
        journaled.purge("E2", List.of("/*"));

        assertThat(heard).containsExactly(8L, 9L);
        assertThat(journaled.sequence()).isEqualTo(9);
    }

    @ParameterizedTest(name = "{0} paths")
    @CsvSource({"300", "20001", "60000"})
    void contentsReplayedHaveTheSameEffect(int paths) {
        var random = Randomness.seeded(paths);
        for (int i = 0; i < paths; i++) {
            log.purge("E" + i % 2, List.of("/f" + random.nextInt(40) + "/" + i + (i % 50 == 0 ? "*" : "")));
            if (i == paths / 3) {
                log.purge("E1", List.of("/*"));
            }
        }
        PurgeLog again = new PurgeLog();
        log.contents().purges().forEach(each -> again.replay(each.sequence(), each.purge()));

        assertThat(log.contents().sequence()).isEqualTo(log.sequence());
        for (int i = 0; i < paths; i += 7) {
            String uri = "/f" + random.nextInt(40) + "/" + i;
            long asked = random.nextInt(paths);
            assertThat(again.covers("E1", uri, asked))
                    .as("%s asked for at %d", uri, asked)
                    .isEqualTo(log.covers("E1", uri, asked));
        }
    }

    @ParameterizedTest(name = "{0} tags")
    @ValueSource(ints = {300, PurgedTags.MAX_TAGS + 1})
    void tagsReplayedHaveTheSameEffect(int count) {
        for (int i = 0; i < count; i++) {
            log.purge("E1", List.of("#t" + i));
        }
        PurgeLog again = new PurgeLog();
        log.contents().purges().forEach(each -> again.replay(each.sequence(), each.purge()));

        for (int i = 0; i < count; i += 7) {
            for (String tag : List.of("t" + i, "never-named")) {
                assertThat(again.covers("E1", "/x", tags(tag), i))
                        .as("%s asked for at %d", tag, i)
                        .isEqualTo(log.covers("E1", "/x", tags(tag), i));
            }
        }
        assertThat(again.covers("E1", "/x", tags("t" + (count - 1)), log.sequence() - 1))
                .isTrue();
        assertThat(again.covers("E1", "/x", CacheTags.NONE, 0)).isFalse();
    }
}
