package dev.nearside.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A way to a database that breaks when a statement passes: before the server has seen it, or before its answer is back. */
final class CuttingProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();

    private record Cut(String statement, boolean deliver) {}

    CuttingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The server runs the next such statement, and nobody hears its answer. */
    void cutAfterNext(String statement) {
        next.set(new Cut(statement, true));
    }

    /** The server never sees the next such statement. */
    void cutBeforeNext(String statement) {
        next.set(new Cut(statement, false));
    }

    /** How often the way broke. */
    int cuts() {
        return cuts.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Thread.ofVirtual().start(() -> toServer(client, server));
                Thread.ofVirtual().start(() -> toClient(server, client));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void toServer(Socket client, Socket server) {
        try (client;
                server) {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                Cut cut = next.get();
                boolean hit =
                        cut != null && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains(cut.statement);
                if (hit) {
                    next.set(null);
                    cuts.incrementAndGet();
                    client.close();
                }
                if (!hit || cut.deliver) {
                    out.write(buffer, 0, read);
                }
                if (hit) {
                    awaitEnd(server);
                    return;
                }
            }
        } catch (IOException _) {
            // One side is gone, and so the other is closed.
        }
    }

    /** Lets the server finish what it was sent. */
    private static void awaitEnd(Socket server) throws IOException {
        server.shutdownOutput();
        server.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static void toClient(Socket server, Socket client) {
        try (client) {
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (SocketException _) {
            // One side is gone.
        } catch (IOException e) {
            throw new IllegalStateException("the way back broke", e);
        }
    }
}
