package dev.nearside.benchmarks.cache;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Selection;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to build the cache key of a browser's request, by how much of the request the policy selects. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeyBenchmark {

    private static final String DISTRIBUTION = "E2QWRUHAPOMQZL";
    private static final int REQUESTS = 4096;

    /** How much of a request makes its key. */
    public enum Selected {
        /** The path. */
        NONE,
        /** Two of each kind, of which the requests have some. */
        WHITELIST,
        /** Every query parameter and cookie, the two encodings, and a header. */
        ALL;

        CachePolicy policy() {
            return switch (this) {
                case NONE -> policy(Selection.NONE, Selection.NONE, Selection.NONE, false);
                case WHITELIST ->
                    policy(
                            Selection.only("Accept-Language", "X-Country"),
                            Selection.only("theme", "currency"),
                            Selection.only("width", "currency"),
                            false);
                // Of headers CloudFront has no ALL.
                case ALL -> policy(Selection.only("Accept-Language"), Selection.ALL, Selection.ALL, true);
            };
        }

        private static CachePolicy policy(Selection headers, Selection cookies, Selection queries, boolean encodings) {
            return new CachePolicy(
                    "keys",
                    "keys",
                    TtlRules.CLOUDFRONT,
                    1,
                    86_400,
                    31_536_000,
                    headers,
                    cookies,
                    queries,
                    encodings,
                    encodings);
        }
    }

    /** Requests for pages, pictures and API calls, and a policy. */
    @State(Scope.Thread)
    public static class Requests {
        @Param
        public Selected selected = Selected.NONE;

        private final RequestHead[] heads = heads();
        private CachePolicy policy = Selected.NONE.policy();
        private int next;

        @Setup
        public void choosePolicy() {
            policy = selected.policy();
        }

        private static RequestHead[] heads() {
            RequestHead[] heads = new RequestHead[REQUESTS];
            for (int i = 0; i < REQUESTS; i++) {
                heads[i] = Traffic.request(i);
            }
            return heads;
        }

        private RequestHead next() {
            next = (next + 1) % REQUESTS;
            return heads[next];
        }
    }

    /** The key with its hash, which every lookup asks for. */
    @Benchmark
    public int keyWithHash(Requests requests) {
        CacheKey key = CacheKeys.of(DISTRIBUTION, requests.next(), requests.policy);
        return key.hashCode();
    }
}
