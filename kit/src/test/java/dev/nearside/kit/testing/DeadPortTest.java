package dev.nearside.kit.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class DeadPortTest {

    @Test
    void refusesConnectionsAndNobodyElseGetsIt() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (DeadPort dead = new DeadPort()) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> new Socket(here, dead.number()).close())
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("refused");
                assertThatThrownBy(() -> new ServerSocket(dead.number(), 1, here).close())
                        .isInstanceOf(BindException.class);
            }
        }
    }
}
