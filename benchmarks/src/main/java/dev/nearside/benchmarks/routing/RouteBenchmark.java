package dev.nearside.benchmarks.routing;

import dev.nearside.edge.routing.Route;
import dev.nearside.edge.routing.RouteTable;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** What it takes to find the route of a request among many distributions, each with a few behaviors. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteBenchmark {

    private static final int REQUESTS = 1 << 14;

    /** Steps through the distributions out of order; it has no factor in common with round numbers. */
    private static final long STRIDE = 7919;

    /** A table and the hosts that are asked for. */
    @State(Scope.Thread)
    public static class Routes {
        @Param({"1", "100", "10000"})
        public int distributions = 1;

        private RouteTable table = new RouteTable(Snapshot.EMPTY, _ -> {
            throw new IllegalStateException("an empty snapshot has no functions");
        });
        private final String[] names = new String[REQUESTS];
        private final String[] withPort = new String[REQUESTS];
        private final String[] underWildcard = new String[REQUESTS];
        private int next;

        @Setup
        public void build() {
            List<Resource> resources = new ArrayList<>();
            resources.add(CachePolicy.RFC9111);
            for (int i = 0; i < distributions; i++) {
                resources.add(distribution(i));
            }
            table = new RouteTable(Snapshot.of("benchmark", 1, resources), association -> {
                throw new IllegalStateException("no function is expected: " + association.functionArn());
            });
            for (int i = 0; i < REQUESTS; i++) {
                long number = i * STRIDE % distributions;
                names[i] = "e" + number + ".cdn.localhost";
                withPort[i] = names[i] + ":7101";
                underWildcard[i] = "www.site-" + number + ".test";
            }
        }

        private int next() {
            next = (next + 1) % REQUESTS;
            return next;
        }

        private Route find(String host, String uri) {
            Route route = table.find(host, uri);
            if (route == null) {
                throw new IllegalStateException("no route for '" + host + "'");
            }
            return route;
        }
    }

    /** By domain name; the first behavior's pattern matches. */
    @Benchmark
    public Route firstBehavior(Routes routes) {
        return routes.find(routes.names[routes.next()], "/api/v2/products/17");
    }

    /** By domain name, past all patterns. */
    @Benchmark
    public Route defaultBehavior(Routes routes) {
        return routes.find(routes.names[routes.next()], "/articles/2026/7/what-happened-next");
    }

    /** By a domain name with a port, as hosts on other ports than 80 come. */
    @Benchmark
    public Route nameWithPort(Routes routes) {
        return routes.find(routes.withPort[routes.next()], "/articles/2026/7/what-happened-next");
    }

    /** By a wildcard alias, which is looked for after the whole name. */
    @Benchmark
    public Route wildcardAlias(Routes routes) {
        return routes.find(routes.underWildcard[routes.next()], "/articles/2026/7/what-happened-next");
    }

    private static Distribution distribution(int number) {
        Origin origin = new Origin(
                "o",
                "localhost",
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                3,
                10,
                30,
                5,
                List.of("TLSv1.2"),
                null);
        return new Distribution(
                "E" + number,
                "e" + number + ".cdn.localhost",
                List.of("*.site-" + number + ".test"),
                true,
                "",
                List.of(origin),
                behavior("*"),
                Stream.of("/api/*", "*.jpg", "/assets/*/img-??.png", "/downloads/*.zip")
                        .map(RouteBenchmark::behavior)
                        .toList(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                Distribution.Logging.OFF);
    }

    private static Behavior behavior(String pattern) {
        return new Behavior(
                pattern,
                "o",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("GET", "HEAD"),
                List.of("GET", "HEAD"),
                CachePolicy.RFC9111_ID,
                null,
                null,
                false,
                List.of(),
                List.of());
    }
}
