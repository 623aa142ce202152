package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.trace.Timeline;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to fetch, for whom, and into what.
 *
 * @param request the viewer's, after the viewer-request function
 * @param requestId the {@code x-amz-cf-id} of the viewer's exchange, also at a shield
 * @param query the place in the cache
 * @param plan what the cache wants of it
 * @param replacedBody bytes that a viewer-request function put in place of the viewer's body; null for none
 * @param interim hears of 1xx responses (RFC 9110 §15.2)
 * @param loop on which it all happens; the viewer's
 */
public record FetchRequest(
        Route route,
        RequestHead request,
        Viewer viewer,
        String requestId,
        HttpCache.Query query,
        Fill fill,
        FetchPlan plan,
        Upload upload,
        byte @Nullable [] replacedBody,
        Consumer<ResponseHead> interim,
        Timeline timeline,
        EventLoop loop) {}
