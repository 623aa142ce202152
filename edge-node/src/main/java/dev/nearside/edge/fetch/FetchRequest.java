package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.trace.Timeline;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What to fetch, for whom, and into what.
 *
 * @param request the viewer's, after the viewer-request function
 * @param requestId the exchange's {@code x-amz-cf-id}
 * @param query the place in the cache
 * @param unshared why the answer may not be stored or given to others; null if it may
 * @param replacedBody bytes that a viewer-request function put in place of the viewer's body; null for none
 * @param loop on which it all happens; the viewer's
 */
public record FetchRequest(
        Route route,
        RequestHead request,
        Viewer viewer,
        String requestId,
        HttpCache.Query query,
        Fill fill,
        @Nullable NotCachedReason unshared,
        Upload upload,
        byte @Nullable [] replacedBody,
        Timeline timeline,
        EventLoop loop) {}
