package dev.nearside.kit.watch;

/**
 * {@code POST /watch}: a node says what it has and waits for something newer or a question. One is open per node.
 *
 * @param node unique name of the node
 * @param pop code of the PoP it serves
 * @param stateId of the snapshot it serves; empty if it has none
 * @param revision of the snapshot it serves; 0 if it has none
 * @param digest of the snapshot it serves; empty if it has none
 * @param waitMillis how long the control plane may hold the request, 0 to 60,000
 */
public record WatchRequest(String node, String pop, String stateId, long revision, String digest, long waitMillis) {}
