package dev.nearside.benchmarks.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What a site's viewers ask for: pages, pictures and API calls, some far more often than others. */
final class Traffic {

    /** Zipf's exponent as it is usually found for web objects. */
    private static final double EXPONENT = 0.9;

    /** Spreads neighbours in popularity over memory; it has no factor in common with round numbers of objects. */
    private static final long SPREAD = 7919;

    private static final Fields BROWSER = Fields.of(
            "Host",
            "www.example.com",
            "User-Agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language",
            "en-GB,en;q=0.8,de;q=0.5",
            "Accept-Encoding",
            "gzip, deflate, br, zstd",
            "Cookie",
            "theme=dark; session=8c1f0b7e5a",
            "Connection",
            "keep-alive");

    private Traffic() {}

    /** The request for the object of that number. */
    static RequestHead request(int object) {
        return switch (object % 4) {
            case 0 -> get("/articles/2026/" + object % 12 + "/what-happened-next-" + object, "");
            case 1, 2 -> get("/assets/images/" + Integer.toHexString(object * 0x9E3779B9) + ".webp", "width=640");
            default -> get("/api/v2/products/" + object, "currency=EUR&fields=name,price,stock");
        };
    }

    private static RequestHead get(String uri, String querystring) {
        return new RequestHead("GET", uri, querystring, BROWSER);
    }

    /** Numbers of objects in the order in which viewers ask for them. */
    static int[] order(int objects, int length, RandomGenerator random) {
        double[] upTo = new double[objects];
        double sum = 0;
        for (int rank = 0; rank < objects; rank++) {
            sum += Math.pow(rank + 1, -EXPONENT);
            upTo[rank] = sum;
        }
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            int rank = Math.min(found < 0 ? -found - 1 : found, objects - 1);
            order[i] = (int) (rank * SPREAD % objects);
        }
        return order;
    }
}
