package dev.nearside.edge.cache;

import dev.nearside.edge.http.Authorities;
import dev.nearside.edge.http.Cookies;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HopByHop;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.Queries;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** Any text as the value of a field that the cache reads: always an answer, within its range. */
public final class FieldsTarget {

    private static final long NOW = 1_700_000_000_000L;

    private FieldsTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Fields headers = Fields.of(
                "Cache-Control",
                text,
                "Age",
                text,
                "Date",
                text,
                "Expires",
                text,
                "Last-Modified",
                text,
                "Vary",
                text,
                "Accept-Encoding",
                text,
                "Cookie",
                text,
                "Connection",
                text,
                "Content-Length",
                text);
        RequestHead request = new RequestHead("GET", "/", text, headers);
        ResponseHead response = new ResponseHead(200, "", headers);
        for (CachePolicy policy : new CachePolicy[] {CachePolicy.RFC9111, TestBed.CACHING_OPTIMIZED}) {
            Storability.Rules rules = new Storability.Rules(policy, List.of());
            if (Storability.decide(request, response, rules, NOW) instanceof Storability.Verdict.Store(var freshness)) {
                check(freshness.lifetimeMillis() >= 0, "a lifetime of " + freshness.lifetimeMillis() + " ms");
            }
            CacheKey key = CacheKeys.of("E1", request, policy);
            VaryRule.of(text).variant(key, headers);
        }
        check(Age.initialMillis(response, NOW, NOW) >= 0, "an age below 0");
        dates(text);
        check(
                DeltaSeconds.parse(text).orElse(0) <= DeltaSeconds.MAX
                        && DeltaSeconds.parse(text).orElse(0) >= 0,
                "delta-seconds out of range");
        Cookies.select(headers, Selection.only("a"));
        Queries.select(text, Selection.only("a"));
        HopByHop.strip(headers);
        if (Authorities.isHostAndPort(text)) {
            check(text.matches("[A-Za-z0-9._:\\[\\]-]+"), "no host: " + text);
        }
    }

    private static void dates(String text) {
        OptionalLong date = HttpDates.parse(text, NOW);
        if (date.isPresent()) {
            String written = HttpDates.format(date.getAsLong());
            check(
                    HttpDates.parse(written, NOW).equals(date),
                    "the date '" + text + "' is not itself again after '" + written + "'");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
