package dev.nearside.benchmarks.cache;

import dev.nearside.edge.cache.CacheControl;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.cache.Storability;
import dev.nearside.edge.cache.Storability.Rules;
import dev.nearside.edge.cache.Storability.Verdict;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.util.List;
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

/**
 * What freshness takes: reading the directives of a response and a request, deciding for how long a response may be used
 * (once for each fill), and whether a stored one still may (once for each hit).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FreshnessBenchmark {

    private static final long NOW_MILLIS = 1_790_000_000_000L;

    /** What an origin says of a response's lifetime. */
    public enum Origin {
        /** One directive, as most. */
        MAX_AGE("public, max-age=86400"),
        /** All that a careful origin says. */
        MANY("public, max-age=600, s-maxage=86400, stale-while-revalidate=60, stale-if-error=\"3600\", no-transform"),
        /** No Cache-Control: Expires and Date are read. */
        EXPIRES("");

        private final String cacheControl;

        Origin(String cacheControl) {
            this.cacheControl = cacheControl;
        }

        private ResponseHead response() {
            Fields fields = Fields.of(
                    "Content-Type", "text/html; charset=utf-8",
                    "Content-Length", "14233",
                    "Date", "Mon, 21 Sep 2026 14:13:20 GMT",
                    "Last-Modified", "Sun, 20 Sep 2026 09:00:00 GMT",
                    "Expires", "Tue, 22 Sep 2026 14:13:20 GMT",
                    "ETag", "\"5f3c-1a2b3c\"",
                    "Server", "nginx",
                    "Vary", "Accept-Encoding");
            return new ResponseHead(
                    200, "OK", cacheControl.isEmpty() ? fields : fields.plus("Cache-Control", cacheControl));
        }
    }

    /** A response, a request of the reload button, and the freshness of what is stored. */
    @State(Scope.Thread)
    public static class Messages {
        @Param
        public Origin origin = Origin.MAX_AGE;

        @Param
        public LookupBenchmark.Rules rules = LookupBenchmark.Rules.RFC9111;

        private final RequestHead request = Traffic.request(0);
        private final Fields reload = request.headers().plus("Cache-Control", "max-age=0");
        private final Freshness freshness = new Freshness(86_400_000, 60_000, 3_600_000, 3_600_000, false);
        private ResponseHead response = Origin.MAX_AGE.response();
        private Rules storing = new Rules(LookupBenchmark.Rules.RFC9111.policy(), List.of());
        private long ageMillis;

        @Setup
        public void choose() {
            response = origin.response();
            storing = new Rules(rules.policy(), List.of());
        }

        private long age() {
            ageMillis = (ageMillis + 997) % 90_000_000;
            return ageMillis;
        }
    }

    /** From heads to a lifetime. */
    @Benchmark
    public Verdict decideOnStoring(Messages messages) {
        return Storability.decide(messages.request, messages.response, messages.storing, NOW_MILLIS);
    }

    @Benchmark
    public CacheControl parseCacheControl(Messages messages) {
        return CacheControl.of(messages.response.headers());
    }

    /** From a viewer's fields without Cache-Control to whether a stored response will do. */
    @Benchmark
    public boolean decideOnHit(Messages messages) {
        long age = messages.age();
        return RequestDirectives.of(messages.request.headers()).accept(messages.freshness, age)
                && messages.freshness.isFresh(age);
    }

    /** The same for a viewer who presses reload. */
    @Benchmark
    public boolean decideOnReload(Messages messages) {
        return RequestDirectives.of(messages.reload).accept(messages.freshness, messages.age());
    }
}
