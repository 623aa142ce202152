package dev.nearside.simulator.viewer;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nearside.kit.transport.Transport;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    @Test
    void leavesTheTransportToItsOwner() {
        try (Transport transport = Transport.sockets(1, "viewer")) {
            assertThatCode(() -> WarmUp.run(transport)).doesNotThrowAnyException();
            assertThatCode(() -> WarmUp.run(transport)).doesNotThrowAnyException();
        }
    }
}
