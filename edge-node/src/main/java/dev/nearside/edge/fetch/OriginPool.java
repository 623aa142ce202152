package dev.nearside.edge.fetch;

import dev.nearside.edge.framing.Refusals;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Connections to origins, idle ones kept per event loop: an exchange's viewer and origin sockets live on one loop, so
 * nothing here needs a lock.
 */
public final class OriginPool implements AutoCloseable {

    private static final int MAX_IDLE_PER_TARGET = 64;

    /** Each connection attempt ended like this. */
    sealed interface Acquired {
        record Connected(OriginConnection connection) implements Acquired {}

        /** No connection; {@code timedOut} tells an origin that is slow from one that is not there. */
        record Refused(String kind, String message, boolean timedOut) implements Acquired {}
    }

    /** How hard to try. */
    record Patience(int attempts, int connectTimeoutSeconds, int keepaliveSeconds) {}

    private record Idle(OriginConnection connection, io.netty.util.concurrent.Future<?> expiry) {}

    private final OriginConnector connector;
    private final Map<EventLoop, Map<OriginTarget, Deque<Idle>>> idleByLoop = new ConcurrentHashMap<>();
    private final Refusals refusals = new Refusals();

    /**
     * What connections need to know of origins.
     *
     * @param hostMap host names that lead elsewhere, {@code http://127.0.0.1:PORT}
     * @param authorities a file of those whose certificates are believed, besides those that Java believes; null for
     *     none
     */
    public record Directions(
            Map<String, URI> hostMap, @Nullable Path authorities) {}

    /**
     * A pool without connections.
     *
     * @param links the emulated distance to an origin
     */
    public OriginPool(
            Transport transport,
            Directions directions,
            Function<OriginTarget, LinkProfile> links,
            Time time,
            RandomGenerator random) {
        connector = new OriginConnector(
                transport,
                new OriginAddresses(directions.hostMap()),
                new OriginTrust(directions.authorities(), time),
                links,
                random,
                refusals);
    }

    /** What was refused, by name: what origins sent is counted here, and so may be what viewers sent. */
    public Refusals refusals() {
        return refusals;
    }

    /**
     * Whether an origin's name leads anywhere. Calls back on the loop, at once where that takes no time.
     *
     * @param whenKnown is given why it leads nowhere, or nothing
     */
    void lookUp(EventLoop loop, OriginTarget target, Consumer<Optional<Acquired.Refused>> whenKnown) {
        connector.lookUp(loop, target, whenKnown);
    }

    /** An idle connection of this loop, or a new one. Calls back on the loop. */
    void acquire(EventLoop loop, OriginTarget target, Patience patience, Consumer<Acquired> whenDone) {
        Map<OriginTarget, Deque<Idle>> idleByTarget = idle(loop);
        Deque<Idle> idle = idleByTarget.get(target);
        while (idle != null && !idle.isEmpty()) {
            Idle newest = idle.removeLast();
            newest.expiry().cancel(false);
            if (idle.isEmpty()) {
                idleByTarget.remove(target);
            }
            if (newest.connection().isUsable()) {
                whenDone.accept(new Acquired.Connected(newest.connection()));
                return;
            }
        }
        connect(loop, target, patience, whenDone);
    }

    /** A new connection. Calls back on the loop. */
    void connect(EventLoop loop, OriginTarget target, Patience patience, Consumer<Acquired> whenDone) {
        connector.connect(loop, target, patience, whenDone);
    }

    /** Takes a connection back after a response, to use it again or to close it. */
    void release(EventLoop loop, OriginConnection connection, Patience patience) {
        if (!connection.isReusable()) {
            connection.abort();
            return;
        }
        OriginTarget target = connection.target();
        Deque<Idle> idle = idle(loop).computeIfAbsent(target, _ -> new ArrayDeque<>());
        if (idle.size() >= MAX_IDLE_PER_TARGET) {
            Idle oldest = idle.removeFirst();
            oldest.expiry().cancel(false);
            oldest.connection().abort();
        }
        var expiry = loop.schedule(() -> expire(loop, connection), patience.keepaliveSeconds(), TimeUnit.SECONDS);
        idle.addLast(new Idle(connection, expiry));
    }

    /** Functions may name any number of origins, so a target without connections leaves no trace. */
    private void expire(EventLoop loop, OriginConnection connection) {
        idle(loop).computeIfPresent(connection.target(), (_, idle) -> {
            idle.removeIf(entry -> entry.connection() == connection);
            return idle.isEmpty() ? null : idle;
        });
        connection.abort();
    }

    /** Origins to which this loop keeps idle connections. */
    int targetsWithIdle(EventLoop loop) {
        return idle(loop).size();
    }

    private Map<OriginTarget, Deque<Idle>> idle(EventLoop loop) {
        return idleByLoop.computeIfAbsent(loop, _ -> new HashMap<>());
    }

    /** Closes idle connections; those in use end with their exchanges. */
    @Override
    public void close() {
        idleByLoop.forEach((loop, byTarget) -> loop.execute(() -> {
            byTarget.values()
                    .forEach(idle -> idle.forEach(entry -> {
                        entry.expiry().cancel(false);
                        entry.connection().abort();
                    }));
            byTarget.clear();
        }));
    }
}
