package dev.nearside.edge.testbed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The node watch as nodes see it, with snapshots that a test publishes. */
public final class FakeControlPlane implements AutoCloseable {

    public static final String TOKEN = "token-of-the-tests";
    private static final long WAIT_SECONDS = 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> code = new ConcurrentHashMap<>();
    private final BlockingQueue<Acknowledgement> acknowledgements = new LinkedBlockingQueue<>();
    private final Map<Long, Snapshot> snapshots = new ConcurrentHashMap<>();
    private Snapshot published = Snapshot.EMPTY;
    private boolean closed;

    public FakeControlPlane(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/watch", this::watch);
        server.createContext("/acknowledgements", exchange -> {
            acknowledgements.add(SnapshotCodec.decode(exchange.getRequestBody().readAllBytes(), Acknowledgement.class));
            exchange.sendResponseHeaders(204, -1);
        });
        server.createContext("/code/", exchange -> {
            byte[] zip = code.get(exchange.getRequestURI().getPath().substring("/code/".length()));
            reply(exchange, zip == null ? 404 : 200, zip == null ? new byte[0] : zip);
        });
        server.start();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void watch(HttpExchange exchange) throws IOException {
        boolean enrolled =
                ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        WatchRequest request = SnapshotCodec.decode(exchange.getRequestBody().readAllBytes(), WatchRequest.class);
        synchronized (this) {
            while (!closed && published.is(request.stateId(), request.revision(), request.digest())) {
                try {
                    wait();
                } catch (InterruptedException _) {
                    return;
                }
            }
            Snapshot named = snapshots.getOrDefault(request.revision(), Snapshot.EMPTY);
            boolean hasBase = named.is(request.stateId(), request.revision(), request.digest());
            SnapshotDelta delta = published.since(hasBase ? named : Snapshot.EMPTY);
            reply(exchange, enrolled ? 200 : 401, SnapshotCodec.encode(new WatchAnswer(delta, List.of())));
        }
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Offers that snapshot to every node; nodes at an earlier one get the difference. */
    public synchronized void publish(Snapshot snapshot) {
        snapshots.put(snapshot.revision(), snapshot);
        published = snapshot;
        notifyAll();
    }

    /** Sends the whole of the next snapshot, as if it had been away from every node for long. */
    public synchronized void forgetHistory() {
        snapshots.clear();
    }

    /** Makes a zip available; returns its digest. */
    public String addCode(byte[] zip) {
        String digest = CodeDigest.hex(zip);
        code.put(digest, zip);
        return digest;
    }

    /** The next word of a node on a revision. */
    public Acknowledgement awaitAcknowledgement() {
        try {
            Acknowledgement next = acknowledgements.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no node acknowledged anything for " + WAIT_SECONDS + " s");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
