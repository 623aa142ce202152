package dev.nearside.benchmarks.memory;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Fills a cache with small objects as an origin would send them and says what they cost: the heap after a collection, the
 * process as the system sees it, and how near the cache's own count comes. Argument: the number of objects.
 */
public final class ObjectsInMemory {

    private static final String DISTRIBUTION = "E2QWRUHAPOMQZL";
    private static final int BODY_BYTES = 1024;

    private ObjectsInMemory() {}

    /** Runs once and logs a few lines. */
    public static void main(String[] arguments) throws IOException {
        int objects = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        System.Logger log = System.getLogger(ObjectsInMemory.class.getName());
        log.log(System.Logger.Level.INFO, measure(objects));
    }

    /** Fills, collects, and describes the result. */
    static String measure(int objects) throws IOException {
        Time time = Time.system();
        try (HttpCache cache =
                new HttpCache(new CaffeineStore(8L << 30, time, "cache"), HttpCache.Limits.defaults(), time)) {
            long before = usedHeap();
            for (int i = 0; i < objects; i++) {
                store(cache, i, time);
            }
            long heap = usedHeap() - before;
            long entries = cache.store().entries();
            long weight = cache.store().weightBytes();
            return String.format(
                    Locale.ROOT,
                    "%d objects of %d bytes: heap %d MB (%d bytes each), counted %d MB (%d bytes each),"
                            + " counted over real %.2f, process %s",
                    entries,
                    BODY_BYTES,
                    heap >> 20,
                    heap / entries,
                    weight >> 20,
                    weight / entries,
                    (double) weight / heap,
                    residentMemory());
        }
    }

    /** As a fill does it: nothing is shared between objects but what the edge node itself shares; dates and tags differ. */
    private static void store(HttpCache cache, int number, Time time) {
        String uri = "/assets/images/" + Integer.toHexString(number * 0x9E3779B9) + ".webp";
        RequestHead request = new RequestHead("GET", uri, "", Fields.EMPTY);
        CacheKey key = CacheKeys.of(DISTRIBUTION, request, CachePolicy.RFC9111);
        ResponseHead head = new ResponseHead(
                200,
                copy("OK"),
                Fields.of(
                        copy("Content-Type"), copy("image/webp"),
                        copy("Content-Length"), copy("1024"),
                        copy("Cache-Control"), copy("public, max-age=86400"),
                        copy("ETag"), "\"" + Integer.toHexString(number) + "-5f3c\"",
                        copy("Last-Modified"), HttpDates.format(1_700_000_000_000L + number * 1_000L),
                        copy("Date"), HttpDates.format(1_790_000_000_000L + number * 1_000L),
                        copy("Server"), copy("nearside-origin")));
        Fill fill = cache.newFill();
        cache.store(
                new HttpCache.Query(DISTRIBUTION, key, uri, Fields.EMPTY, RequestDirectives.NONE, true),
                fill,
                VaryRule.NONE,
                CachedResponse.of(
                        uri,
                        head,
                        StoredBody.of(List.of(new byte[BODY_BYTES])),
                        new CachedResponse.Times(time.nanos(), 0, Freshness.strictly(TimeUnit.DAYS.toMillis(1))),
                        fill.purgeSequence()));
    }

    /** A text of its own, as each one that is read from a socket is. */
    private static String copy(String text) {
        return String.valueOf(text.toCharArray());
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String residentMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return "unknown";
        }
        StringBuilder found = new StringBuilder();
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS") || line.startsWith("VmHWM")) {
                found.append(found.isEmpty() ? "" : ", ").append(line.replaceAll("\\s+", " "));
            }
        }
        return found.toString();
    }
}
