package dev.nearside.edge.sync;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Where the node watch is, by a name that may lead elsewhere each time: a control plane that was moved is found again. */
final class WatchAddress {

    private final String host;
    private final int port;

    WatchAddress(InetSocketAddress address) {
        host = address.getHostString();
        port = address.getPort();
    }

    /** What requests say in their Host field. */
    String authority() {
        return host + ":" + port;
    }

    /**
     * Looks the name up, on another thread if it is one; an address is not looked up.
     *
     * @param loop where the outcome arrives: an address, or an {@link UnknownHostException} that says which name
     */
    CompletableFuture<InetSocketAddress> resolve(Executor loop) {
        CompletableFuture<InetSocketAddress> resolved = new CompletableFuture<>();
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            resolved.complete(new InetSocketAddress(host, port));
            return resolved;
        }
        Thread.ofVirtual().name("resolve-" + host).start(() -> {
            try {
                InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
                loop.execute(() -> resolved.complete(address));
            } catch (UnknownHostException _) {
                loop.execute(() -> resolved.completeExceptionally(
                        new UnknownHostException("the name '" + host + "' of the control plane does not resolve")));
            }
        });
        return resolved;
    }
}
