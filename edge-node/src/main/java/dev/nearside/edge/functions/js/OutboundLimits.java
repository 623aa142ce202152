package dev.nearside.edge.functions.js;

import java.util.Set;

/**
 * What handlers may send for over the network.
 *
 * @param maxRequests requests that one environment may have under way; the guest queues others
 * @param maxRequestBytes longest body of a request
 * @param maxResponseBytes longest body of a response, before it is decompressed
 * @param mayCall hosts, each as {@code host} or {@code host:port} like in the URL, that may have an address of this
 *     machine or of a private network; the public Internet needs no entry
 */
public record OutboundLimits(int maxRequests, int maxRequestBytes, int maxResponseBytes, Set<String> mayCall) {

    public OutboundLimits {
        if (maxRequests <= 0 || maxRequestBytes <= 0 || maxResponseBytes <= 0) {
            throw new IllegalArgumentException("outbound limits are " + maxRequests + ", " + maxRequestBytes + " and "
                    + maxResponseBytes + ", expected more than zero");
        }
        mayCall = Set.copyOf(mayCall);
    }

    /** Ten requests, 6 MiB each way, the public Internet only. */
    public static OutboundLimits defaults() {
        return new OutboundLimits(10, 6 * 1024 * 1024, 6 * 1024 * 1024, Set.of());
    }

    /** These, and hosts that may be near. */
    public OutboundLimits withMayCall(Set<String> hosts) {
        return new OutboundLimits(maxRequests, maxRequestBytes, maxResponseBytes, hosts);
    }
}
