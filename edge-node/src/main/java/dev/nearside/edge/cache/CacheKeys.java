package dev.nearside.edge.cache;

import dev.nearside.edge.http.Cookies;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.Queries;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.Locale;

/** Builds cache keys: the distribution, the path, and what the cache policy selects of the request. */
public final class CacheKeys {

    private CacheKeys() {}

    public static CacheKey of(String distributionId, RequestHead request, CachePolicy policy) {
        StringBuilder key = new StringBuilder(96);
        key.append(distributionId).append('\n').append(uriWithQuery(request, policy));
        if (policy.headers().selectsSome()) {
            appendHeaders(key, request.headers(), policy.headers());
        }
        if (policy.cookies().selectsSome()) {
            key.append("\ncookie:").append(Cookies.select(request.headers(), policy.cookies()));
        }
        String encoding = AcceptEncoding.normalised(request.headers(), policy);
        if (!encoding.isEmpty()) {
            key.append("\naccept-encoding:").append(encoding);
        }
        return new CacheKey(key.toString());
    }

    /** The path, and the query as far as the policy selects it: what invalidations are matched with. */
    public static String uriWithQuery(RequestHead request, CachePolicy policy) {
        String query = Queries.select(request.querystring(), policy.queryStrings());
        return query.isEmpty() ? request.uri() : request.uri() + '?' + query;
    }

    private static void appendHeaders(StringBuilder key, Fields headers, Selection selection) {
        for (String name : selection.items()) {
            String value = headers.combined(name);
            if (value != null) {
                key.append('\n')
                        .append(name.toLowerCase(Locale.ROOT))
                        .append(':')
                        .append(value);
            }
        }
    }
}
