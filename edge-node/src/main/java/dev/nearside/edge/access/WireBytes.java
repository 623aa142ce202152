package dev.nearside.edge.access;

/**
 * Bytes that went over a viewer's connection for one exchange, heads and framing included and TLS left out. Whoever reads
 * and writes the connection counts; a connection that serves one exchange after the other begins anew for each. Used on
 * the viewer's event loop only.
 */
public final class WireBytes {

    private long received;
    private long sent;

    /** Forgets what was counted: the next exchange begins with a head of that many bytes. */
    public void begin(long headBytes) {
        received = headBytes;
        sent = 0;
    }

    /** The viewer has sent that many more bytes. */
    public void addReceived(long bytes) {
        received += bytes;
    }

    /** That many more bytes are handed to the connection. */
    public void addSent(long bytes) {
        sent += bytes;
    }

    public long received() {
        return received;
    }

    public long sent() {
        return sent;
    }
}
