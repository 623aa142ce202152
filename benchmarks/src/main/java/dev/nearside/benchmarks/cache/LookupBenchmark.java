package dev.nearside.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.cache.Stored;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a node spends on finding a stored response, from the request's head to the response, beside what Caffeine alone
 * takes for the same keys.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookupBenchmark {

    private static final int REQUESTS = 1 << 17;

    /** Whose rules make the key: the path and query alone, or a normalised Accept-Encoding as well. */
    public enum Rules {
        RFC9111,
        CLOUDFRONT;

        CachePolicy policy() {
            return switch (this) {
                case RFC9111 -> CachePolicy.RFC9111;
                case CLOUDFRONT ->
                    new CachePolicy(
                            "optimized",
                            "optimized",
                            TtlRules.CLOUDFRONT,
                            1,
                            86_400,
                            31_536_000,
                            Selection.NONE,
                            Selection.NONE,
                            Selection.NONE,
                            true,
                            true);
            };
        }
    }

    /** A warm store and the requests that ask for what it holds. */
    @State(Scope.Benchmark)
    public static class Warm {
        private static final String DISTRIBUTION = "E2QWRUHAPOMQZL";
        private static final int OBJECTS = 50_000;
        private static final long STORE_BYTES = 1L << 30;
        private static final long LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(1);

        private static final ResponseHead HEAD = new ResponseHead(
                200, "OK", Fields.of("Content-Type", "image/webp", "Cache-Control", "public, max-age=86400"));
        private static final StoredBody BODY = StoredBody.of(List.of(new byte[1024]));

        @Param
        public Rules rules = Rules.RFC9111;

        private CachePolicy policy = CachePolicy.RFC9111;
        private @Nullable HttpCache http;
        private Cache<CacheKey, Stored> caffeine = Caffeine.newBuilder().build();
        private RequestHead[] requests = new RequestHead[0];
        private CacheKey[] keys = new CacheKey[0];

        @Setup
        public void fill() {
            Time time = Time.system();
            policy = rules.policy();
            http = new HttpCache(
                    new CaffeineStore(STORE_BYTES, time, "cache-benchmark"), HttpCache.Limits.defaults(), time);
            caffeine = Caffeine.newBuilder().maximumSize(2L * OBJECTS).build();
            RequestHead[] objects = new RequestHead[OBJECTS];
            for (int i = 0; i < OBJECTS; i++) {
                objects[i] = Traffic.request(i);
                CacheKey key = CacheKeys.of(DISTRIBUTION, objects[i], policy);
                Stored response = response(objects[i].uri(), time);
                http.store().put(key, response);
                caffeine.put(key, response);
            }
            queueRequests(objects);
        }

        private void queueRequests(RequestHead[] objects) {
            int[] order = Traffic.order(OBJECTS, REQUESTS, Randomness.seeded(9111));
            requests = new RequestHead[REQUESTS];
            keys = new CacheKey[REQUESTS];
            for (int i = 0; i < REQUESTS; i++) {
                requests[i] = objects[order[i]];
                keys[i] = CacheKeys.of(DISTRIBUTION, requests[i], policy);
            }
        }

        @TearDown
        public void close() {
            if (http != null) {
                http.close();
            }
        }

        @Nullable
        CachedResponse find(RequestHead request) {
            if (http == null) {
                throw new IllegalStateException("the store has not been filled");
            }
            CacheKey key = CacheKeys.of(DISTRIBUTION, request, policy);
            return http.findFresh(new HttpCache.Query(
                    DISTRIBUTION, key, request.uri(), request.headers(), RequestDirectives.NONE, true));
        }

        /** Head and body are shared: a lookup reads neither, and memory is not what is measured. */
        private static CachedResponse response(String uri, Time time) {
            return CachedResponse.of(
                    uri, HEAD, BODY, new CachedResponse.Times(time.nanos(), 0, Freshness.strictly(LIFETIME_MILLIS)), 0);
        }
    }

    /** Where a thread is in the order of requests. */
    @State(Scope.Thread)
    public static class Position {
        private int next;

        int next() {
            next = (next + 1) % REQUESTS;
            return next;
        }
    }

    @Benchmark
    public CachedResponse fromRequestToResponse(Warm warm, Position position) {
        CachedResponse found = warm.find(warm.requests[position.next()]);
        if (found == null) {
            throw new IllegalStateException("a miss on a store that holds everything");
        }
        return found;
    }

    /** The reference: a get with a key that is there already, its hash computed. */
    @Benchmark
    public @Nullable Stored caffeineAlone(Warm warm, Position position) {
        return warm.caffeine.getIfPresent(warm.keys[position.next()]);
    }
}
