package dev.nearside.kit.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of the loopback address where nobody listens, kept until it is closed: it is bound, so that no other socket gets
 * it, and does not listen, so that the system refuses every connection.
 */
public final class DeadPort implements AutoCloseable {

    private final Socket bound = new Socket();

    public DeadPort() throws IOException {
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public int number() {
        return bound.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
