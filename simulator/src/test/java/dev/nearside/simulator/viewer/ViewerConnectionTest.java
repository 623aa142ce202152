package dev.nearside.simulator.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ViewerConnectionTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    @EnabledOnOs(OS.LINUX)
    void viewerComesFromTheAddressOfItsCity() throws Exception {
        assertThat(seenFrom("127.64.0.1")).isEqualTo("127.64.0.1");
    }

    @Test
    void viewerComesFromTheUsualAddressWhereItsOwnIsNotLent() throws Exception {
        assertThat(seenFrom("203.0.113.1")).isEqualTo("127.0.0.1");
        assertThat(seenFrom(null)).isEqualTo("127.0.0.1");
    }

    private static String seenFrom(@Nullable String source) throws Exception {
        InetAddress here = InetAddress.ofLiteral("127.0.0.1");
        try (ServerSocket pop = new ServerSocket(0, 1, here);
                Transport transport = Transport.sockets(1, "viewer-test");
                ViewerConnection _ = ViewerConnection.open(
                        transport, source, new InetSocketAddress(here, pop.getLocalPort()), LinkProfile.none(), LIMIT);
                Socket accepted = pop.accept()) {
            return accepted.getInetAddress().getHostAddress();
        }
    }
}
