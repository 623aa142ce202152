package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.fetch.OriginPool.Acquired;
import dev.nearside.edge.fetch.OriginPool.Patience;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Idle connections on a real loop. */
class OriginPoolTest {

    private final Transport transport = Transport.sockets(1, "origin-pool-test");
    private final EventLoop loop = transport.group().next();
    private final OriginPool pool = new OriginPool(
            transport,
            new OriginPool.Directions(Map.of(), null),
            _ -> LinkProfile.none(),
            Time.system(),
            Randomness.seeded(1));
    private ScriptedOrigin origin;

    @BeforeEach
    void open() throws Exception {
        origin = new ScriptedOrigin();
    }

    @AfterEach
    void close() throws Exception {
        pool.close();
        transport.close();
        origin.close();
    }

    /** One request on a connection of the pool, which takes it back. */
    private void ask(int keepaliveSeconds) {
        Patience patience = new Patience(1, 2, keepaliveSeconds);
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        loop.execute(() -> pool.acquire(loop, new OriginTarget(false, "localhost", origin.port()), patience, it -> {
            OriginConnection connection = ((Acquired.Connected) it).connection();
            connection.send(
                    new RequestHead("GET", "/", "", Fields.of("Host", "localhost")),
                    Upload.none(),
                    5,
                    new OriginConnection.Listener() {
                        @Override
                        public void interim(ResponseHead head) {}

                        @Override
                        public void head(ResponseHead head) {}

                        @Override
                        public void body(byte[] bytes) {}

                        @Override
                        public void ended() {
                            pool.release(loop, connection, patience);
                            done.complete(true);
                        }

                        @Override
                        public void failed(String kind, String message, boolean answered) {
                            done.completeExceptionally(new AssertionError(message));
                        }
                    });
        }));
        done.join();
    }

    private int targets() {
        return CompletableFuture.supplyAsync(() -> pool.targetsWithIdle(loop), loop)
                .join();
    }

    @Test
    void connectionIsKeptAndUsedAgain() {
        ask(60);
        assertThat(targets()).isEqualTo(1);
        ask(60);
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void targetLeavesNoTraceOnceItsLastConnectionIsTaken() {
        ask(60);
        CompletableFuture<Integer> whileInUse = new CompletableFuture<>();
        loop.execute(() ->
                pool.acquire(loop, new OriginTarget(false, "localhost", origin.port()), new Patience(1, 2, 60), it -> {
                    whileInUse.complete(pool.targetsWithIdle(loop));
                    ((Acquired.Connected) it).connection().abort();
                }));
        assertThat(whileInUse.join()).isZero();
    }

    @Test
    void targetLeavesNoTraceOnceItsLastConnectionHasExpired() {
        ask(0);
        // Due later than the expiry, and scheduled on the loop as the expiry was: a task that another thread schedules
        // may overtake it when it arrives late.
        CompletableFuture<Integer> later = new CompletableFuture<>();
        loop.execute(() -> loop.schedule(() -> later.complete(pool.targetsWithIdle(loop)), 1, TimeUnit.MILLISECONDS));
        assertThat(later.join()).isZero();
    }
}
