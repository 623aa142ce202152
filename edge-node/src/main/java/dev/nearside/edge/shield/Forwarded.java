package dev.nearside.edge.shield;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;

/**
 * A request that another node sends on behalf of a viewer.
 *
 * @param viewer the one who asked that node
 * @param request as the viewer's, after the viewer-request function, as far as policies let it through
 * @param distributionHost the distribution's own name
 * @param pathPattern the behavior that the other node has chosen
 * @param revision which that node serves
 * @param requestId of the exchange at that node
 */
public record Forwarded(
        Viewer viewer,
        RequestHead request,
        String distributionHost,
        String pathPattern,
        long revision,
        String requestId) {}
