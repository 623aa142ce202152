package dev.nearside.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchAddressTest {

    private static final Executor NEVER = task -> {
        throw new AssertionError("an address was looked up");
    };

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void anAddressIsThereAtOnce(String host) {
        CompletableFuture<InetSocketAddress> resolved = address(host).resolve(NEVER);

        assertThat(resolved).isCompleted();
        assertThat(resolved.join().isUnresolved()).isFalse();
        assertThat(resolved.join().getPort()).isEqualTo(7081);
    }

    @Test
    void aNameArrivesOnTheLoop() throws Exception {
        CompletableFuture<Runnable> task = new CompletableFuture<>();
        CompletableFuture<InetSocketAddress> resolved = address("localhost").resolve(task::complete);

        Runnable arrival = task.get();
        assertThat(resolved).isNotDone();
        arrival.run();
        assertThat(resolved.join().getAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    void aNameThatLeadsNowhereIsNamed() {
        assertThatThrownBy(address("control-plane.invalid").resolve(Runnable::run)::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(UnknownHostException.class)
                .hasMessageContaining("'control-plane.invalid' of the control plane does not resolve");
    }

    private static WatchAddress address(String host) {
        return new WatchAddress(InetSocketAddress.createUnresolved(host, 7081));
    }
}
