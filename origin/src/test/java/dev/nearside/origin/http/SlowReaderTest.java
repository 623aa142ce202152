package dev.nearside.origin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.origin.Wire;
import dev.nearside.origin.seeded.OriginContent;
import io.netty.channel.Channel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection holds in memory while its reader takes its time, seen from inside. */
final class SlowReaderTest {

    private static final long BODY_BYTES = 60_000_000;
    private static final long BOUND_BYTES = 160 * 1024;
    private static final long KEY = OriginContent.key(1, "/big");

    private final Transport transport = Transport.sockets(1, "slow-reader-test");
    private final DefaultChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Router router = new Router().get("/big", _ -> big());
    private final OriginService service =
            new OriginService(router, new OriginService.Limits(60_000, 16_384), new AtomicLong(), Time.system());
    private final Channel listener = transport
            .serverBootstrap()
            .childHandler(new OriginChannelSetup(service, open))
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();

    @AfterEach
    void stop() {
        listener.close().syncUninterruptibly();
        open.close().syncUninterruptibly();
        transport.close();
    }

    @Test
    void aSlowReaderOfABigBodyCostsABoundedWindow() throws Exception {
        try (Wire wire = new Wire((InetSocketAddress) listener.localAddress())) {
            wire.send(Wire.request("GET", "/big"));
            wire.readHead();
            awaitStandstill(accepted());
            byte[] piece = new byte[50_000];
            long read = 0;
            for (long mostPending = 0; read < BODY_BYTES; ) {
                int some = wire.readSome(piece);
                byte[] expected = new byte[some];
                OriginContent.fill(KEY, read, expected);
                assertThat(piece).startsWith(expected);
                read += some;
                mostPending = Math.max(mostPending, pending(accepted()));
                assertThat(mostPending).isLessThan(BOUND_BYTES);
            }
            assertThat(read).isEqualTo(BODY_BYTES);
        }
    }

    @Test
    void pipelinedRepliesWaitForTheirReader() throws Exception {
        try (Wire wire = new Wire((InetSocketAddress) listener.localAddress())) {
            wire.send(Wire.request("GET", "/big").repeat(50));
            awaitStandstill(accepted());
            assertThat(pending(accepted())).isLessThan(BOUND_BYTES);
        }
    }

    @Test
    void aReaderWhoLeavesInMidBodyTakesTheConnectionAlong() throws Exception {
        Wire wire = new Wire((InetSocketAddress) listener.localAddress());
        wire.send(Wire.request("GET", "/big"));
        wire.readHead();
        Channel connection = accepted();
        awaitStandstill(connection);
        wire.close();
        assertThat(connection.closeFuture().await(10_000)).isTrue();
    }

    private static Reply big() {
        return new Reply(
                HttpResponseStatus.OK, new DefaultHttpHeaders(), new Body.Generated(KEY, BODY_BYTES), Delivery.PLAIN);
    }

    private Channel accepted() throws IOException {
        while (open.isEmpty()) {
            Thread.onSpinWait();
        }
        return open.iterator().next();
    }

    /** The connection has filled the sockets' buffers and its own, and can go no further. */
    private static void awaitStandstill(Channel connection) throws InterruptedException, ExecutionException {
        while (connection.eventLoop().submit(connection::isWritable).get()) {
            assertThat(connection.isActive()).isTrue();
        }
    }

    private static long pending(Channel connection) throws InterruptedException, ExecutionException {
        return connection
                .eventLoop()
                .submit(() -> {
                    var outbound = connection.unsafe().outboundBuffer();
                    return outbound == null ? 0 : outbound.totalPendingWriteBytes();
                })
                .get();
    }
}
